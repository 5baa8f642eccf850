import { existsSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { OptionTerms } from './pricing.ts'
import { greeksOf, optionValue, valueBounds, yearsBetween } from './pricing.ts'

const ORACLE = new URL('../../../shared/data/oracles/py_vollib_bs_greeks.json', import.meta.url)

interface OracleFile {
  readonly columns: readonly string[]
  readonly data: readonly (readonly number[])[]
}

test.skipIf(!existsSync(ORACLE))(
  'values and greeks are those of py_vollib (needs ../shared/data)',
  () => {
    const { columns, data } = JSON.parse(readFileSync(ORACLE, 'utf8')) as OracleFile
    let compared = 0
    for (const row of data) {
      const at = (column: string): number => row[columns.indexOf(column)] ?? NaN
      for (const right of ['C', 'P'] as const) {
        const ours = greeksOf(
          {
            right,
            spot: at('S'),
            strike: at('K'),
            years: at('t'),
            rate: at('R'),
            dividendYield: 0,
          },
          at('v'),
        )
        // The file has theta a year and vega for a volatility of 1.00, rounded to 10 digits.
        const pairs = [
          [ours.value, at(right === 'C' ? 'bs_call' : 'bs_put')],
          [ours.delta, at(`${right}D`)],
          [ours.gamma, at(`${right}G`)],
          [ours.theta * 365, at(`${right}T`)],
          [ours.vega * 100, at(`${right}V`)],
        ] as const
        for (const [value, expected] of pairs) {
          expect(Math.abs(value - expected)).toBeLessThan(1e-9 * Math.max(1, Math.abs(expected)))
          compared++
        }
      }
    }
    expect(compared).toBe(data.length * 10)
  },
)

// Hull, "Options, Futures, and Other Derivatives", the chapters on Black-Scholes-Merton and greeks.
test('textbook values', () => {
  const hull = { spot: 42, strike: 40, years: 0.5, rate: 0.1, dividendYield: 0 }
  expect(optionValue({ ...hull, right: 'C' }, 0.2)).toBeCloseTo(4.76, 2)
  expect(optionValue({ ...hull, right: 'P' }, 0.2)).toBeCloseTo(0.81, 2)
  const index = { spot: 930, strike: 900, years: 2 / 12, rate: 0.08, dividendYield: 0.03 }
  expect(optionValue({ ...index, right: 'C' }, 0.2)).toBeCloseTo(51.83, 2)
  const greeks = greeksOf(
    { right: 'C', spot: 49, strike: 50, years: 20 / 52, rate: 0.05, dividendYield: 0 },
    0.2,
  )
  expect(greeks.delta).toBeCloseTo(0.522, 3)
  expect(greeks.gamma).toBeCloseTo(0.066, 3)
  expect(greeks.vega * 100).toBeCloseTo(12.1, 1)
  expect(greeks.theta * 365).toBeCloseTo(-4.31, 2)
})

const double = (min: number, max: number): fc.Arbitrary<number> =>
  fc.double({ min, max, noNaN: true })
const terms: fc.Arbitrary<OptionTerms> = fc.record({
  right: fc.constantFrom('C', 'P'),
  spot: double(1, 1000),
  strike: double(1, 1000),
  years: double(0.002, 3),
  rate: double(-0.01, 0.1),
  dividendYield: double(0, 0.08),
})
const volatility = double(0.03, 2)

test('put-call parity', () => {
  fc.assert(
    fc.property(terms, volatility, (of, sigma) => {
      const call = optionValue({ ...of, right: 'C' }, sigma)
      const put = optionValue({ ...of, right: 'P' }, sigma)
      const forward =
        of.spot * Math.exp(-of.dividendYield * of.years) - of.strike * Math.exp(-of.rate * of.years)
      expect(call - put).toBeCloseTo(forward, 9)
    }),
  )
})

test('a value is inside its bounds and grows with volatility', () => {
  fc.assert(
    fc.property(terms, volatility, (of, sigma) => {
      const value = optionValue(of, sigma)
      const { low, high } = valueBounds(of)
      expect(value).toBeGreaterThanOrEqual(low - 1e-9)
      expect(value).toBeLessThanOrEqual(high + 1e-9)
      expect(optionValue(of, sigma * 1.1)).toBeGreaterThanOrEqual(value - 1e-9)
    }),
  )
})

test('the greeks are the slopes of the value', () => {
  fc.assert(
    fc.property(terms, double(0.1, 1.5), (of, sigma) => {
      const near = { ...of, years: of.years + 0.05, strike: of.spot * (0.8 + of.strike / 2500) }
      const greeks = greeksOf(near, sigma)
      const slope = (change: (by: number) => number, step: number): number =>
        (change(step) - change(-step)) / (2 * step)
      const scale = near.spot
      const bySpot = (by: number): number => optionValue({ ...near, spot: near.spot + by }, sigma)
      const deltaBySpot = (by: number): number =>
        greeksOf({ ...near, spot: near.spot + by }, sigma).delta
      const byYears = (by: number): number =>
        optionValue({ ...near, years: near.years - by }, sigma)
      expect(greeks.value).toBe(optionValue(near, sigma))
      expect(greeks.delta).toBeCloseTo(slope(bySpot, 1e-4 * scale), 5)
      expect(greeks.gamma * scale).toBeCloseTo(slope(deltaBySpot, 1e-4 * scale) * scale, 4)
      expect(greeks.vega / scale).toBeCloseTo(
        slope((by) => optionValue(near, sigma + by), 1e-5) / 100 / scale,
        8,
      )
      expect(greeks.theta / scale).toBeCloseTo(slope(byYears, 1e-6) / 365 / scale, 7)
    }),
  )
})

test('at expiry, or without volatility, an option is worth what its forward is', () => {
  const expired = { spot: 105, strike: 100, years: 0, rate: 0.05, dividendYield: 0 }
  expect(greeksOf({ ...expired, right: 'C' }, 0.2)).toMatchObject({ value: 5, delta: 1, gamma: 0 })
  expect(greeksOf({ ...expired, right: 'P' }, 0.2)).toMatchObject({ value: 0, delta: 0, gamma: 0 })
  const still = optionValue({ ...expired, right: 'C', years: 1 }, 0)
  expect(still).toBeCloseTo(105 - 100 * Math.exp(-0.05), 12)
})

test('years are counted in actual days over 365, and end at expiry', () => {
  expect(yearsBetween(0, 365 * 86_400_000)).toBe(1)
  expect(yearsBetween(10, 5)).toBe(0)
})
