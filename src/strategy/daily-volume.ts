import type { Bar } from '../domain/bar.ts'
import type { Signal } from '../domain/signal.ts'
import { closesOf, usableBars } from './bars.ts'
import { heldBy } from './held.ts'
import { mean, sma } from './indicators.ts'
import type { Strategy, StrategyView } from './strategy.ts'

const NAME = 'daily-volume'
const BASELINE = 10
const VOLUME_RATIO_MIN = 0.8
const DEVIATION_MIN = 0.001
/** Six bars: without a pause one burst of volume would be entered again with every bar (R21). */
const COOL_DOWN_MS = 30 * 60_000

/** What it looks at, of its last bars. */
export interface Reading {
  /** Volume of the last bar over the mean of the ten before it. */
  readonly ratio: number
  /** Of the last close from the average of the ten before it, as a ratio. */
  readonly deviation: number
  readonly average: number
}

/** A move away from a short average on volume, on 5-minute bars (product rules, section 4.3). */
export const dailyVolume: Strategy = {
  name: NAME,
  needs: { size: '5m', count: BASELINE + 1 },
  evaluate(view: StrategyView): Signal {
    const bars = usableBars(view.bars, BASELINE + 1)
    if (!bars.ok) return { kind: 'hold', reason: bars.error }
    const reading = readingOf(bars.value)
    const text = textOf(reading)
    if (heldBy(NAME, view) !== null) return { kind: 'hold', reason: `already holding; ${text}` }
    if (reading.ratio < VOLUME_RATIO_MIN) return { kind: 'hold', reason: `low volume: ${text}` }
    if (Math.abs(reading.deviation) <= DEVIATION_MIN) {
      return { kind: 'hold', reason: `flat: ${text}` }
    }
    if (view.lastEntryAt !== null && view.now - view.lastEntryAt < COOL_DOWN_MS) {
      return { kind: 'hold', reason: `cooling down after the last entry; ${text}` }
    }
    return {
      kind: 'enter',
      outlook: reading.deviation > 0 ? 'rise' : 'fall',
      confidence: Math.round(Math.min(1, 0.5 + 0.1 * reading.ratio) * 100) / 100,
      reason: text,
    }
  },
}

export function readingOf(bars: readonly Bar[]): Reading {
  const before = bars.slice(-BASELINE - 1, -1)
  const [last] = bars.slice(-1)
  const average = sma(closesOf(before), BASELINE)
  const volume = mean(before.map((bar) => bar.volume))
  const [close = NaN] = last === undefined ? [] : closesOf([last])
  return {
    ratio: (last?.volume ?? NaN) / (volume === 0 ? 1 : volume),
    deviation: (close - average) / average,
    average,
  }
}

function textOf({ ratio, deviation }: Reading): string {
  const move = `${(100 * deviation).toFixed(3)}% off the average of ${BASELINE} bars`
  return `${move}, volume ${ratio.toFixed(2)} of theirs`
}
