import type { Bar } from '../domain/bar.ts'
import { amountOf } from '../domain/money.ts'

/** All of them are statistics: floats, of values that are oldest first and not empty. */

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Simple moving average: the mean of the last `count` values, of all if there are fewer. */
export function sma(values: readonly number[], count: number): number {
  return mean(values.slice(-count))
}

/** Exponential moving average, alpha = 2 / (span + 1), seeded with the first value. */
export function ema(values: readonly number[], span: number): number {
  return smoothed(values, 2 / (span + 1))
}

/** Volume-weighted typical price, in units of the currency; the last close without any volume. */
export function vwap(bars: readonly Bar[]): number {
  let turnover = 0
  let volume = 0
  for (const bar of bars) {
    turnover += ((bar.high + bar.low + bar.close) / 3) * bar.volume
    volume += bar.volume
  }
  const last = bars.at(-1)
  if (volume > 0) return turnover / volume / 1e6
  return last === undefined ? NaN : amountOf(last.close)
}

/** Relative strength, gains and losses smoothed with alpha = 1 / period from the first on. */
export function rsiFirstSeed(values: readonly number[], period: number): number {
  const moves = movesOf(values)
  return strength(smoothed(moves.map(gainOf), 1 / period), smoothed(moves.map(lossOf), 1 / period))
}

/** Relative strength as Wilder has it: seeded with the mean of the first `period` moves. */
export function rsiWilderSeed(values: readonly number[], period: number): number {
  const moves = movesOf(values)
  const seeded = (sizes: readonly number[]): number =>
    smoothed([mean(sizes.slice(0, period)), ...sizes.slice(period)], 1 / period)
  return strength(seeded(moves.map(gainOf)), seeded(moves.map(lossOf)))
}

function smoothed(values: readonly number[], alpha: number): number {
  return values.reduce((average, value) => alpha * value + (1 - alpha) * average)
}

function movesOf(values: readonly number[]): readonly number[] {
  return values.slice(1).map((value, index) => value - (values[index] ?? value))
}

function gainOf(move: number): number {
  return Math.max(move, 0)
}

function lossOf(move: number): number {
  return Math.max(-move, 0)
}

/** 50 when nothing moved, 100 when nothing fell. */
function strength(up: number, down: number): number {
  if (down === 0) return up === 0 ? 50 : 100
  return 100 - 100 / (1 + up / down)
}
