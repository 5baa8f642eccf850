import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyOf, toKey } from '../domain/contract-key.ts'
import { amountOf, price } from '../domain/money.ts'
import type { Candidate } from '../domain/quote.ts'
import { illiquidities, spreadPct } from './liquidity.ts'
import type { SelectionRules } from './rules.ts'
import { pick, shortlist } from './select.ts'
import { candidate, RULES } from './selection.testing.ts'

const BY_DELTA: SelectionRules = { ...RULES, strike: { kind: 'delta', target: 0.3 } }

test('the shortlist keeps the order of the reach, what looks illiquid goes last', () => {
  const seen = [600, 601, 599, 602].map((strike) =>
    candidate(strike, strike === 601 ? { volume: 0 } : {}),
  )
  expect(strikesOf(seen, RULES)).toEqual([600, 599, 602])
  // With nothing better it is still worth a live quote: a glance never decides.
  expect(strikesOf(seen.slice(0, 2), RULES)).toEqual([600, 601])
})

test('with a target delta the nearest to it are on the shortlist, unknown ones last (X6)', () => {
  const seen = [
    candidate(600, { delta: 0.45 }),
    candidate(610, { delta: null }),
    candidate(605, { delta: 0.31 }),
    candidate(595, { delta: -0.28 }), // a put
    candidate(620, { delta: 0.1 }),
  ]
  expect(strikesOf(seen, BY_DELTA)).toEqual([605, 595, 600])
})

test('the lowest spread is picked, and why the others were not is kept', () => {
  const narrow = candidate(601, { bid: price(2.99), ask: price(3.01) })
  const picked = pick([candidate(600), narrow, candidate(599, { bid: null })], RULES)
  expect(picked).toEqual({
    kind: 'picked',
    candidate: narrow,
    side: 'BUY',
    rejected: [
      { key: toKey(candidate(599).contract), reason: 'no bid' },
      {
        key: toKey(candidate(600).contract),
        reason: 'spread 1.65% of mid, that of the pick 0.67%',
      },
    ],
  })
})

test('of two spreads as low the nearest strike is picked, which came first', () => {
  const picked = pick([candidate(600), candidate(601)], RULES)
  expect(picked.kind === 'picked' && picked.candidate).toEqual(candidate(600))
})

test('a contract whose delta is unknown is not picked by delta (R5)', () => {
  expect(pick([candidate(600, { delta: null })], BY_DELTA)).toMatchObject({
    kind: 'none',
    why: [{ reason: 'delta unknown' }],
  })
  expect(pick([candidate(600, { delta: null })], RULES).kind).toBe('picked')
})

test('none picked says why, for each, with every value', () => {
  const picked = pick(
    [candidate(600, { volume: 3, ask: price(4) }), candidate(601, { ask: null })],
    RULES,
  )
  expect(picked).toEqual({
    kind: 'none',
    why: [
      {
        key: toKey(candidate(600).contract),
        reason: 'spread 28.57% of mid (3 x 4) over 2%; volume 3 below 50',
      },
      { key: toKey(candidate(601).contract), reason: 'no ask' },
    ],
  })
  expect(pick([], RULES)).toEqual({ kind: 'none', why: [] })
})

const sides = fc.option(fc.integer({ min: 0, max: 400 }).map((cents) => price(cents / 100)))
const candidates = fc
  .array(
    fc.record({
      bid: sides,
      ask: sides,
      volume: fc.option(fc.nat(200)),
      openInterest: fc.option(fc.nat(500)),
      halted: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((quotes) => quotes.map((quote, index) => candidate(600 + index, quote)))

test('what is picked is liquid, nothing liquid is cheaper, and every other one has its reason', () => {
  fc.assert(
    fc.property(candidates, (all) => {
      const picked = pick(all, RULES)
      const liquid = all.filter(({ quote }) => illiquidities(quote, RULES).length === 0)
      expect(picked.kind).toBe(liquid.length > 0 ? 'picked' : 'none')
      const passedOver = picked.kind === 'picked' ? picked.rejected : picked.why
      const taken = picked.kind === 'picked' ? [keyOf(picked.candidate.contract)] : []
      expect([...taken, ...passedOver.map(({ key }) => keyOf(key))].sort()).toEqual(
        all.map(({ contract }) => keyOf(contract)).sort(),
      )
      expect(passedOver.every(({ reason }) => reason !== '')).toBe(true)
      if (picked.kind === 'none') return
      const best = spreadPct(picked.candidate.quote) ?? Infinity
      expect(liquid.every(({ quote }) => (spreadPct(quote) ?? 0) >= best)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

function strikesOf(seen: readonly Candidate[], rules: SelectionRules): readonly number[] {
  return shortlist(seen, rules).map((key) => (key.kind === 'option' ? amountOf(key.strike) : NaN))
}
