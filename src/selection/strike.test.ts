import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Right } from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import { amountOf, price } from '../domain/money.ts'
import { greeksOf } from '../domain/pricing.ts'
import type { StrikeQuestion } from './strike.ts'
import { strikesFor } from './strike.ts'

const FIVES = [95, 100, 105].map(price)

// D18: a call is in the money below the spot, a put above it.
test.each([
  { right: 'C', steps: 0, strike: 100 },
  { right: 'P', steps: 0, strike: 100 },
  { right: 'C', steps: -1, strike: 100 },
  { right: 'C', steps: 1, strike: 105 },
  { right: 'P', steps: -1, strike: 105 },
  { right: 'P', steps: 1, strike: 100 },
  { right: 'C', steps: -2, strike: 95 },
  { right: 'P', steps: 2, strike: 95 },
] as const)('spot 101, $right, $steps steps out of the money: $strike (D18, R12)', (of) => {
  const rule = { kind: 'offset', steps: of.steps } as const
  expect(first({ listed: FIVES, spot: price(101), right: of.right, rule })).toBe(of.strike)
})

test('a strike at the spot is neither in nor out of the money', () => {
  const at = (right: Right, steps: number): number | null =>
    first({ listed: FIVES, spot: price(100), right, rule: { kind: 'offset', steps } })
  expect([at('C', 0), at('C', 1), at('C', -1)]).toEqual([100, 105, 95])
  expect([at('P', 0), at('P', 1), at('P', -1)]).toEqual([100, 95, 105])
})

test('a step that no strike is listed for is no trade', () => {
  const question = ask({ listed: FIVES, spot: price(101), rule: { kind: 'offset', steps: 2 } })
  expect(strikesFor(question)).toEqual({
    ok: false,
    error: 'no strike listed 2 steps from the money',
  })
})

test('without the price of the underlying there is no strike (X3)', () => {
  for (const spot of [0, -1, NaN]) {
    for (const rule of [
      { kind: 'offset', steps: 0 } as const,
      { kind: 'delta', target: 0.5 } as const,
    ]) {
      expect(strikesFor(ask({ listed: FIVES, spot: spot as Price, rule }))).toEqual({
        ok: false,
        error: 'the price of the underlying is unknown',
      })
    }
  }
})

test('the strikes around the target come nearest first, of two as near the nearer to the spot', () => {
  const listed = [90, 95, 100, 105, 110].map(price)
  const strikes = strikesFor(ask({ listed, spot: price(101), count: 3 }))
  expect(strikes.ok && strikes.value.map(amountOf)).toEqual([100, 105, 95])
})

test('a delta far out of the money is in reach on a dense chain (X5)', () => {
  const listed = Array.from({ length: 400 }, (_, index) => price(400 + index)) // 1-dollar strikes
  for (const right of ['C', 'P'] as const) {
    for (const volatility of [0.1, 0.16, 0.25, 0.5]) {
      const target = 0.15
      const question = ask({ listed, spot: price(600), right, rule: { kind: 'delta', target } })
      const strikes = strikesFor({ ...question, daysToExpiry: 45, count: 9 })
      const deltas = (strikes.ok ? strikes.value : []).map((strike) => {
        const terms = { spot: 600, strike: amountOf(strike), rate: 0, dividendYield: 0 }
        return Math.abs(greeksOf({ ...terms, right, years: 45 / 365 }, volatility).delta)
      })
      expect(Math.min(...deltas.map((delta) => Math.abs(delta - target)))).toBeLessThan(0.08)
      expect(Math.min(...deltas)).toBeLessThan(target)
      expect(Math.max(...deltas)).toBeGreaterThan(target)
    }
  }
})

const listed = fc
  .uniqueArray(fc.integer({ min: 1, max: 2_000 }), { maxLength: 200 })
  .map((halves) => halves.map((half) => price(half / 2)))
const rules = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map((steps) => ({ kind: 'offset' as const, steps })),
  fc.integer({ min: 5, max: 95 }).map((pct) => ({ kind: 'delta' as const, target: pct / 100 })),
)

test('never more strikes than asked for, each once and each listed', () => {
  fc.assert(
    fc.property(
      fc.record({
        listed,
        spot: fc.integer({ min: 1, max: 1_000 }).map(price),
        right: fc.constantFrom<Right>('C', 'P'),
        rule: rules,
        daysToExpiry: fc.nat(60),
        count: fc.integer({ min: 1, max: 25 }),
      }),
      (question) => {
        const strikes = strikesFor(question)
        if (!strikes.ok) return
        expect(strikes.value.length).toBe(Math.min(question.count, question.listed.length))
        expect(new Set(strikes.value).size).toBe(strikes.value.length)
        expect(strikes.value.every((strike) => question.listed.includes(strike))).toBe(true)
      },
    ),
    { numRuns: 500 },
  )
})

function ask(of: Partial<StrikeQuestion>): StrikeQuestion {
  return {
    listed: FIVES,
    spot: price(101),
    right: 'C',
    rule: { kind: 'offset', steps: 0 },
    daysToExpiry: 5,
    count: 1,
    ...of,
  }
}

function first(of: Partial<StrikeQuestion>): number | null {
  const strikes = strikesFor(ask(of))
  const [strike] = strikes.ok ? strikes.value : []
  return strike === undefined ? null : amountOf(strike)
}
