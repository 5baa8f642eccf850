import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { newYorkDate } from '../domain/calendar.ts'
import type { ClientOrderId } from '../domain/order.ts'
import type { State } from '../trading/state.ts'
import { order, stateWith } from './fixtures.testing.ts'
import { isRatioHigh, orderBudgets, orderGates } from './order-activity.ts'
import { at } from './scripted-bars.testing.ts'

const NOW = at('10:00')
const TOMORROW = (NOW + 86_400_000) as EpochMs

const after = (messages: number, executed = 0): State =>
  stateWith({ activity: { date: newYorkDate(NOW), messages, executed } })

test('told at 10, no entries from 15 on, and another date begins anew', () => {
  expect(isRatioHigh(after(9), NOW)).toBe(false)
  expect(isRatioHigh(after(10), NOW)).toBe(true)
  expect(orderGates(after(14), NOW)).toEqual([])
  expect(orderGates(after(15), NOW)).toMatchObject([{ gate: 'pacing', symbol: null }])
  expect(orderGates(after(15), TOMORROW)).toEqual([])
  expect(orderGates(after(15, 1), NOW)).toEqual([])
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
  expect(orderGates(orders(13), NOW)).toEqual([])
  expect(orderGates(orders(14), NOW)).toMatchObject([{ gate: 'pacing', symbol: 'SPY' }])
  expect(orderBudgets(orders(14), NOW)[0]).toMatchObject({ used: 14, limit: 15, left: 1 })
})
