import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { ClientOrderId } from '../domain/order.ts'
import type { Event } from '../trading/event.ts'
import { fill, order, stateWith } from './fixtures.testing.ts'
import { OrderActivity } from './order-activity.ts'
import { at } from './scripted-bars.testing.ts'

const NOW = at('10:00')
const TOMORROW = (NOW + 86_400_000) as EpochMs
const intended: Event = { type: 'OrderIntended', order: order() }
const cancelled: Event = { type: 'CancelIntended', orderId: order().id }
const filled: Event = { type: 'OrderFilled', fill: fill() }

function after(...events: readonly Event[]): OrderActivity {
  const activity = new OrderActivity()
  for (const event of events) activity.fold(event, NOW)
  return activity
}
const times = (count: number, event: Event): readonly Event[] => Array(count).fill(event) as Event[]
const gatesOf = (activity: OrderActivity, now = NOW) => activity.gates(stateWith({}), now)

test('the ratio counts placed, changed and cancelled for each executed order and one', () => {
  expect(after().ratio(NOW)).toBe(0)
  expect(after(intended, cancelled, filled, filled).ratio(NOW)).toBe(1)
})

test('told at 10, no entries from 15 on, and another date begins anew', () => {
  expect(after(...times(9, intended)).isWarned(NOW)).toBe(false)
  expect(after(...times(10, intended)).isWarned(NOW)).toBe(true)
  expect(gatesOf(after(...times(14, cancelled)))).toEqual([])
  const used = after(...times(15, cancelled))
  expect(gatesOf(used)).toMatchObject([{ gate: 'pacing', symbol: null }])
  expect(gatesOf(used, TOMORROW)).toEqual([])
  used.fold(intended, TOMORROW)
  expect(used.ratio(TOMORROW)).toBe(1)
  const executed = after(...times(15, cancelled), filled)
  expect(gatesOf(executed)).toEqual([])
})

test('working orders of one contract and side stop entries of its symbol before IBKR does', () => {
  const orders = (count: number) =>
    stateWith({
      orders: new Map(
        Array.from({ length: count }, (_, i) => {
          const id = `A${i}` as ClientOrderId
          return [id, order({ id, status: 'working' })]
        }),
      ),
    })
  const activity = after()
  expect(activity.gates(orders(13), NOW)).toEqual([])
  expect(activity.gates(orders(14), NOW)).toMatchObject([{ gate: 'pacing', symbol: 'SPY' }])
  expect(activity.budgets(orders(14), NOW)[0]).toMatchObject({ used: 14, limit: 15, left: 1 })
})
