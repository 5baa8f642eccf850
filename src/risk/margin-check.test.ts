import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { Margin } from '../domain/margin.ts'
import { money, price } from '../domain/money.ts'
import type { TrackedOrder } from '../domain/order.ts'
import { limits, margin, now, option, quote, request, spread, view } from './fixtures.testing.ts'
import type { EntryRequest, RiskView } from './limits.ts'
import { review } from './review.ts'

/** One unit at the ask of 2.50: $250 of premium. */
const one = { ...limits, quantityMax: 1 }
const asked: Margin = { ...margin, quantity: 1, limit: price(2.5) }
/** So much is left with the order filled. */
const leaving = (dollars: number): Margin => ({
  ...asked,
  initialMarginAfter: money(40_000),
  equityAfter: money(40_000 + dollars),
})

function refusals(of: Margin | undefined, seen: Partial<RiskView> = {}, entry = {}) {
  const { margin: _, ...rest } = request({ ...entry })
  const proposed: EntryRequest = of === undefined ? rest : { ...rest, margin: of }
  const verdict = review(proposed, view(seen), one)
  return verdict.kind === 'approved' ? [] : verdict.refusals
}

const inFlight = {
  role: 'entry',
  contract: option(600, 'C'),
  side: 'BUY',
  quantity: 2,
  filled: 0,
  terms: { type: 'LMT', limit: price(2) },
} as TrackedOrder

test('what the broker would carry is entered, to the last cent', () => {
  expect(refusals(leaving(0))).toEqual([])
  expect(refusals(leaving(-0.01))).toMatchObject([{ rule: 'what-if' }])
})

describe('what is not known refuses', () => {
  test.each<readonly [string, Margin | undefined, RegExp]>([
    ['nobody asked', undefined, /not asked/],
    ['not asked', { kind: 'not-asked', why: 'a validation' }, /not asked: a validation/],
    ['no answer', { kind: 'unanswered', at: now, detail: 'no answer came within 8 s' }, /8 s/],
    ['201', { kind: 'refused', at: now, code: 201, text: 'Order rejected' }, /refused: 201 Order/],
    ['360, as a combo may be', { kind: 'refused', at: now, code: 360, text: 'No whatif' }, /360/],
    ['margin unset', { ...asked, initialMarginAfter: null }, /unset/],
    ['equity unset', { ...asked, equityAfter: null }, /unset/],
    ['of eleven seconds ago', { ...asked, at: (now - 11_000) as EpochMs }, /11000 ms ago/],
    ['of the time to come', { ...asked, at: (now + 1) as EpochMs }, /-1 ms ago/],
  ])('%s', (_what, of, says) => {
    expect(refusals(of)).toMatchObject([{ rule: 'what-if', detail: says }])
  })

  test('and in every mode: a simulated broker answers, too', () => {
    expect(refusals(undefined, { mode: 'dry-run' })).toMatchObject([{ rule: 'what-if' }])
  })
})

test('never more units than were asked about', () => {
  const { margin: _, ...rest } = request()
  const verdict = review({ ...rest, margin: { ...asked, quantity: 3 } }, view(), limits)
  expect(verdict).toMatchObject({ kind: 'approved', entry: { quantity: 3 } })
})

describe('what the broker did not count has to fit, too', () => {
  test('orders in flight', () => {
    const seen = { orders: [inFlight], structures: [] }
    expect(refusals(leaving(400), seen)).toEqual([])
    expect(refusals(leaving(399), seen)).toMatchObject([{ rule: 'what-if' }])
  })

  test('what filled since it answered', () => {
    expect(refusals(leaving(400), { spentSinceMargin: money(400) })).toEqual([])
    expect(refusals(leaving(400), { spentSinceMargin: money(401) })).toMatchObject([
      { rule: 'what-if', detail: /\$400 would be left, \$401 are reserved/ },
    ])
  })

  test('a price that is worse than the one asked about', () => {
    const dearer = { candidate: { contract: option(600, 'C'), quote: quote({ ask: price(2.6) }) } }
    expect(refusals(leaving(10), {}, dearer)).toEqual([])
    expect(refusals(leaving(9), {}, dearer)).toMatchObject([{ rule: 'what-if' }])
  })
})

test('a combo is judged like anything else', () => {
  const contract = spread(['BUY', option(600, 'C')], ['SELL', option(610, 'C')])
  const candidate = { contract, quote: quote() }
  const proposed = request({ candidate, margin: leaving(-1), marks: [] })
  const verdict = review(proposed, view(), { ...one, longOnly: false })
  expect(verdict).toMatchObject({
    refusals: expect.arrayContaining([{ rule: 'what-if', detail: expect.any(String) }]),
  })
})

test('of nothing there is nothing to ask: the size says why', () => {
  const { margin: _, ...rest } = request()
  const verdict = review(rest, view(), { ...limits, orderCostMax: money(1) })
  const rules = verdict.kind === 'approved' ? [] : verdict.refusals.map(({ rule }) => rule)
  expect(rules).toContain('size-zero')
  expect(rules).not.toContain('what-if')
})

test('of live that nobody has armed nobody asks: that says why', () => {
  const notAsked = { kind: 'not-asked', why: 'live is not armed for today' } as const
  expect(refusals(notAsked, { armed: false }).map(({ rule }) => rule)).toEqual(['armed'])
})

test('what the broker warns of is shown', () => {
  const warned = { ...leaving(-1), warning: 'your equity must exceed the margin' } as Margin
  expect(refusals(warned)).toMatchObject([{ detail: /the broker warns: your equity must exceed/ }])
})
