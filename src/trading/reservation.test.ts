import { expect, test } from 'vitest'
import type { OrderEvidence } from '../domain/order.ts'
import { money } from '../domain/money.ts'
import { reservation } from '../risk/reservation.ts'
import { entered, request } from './play.testing.ts'
import type { Story } from './play.testing.ts'
import { riskView } from './views.ts'

const reserved = (story: Story) =>
  reservation(riskView(story.state, request({}, story.at), { at: story.at, rules: story.rules }))

/** What an entry of two units at 2.00 may cost. */
const ALL = money(400)

test.each<readonly [string, OrderEvidence]>([
  ['a refusal by a code', { kind: 'reject-reported', vendorCode: 201, reason: 'no' }],
  ['a cancel that is asked for', { kind: 'cancel-requested' }],
  ['a cancel that is reported', { kind: 'cancel-reported' }],
  ['a cancel that is refused', { kind: 'cancel-refused', hint: 'Filled' }],
  ['an outcome that is lost', { kind: 'outcome-lost', reason: 'link' }],
  ['an order that is inactive', { kind: 'inactive' }],
  [
    'an absence, of an order that lived',
    { kind: 'proven', status: 'rejected', by: 'absent-everywhere' },
  ],
])('%s releases nothing (P40)', (_what, evidence) => {
  const story = entered()
  story.reported(story.bracket.entry.id, evidence).after(30_000).ticks(2)
  expect(reserved(story)).toBe(ALL)
})

test('proof releases what can not fill any more, and what filled is spent until it is observed', () => {
  const story = entered()
  const { entry } = story.bracket
  story.filled(entry.id, 1)
  expect(reserved(story)).toBe(ALL)
  story.reported(entry.id, { kind: 'cancel-reported' }).after(1_000)
  expect(reserved(story)).toBe(ALL)
  story.reported(entry.id, { kind: 'proven', status: 'cancelled', by: 'completed-order' })
  expect(reserved(story)).toBe(money(200))
  story.after(60_000).snapshot()
  expect(reserved(story)).toBe(0)
})

test('a change that is under way reserves the larger of both', () => {
  const story = entered()
  const { entry } = story.bracket
  const change = { orderId: entry.id, quantity: 5, terms: entry.terms }
  story.reported(entry.id, { kind: 'replace-requested', change })
  expect(reserved(story)).toBe(money(1_000))
})
