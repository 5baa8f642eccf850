import type { Bar } from '../domain/bar.ts'
import type { Signal } from '../domain/signal.ts'
import { closesOf, usableBars } from './bars.ts'
import { heldBy, outlookOf } from './held.ts'
import { ema, rsiFirstSeed, vwap } from './indicators.ts'
import type { Strategy, StrategyView } from './strategy.ts'

const NAME = 'scalp'
export const BARS_MIN = 30

/** What it looks at, of its last bars. */
export interface Reading {
  readonly close: number
  readonly ema8: number
  readonly ema21: number
  readonly vwap: number
  readonly rsi: number
}

/** Trend and momentum on an hour of 1-minute bars (product rules, section 4.1). */
export const scalp: Strategy = {
  name: NAME,
  needs: { size: '1m', count: 60 },
  evaluate(view: StrategyView): Signal {
    const bars = usableBars(view.bars, BARS_MIN)
    if (!bars.ok) return { kind: 'hold', reason: bars.error }
    const reading = readingOf(bars.value)
    const found = outlook(reading)
    const held = heldBy(NAME, view)
    if (held !== null) return whileHolding(outlookOf(held), found, reading)
    if (found === null) return { kind: 'hold', reason: textOf(reading) }
    const confidence = confidenceOf(found, reading)
    return { kind: 'enter', outlook: found, confidence, reason: textOf(reading) }
  },
}

export function readingOf(bars: readonly Bar[]): Reading {
  const closes = closesOf(bars)
  return {
    close: closes.at(-1) ?? NaN,
    ema8: ema(closes, 8),
    ema21: ema(closes, 21),
    vwap: vwap(bars),
    rsi: rsiFirstSeed(closes, 14),
  }
}

function outlook({ close, ema8, ema21, vwap: average, rsi }: Reading): 'rise' | 'fall' | null {
  if (ema8 > ema21 && close > average && rsi >= 45 && rsi <= 70) return 'rise'
  return ema8 < ema21 || rsi < 40 ? 'fall' : null
}

/** 0.6 for how far the averages are apart, 0.4 for the momentum; to 3 decimals. */
function confidenceOf(found: 'rise' | 'fall', { ema8, ema21, rsi }: Reading): number {
  const gap = found === 'rise' ? (ema8 - ema21) / ema21 : (ema21 - ema8) / ema8
  const momentum = found === 'rise' ? (rsi - 45) / 25 : Math.max(0, (40 - rsi) / 40)
  const sum = 0.6 * Math.min(1, 500 * Math.max(0, gap)) + 0.4 * momentum
  return Math.round(Math.min(1, sum) * 1000) / 1000
}

function whileHolding(
  held: 'rise' | 'fall' | null,
  found: 'rise' | 'fall' | null,
  reading: Reading,
): Signal {
  if (held !== null && found !== null && found !== held) {
    return { kind: 'exit', reason: `${textOf(reading)}: ${found} while holding for a ${held}` }
  }
  return { kind: 'hold', reason: `already holding; ${textOf(reading)}` }
}

function textOf({ close, ema8, ema21, vwap: average, rsi }: Reading): string {
  const prices = `close ${close.toFixed(2)}, VWAP ${average.toFixed(4)}`
  return `EMA8 ${ema8.toFixed(4)}, EMA21 ${ema21.toFixed(4)}, ${prices}, RSI ${rsi.toFixed(2)}`
}
