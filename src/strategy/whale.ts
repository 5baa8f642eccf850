import type { Bar } from '../domain/bar.ts'
import type { Signal } from '../domain/signal.ts'
import { closesOf, usableBars } from './bars.ts'
import { heldBy } from './held.ts'
import { mean } from './indicators.ts'
import type { Strategy, StrategyView } from './strategy.ts'

const NAME = 'whale'
const WINDOW = 60
export const BARS_MIN = 21
const VOLUME_FACTOR = 1.2
const DAY_MS = 86_400_000
const DEBOUNCE_DAYS = 3

/** What it looks at, of its last bars. */
export interface Reading {
  readonly close: number
  readonly volume: number
  /** Of the window before the current bar (R11). */
  readonly high: number
  readonly low: number
  readonly averageVolume: number
}

/** A breakout on volume, on 1-hour bars, at most one entry in 3 days (product rules, 4.2). */
export const whale: Strategy = {
  name: NAME,
  needs: { size: '1h', count: WINDOW + 1 },
  evaluate(view: StrategyView): Signal {
    const bars = usableBars(view.bars, BARS_MIN)
    if (!bars.ok) return { kind: 'hold', reason: bars.error }
    const reading = readingOf(bars.value)
    const text = textOf(reading)
    if (heldBy(NAME, view) !== null) return { kind: 'hold', reason: `already holding; ${text}` }
    const found = outlook(reading)
    if (found === null) return { kind: 'hold', reason: text }
    const days = view.lastEntryAt === null ? Infinity : (view.now - view.lastEntryAt) / DAY_MS
    if (days < DEBOUNCE_DAYS) {
      const wait = `last entry ${days.toFixed(2)} days ago, waits ${DEBOUNCE_DAYS}`
      return { kind: 'hold', reason: `${wait}; ${text}` }
    }
    return {
      kind: 'enter',
      outlook: found,
      confidence: confidenceOf(found, reading),
      reason: text,
    }
  },
}

export function readingOf(bars: readonly Bar[]): Reading {
  const window = bars.slice(-WINDOW - 1, -1)
  const closes = closesOf(window)
  const last = bars.slice(-1)
  return {
    close: closesOf(last)[0] ?? NaN,
    volume: last[0]?.volume ?? NaN,
    high: Math.max(...closes),
    low: Math.min(...closes),
    averageVolume: mean(window.map((bar) => bar.volume)),
  }
}

function outlook(reading: Reading): 'rise' | 'fall' | null {
  if (!(reading.volume > VOLUME_FACTOR * reading.averageVolume)) return null
  if (reading.close > reading.high) return 'rise'
  return reading.close < reading.low ? 'fall' : null
}

/** 0.6 for how far beyond the level, 0.4 for the volume, which is all of it here; 3 decimals. */
function confidenceOf(found: 'rise' | 'fall', reading: Reading): number {
  const { close, high, low, volume, averageVolume } = reading
  const strength = found === 'rise' ? (close - high) / high : (low - close) / low
  const sum = 0.6 * Math.min(1, 100 * strength) + 0.4 * Math.min(1, volume / averageVolume)
  return Math.round(Math.min(1, sum) * 1000) / 1000
}

function textOf({ close, high, low, volume, averageVolume }: Reading): string {
  const levels = `close ${close.toFixed(2)} against ${low.toFixed(2)}-${high.toFixed(2)}`
  const needed = VOLUME_FACTOR * averageVolume
  return `${levels}, volume ${volume.toFixed(0)} against ${needed.toFixed(0)}`
}
