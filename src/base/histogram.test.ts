import fc from 'fast-check'
import { expect, test } from 'vitest'
import { counted, countedOver, HISTOGRAM_MS, NOTHING_COUNTED, quantilesOf } from './histogram.ts'

const durations = fc.array(fc.double({ min: 1, max: 250_000, noNaN: true }), { minLength: 1 })

function of(values: readonly number[], nowMs = 0) {
  return values.reduce((sum, ms) => counted(sum, ms, nowMs), NOTHING_COUNTED)
}

/** By sorting: the value that at least this share does not exceed. */
function exact(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.ceil(share * sorted.length) - 1] ?? NaN
}

test('a quantile is never below the truth, and at most a quarter octave above it', () => {
  fc.assert(
    fc.property(durations, (values) => {
      const { count, p50, p99, max } = quantilesOf(of(values), 0)
      expect(count).toBe(values.length)
      expect(max).toBe(Math.max(...values))
      for (const [found, share] of [
        [p50, 0.5],
        [p99, 0.99],
      ] as const) {
        const truth = exact(values, share)
        expect(found).toBeGreaterThanOrEqual(truth)
        expect(found).toBeLessThanOrEqual(truth * 2 ** 0.25 * (1 + 1e-9))
      }
    }),
  )
})

test('what is counted over a limit is over it, and what is a quarter octave over it is counted', () => {
  fc.assert(
    fc.property(durations, fc.double({ min: 1, max: 100_000, noNaN: true }), (values, limit) => {
      const found = countedOver(of(values), limit, 0)
      expect(found).toBeLessThanOrEqual(values.filter((ms) => ms > limit).length)
      const surely = values.filter((ms) => ms > limit * 2 ** 0.25 * (1 + 1e-9)).length
      expect(found).toBeGreaterThanOrEqual(surely)
    }),
  )
})

test('minutes that are over are forgotten, and memory is bounded', () => {
  const hour = Array.from({ length: 3_600 }, (_, second) => second * 1_000)
  const histogram = hour.reduce((sum, now) => counted(sum, 7, now), NOTHING_COUNTED)
  expect(histogram.slices).toHaveLength(5)
  expect(quantilesOf(histogram, 3_599_000)).toMatchObject({ count: 300, max: 7 })
  expect(quantilesOf(histogram, 3_599_000 + HISTOGRAM_MS)).toEqual({
    count: 0,
    p50: null,
    p90: null,
    p99: null,
    max: null,
  })
})

test('beyond the last edge the maximum is the answer', () => {
  expect(quantilesOf(of([1e9, 2e9]), 0)).toMatchObject({ p50: 2e9, p99: 2e9, max: 2e9 })
})
