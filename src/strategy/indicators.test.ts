import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { Bar } from '../domain/bar.ts'
import { price } from '../domain/money.ts'
import { ema, rsiFirstSeed, rsiWilderSeed, sma, vwap } from './indicators.ts'

test('a simple average is of the last values', () => {
  expect(sma([1, 2, 3, 4], 2)).toBe(3.5)
  expect(sma([1, 2], 5)).toBe(1.5)
})

test('an exponential average begins with the first value', () => {
  expect(ema([10], 8)).toBe(10)
  expect(ema([10, 20], 3)).toBe(15) // alpha 1/2
  expect(ema([10, 20, 40], 3)).toBe(27.5)
})

test('VWAP weighs the typical price by volume, and is the last close without any', () => {
  const bars = [bar([12, 9, 9], 100), bar([22, 19, 19], 300)]
  expect(vwap(bars)).toBeCloseTo((10 * 100 + 20 * 300) / 400, 12)
  expect(vwap(bars.map((each) => ({ ...each, volume: 0 })))).toBe(19)
})

// Wilder, "New Concepts in Technical Trading Systems"; prices of the worked example that is in
// general use, of which the first value is 70.53 and the second 66.32.
const WILDER =
  '44.3389 44.0902 44.1497 43.6124 44.3278 44.8264 45.0955 45.4245 45.8433 46.0826 45.8931 ' +
  '46.0328 45.6140 46.2820 46.2820 46.0028'

test('RSI, seeded with the mean of the first 14 moves', () => {
  const closes = WILDER.split(' ').map(Number)
  expect(rsiWilderSeed(closes.slice(0, 15), 14)).toBeCloseTo(70.53, 2)
  expect(rsiWilderSeed(closes, 14)).toBeCloseTo(66.32, 2)
})

test('golden vectors S2 and S3, to six decimals', () => {
  const zigzag = (index: number): number => (index % 2 === 1 ? 0.1 : -0.1)
  const closes = (slope: number): readonly number[] =>
    Array.from({ length: 60 }, (_, index) => 100 + slope * index + zigzag(index))
  const bars = closes(0.02).map((close, index) =>
    bar([close + 0.05, close - 0.05, close], 1000 + 10 * index),
  )
  expect(ema(closes(0.02), 8)).toBeCloseTo(101.1225, 6)
  expect(ema(closes(0.02), 21)).toBeCloseTo(100.98514, 6)
  expect(vwap(bars)).toBeCloseTo(100.636705, 6)
  expect(rsiFirstSeed(closes(0.02), 14)).toBeCloseTo(57.468851, 6)
  expect(ema(closes(-0.02), 8)).toBeCloseTo(98.9025, 6)
  expect(ema(closes(-0.02), 21)).toBeCloseTo(99.023695, 6)
  expect(rsiFirstSeed(closes(-0.02), 14)).toBeCloseTo(47.493726, 6)
})

test('the two seeds are two different indicators', () => {
  const closes = WILDER.split(' ').map(Number)
  expect(rsiFirstSeed(closes, 14)).not.toBeCloseTo(rsiWilderSeed(closes, 14), 0)
})

test.each([rsiFirstSeed, rsiWilderSeed])('%o is 100 without a loss, 50 without a move', (rsi) => {
  const rising = Array.from({ length: 30 }, (_, index) => 100 + index)
  expect(rsi(rising, 14)).toBe(100)
  expect(rsi([...rising].reverse(), 14)).toBe(0)
  expect(rsi(Array<number>(30).fill(100), 14)).toBe(50)
})

test('averages stay between the extremes, RSI between 0 and 100', () => {
  const values = fc.array(fc.double({ min: 1, max: 1e4, noNaN: true }), { minLength: 16 })
  fc.assert(
    fc.property(values, (all) => {
      const [low, high] = [Math.min(...all), Math.max(...all)]
      for (const average of [ema(all, 8), sma(all, 10)]) {
        expect(average).toBeGreaterThanOrEqual(low - 1e-6)
        expect(average).toBeLessThanOrEqual(high + 1e-6)
      }
      for (const rsi of [rsiFirstSeed(all, 14), rsiWilderSeed(all, 14)]) {
        expect(rsi >= 0 && rsi <= 100).toBe(true)
      }
    }),
  )
})

function bar([high, low, close]: readonly [number, number, number], volume: number): Bar {
  const start = 0 as EpochMs
  return {
    start,
    open: price(low),
    high: price(high),
    low: price(low),
    close: price(close),
    volume,
  }
}
