import { expect, test } from 'vitest'
import { fail, ok } from '../base/result.ts'
import { money, price } from '../domain/money.ts'
import { marginAsked, requestOf } from './entry-request.ts'
import { call, quote, ready, request, rules } from './play.testing.ts'

const walking = { ...rules.entry, start: 0.5, worst: 1 }
const proposed = request({
  candidate: { contract: call, quote: quote({ bid: price(2), ask: price(2.2) }) },
})

function asked(changes: Partial<typeof rules> = {}) {
  const { state, at, rules: now } = ready({ entry: walking, ...changes })
  return marginAsked({ state, at, rules: now }, proposed)
}

test('as many units as risk allows, at the worst price of the walk and not at its first', () => {
  // $1,000 of cost at 2.20, a hundred each.
  const limit = price(2.2)
  expect(asked()).toEqual(ok({ contract: call, side: 'BUY', quantity: 4, limit }))
})

test('nothing, where not a single unit fits', () => {
  const limits = { ...rules.limits, orderCostMax: money(200) }
  expect(asked({ limits })).toEqual(fail('not a single unit fits'))
})

test('nothing of live, while nobody has armed the date', () => {
  const { state, at } = ready()
  const live = { ...state, mode: 'live' } as const
  expect(marginAsked({ state: live, at, rules }, proposed)).toEqual(
    fail('live is not armed for today'),
  )
})

test('the decision is made on the same terms', () => {
  const { state, at, rules: now } = ready({ entry: walking })
  const { walk } = requestOf({ state, at, rules: now }, proposed)
  expect(walk).toEqual({ first: price(2.1), worst: price(2.2) })
})
