import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { optionValue } from '../../domain/pricing.ts'
import {
  INDEX_SMILE,
  levelOfIndex,
  STOCK_SMILE,
  totalVariance,
  varianceTo,
  volatilityIndex,
} from './surface.ts'

const years = fc.double({ min: 1e-4, max: 2, noNaN: true })
const place = fc.record({
  level: fc.double({ min: 0.05, max: 1.2, noNaN: true }),
  years,
  later: years,
  logMoneyness: fc.double({ min: -0.6, max: 0.6, noNaN: true }),
  shape: fc.constantFrom(INDEX_SMILE, STOCK_SMILE),
  longRun: fc.double({ min: 0.1, max: 0.6, noNaN: true }),
})

/** Undiscounted call on a forward of 1, at a total variance. */
function call(strike: number, variance: number): number {
  const terms = { right: 'C', spot: 1, strike, years: 1, rate: 0, dividendYield: 0 } as const
  return optionValue(terms, Math.sqrt(variance))
}

describe('the surface has no static arbitrage', () => {
  test('its parameters keep within the bound of Gatheral and Jacquier', () => {
    for (const { rho, eta } of [INDEX_SMILE, STOCK_SMILE]) {
      expect(eta * (1 + Math.abs(rho))).toBeLessThanOrEqual(2)
    }
  })

  test('calls fall and are convex in the strike: no butterfly costs less than nothing', () => {
    fc.assert(
      fc.property(place, ({ level, years, logMoneyness, shape, longRun }) => {
        const atTheMoney = varianceTo(years, level, longRun)
        const width = 0.05 * Math.sqrt(atTheMoney)
        const at = (shift: number): number => {
          const strike = Math.exp(logMoneyness) + shift
          return call(strike, totalVariance(Math.log(strike), atTheMoney, { ...shape, longRun }))
        }
        const [low, middle, high] = [at(-width), at(0), at(width)]
        expect(low).toBeGreaterThanOrEqual(middle - 1e-12)
        expect(middle).toBeGreaterThanOrEqual(high - 1e-12)
        expect(low + high).toBeGreaterThanOrEqual(2 * middle - 1e-12)
      }),
      { numRuns: 1000 },
    )
  })

  test('total variance never falls with the expiry: no calendar costs less than nothing', () => {
    fc.assert(
      fc.property(place, ({ level, years, later, logMoneyness, shape, longRun }) => {
        const at = (until: number): number =>
          totalVariance(logMoneyness, varianceTo(until, level, longRun), { ...shape, longRun })
        expect(at(years + later)).toBeGreaterThanOrEqual(at(years))
      }),
      { numRuns: 1000 },
    )
  })
})

test('the level that an index implies gives the index back', () => {
  for (const now of [0.1, 0.165, 0.25, 0.6]) {
    expect(levelOfIndex(volatilityIndex(now))).toBeCloseTo(now, 10)
  }
})

test('without variance left nothing is left to model', () => {
  expect(totalVariance(0.1, varianceTo(0, 0.2, 0.2), { ...INDEX_SMILE, longRun: 0.2 })).toBe(0)
})
