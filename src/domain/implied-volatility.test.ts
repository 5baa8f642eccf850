import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { impliedVolatility } from './implied-volatility.ts'
import type { OptionTerms } from './pricing.ts'
import { greeksOf, optionValue, valueBounds } from './pricing.ts'

const double = (min: number, max: number): fc.Arbitrary<number> =>
  fc.double({ min, max, noNaN: true })
const terms: fc.Arbitrary<OptionTerms> = fc.record({
  right: fc.constantFrom('C', 'P'),
  spot: double(5, 1000),
  strike: double(5, 1000),
  years: double(0.0005, 3), // from four hours on
  rate: double(-0.01, 0.1),
  dividendYield: double(0, 0.08),
})

test('the volatility of a value is the one it was made with, to 1e-8', () => {
  fc.assert(
    fc.property(terms, double(0.01, 4), (of, volatility) => {
      const { value, vega } = greeksOf(of, volatility)
      const { low, high } = valueBounds(of)
      // The value itself is a double: where it hardly moves with the volatility, its last digits
      // hold no more of it than this. A hundred of them must hold it to 1e-8 for a fair question.
      const digits = (Number.EPSILON * Math.max(of.spot, of.strike)) / (100 * vega)
      fc.pre(value > low && value < high && 100 * digits < 1e-8)
      const found = impliedVolatility(of, value)
      expect(Math.abs((found ?? NaN) - volatility)).toBeLessThanOrEqual(1e-8)
    }),
    { numRuns: 1_000 },
  )
})

test('far out of the money, where a value is a tiny part of a cent', () => {
  for (const strike of [120, 150, 200, 300]) {
    const of = {
      right: 'C',
      spot: 100,
      strike,
      years: 0.25,
      rate: 0.03,
      dividendYield: 0.01,
    } as const
    const value = optionValue(of, 0.2)
    expect(impliedVolatility(of, value)).toBeCloseTo(0.2, 8)
  }
})

test('at the money, exactly', () => {
  const of = { right: 'C', spot: 100, strike: 100, years: 1, rate: 0, dividendYield: 0 } as const
  for (const volatility of [1e-6, 0.01, 0.2, 1, 5]) {
    expect(impliedVolatility(of, optionValue(of, volatility))).toBeCloseTo(volatility, 10)
  }
})

test('what no volatility can give has none', () => {
  const of = { right: 'C', spot: 110, strike: 100, years: 1, rate: 0, dividendYield: 0 } as const
  expect(impliedVolatility(of, 10)).toBeNull() // intrinsic value alone
  expect(impliedVolatility(of, 9)).toBeNull()
  expect(impliedVolatility(of, 110)).toBeNull()
  expect(impliedVolatility(of, NaN)).toBeNull()
  expect(impliedVolatility({ ...of, years: 0 }, 12)).toBeNull()
})
