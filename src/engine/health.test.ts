import { expect, test } from 'vitest'
import type { OrderStatus, StructureId, TrackedOrder } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import { byId, order, stateWith, structure } from './fixtures.testing.ts'
import { covers, unprotectedIn, watchedHereIn } from './health.ts'

const covering: readonly OrderStatus[] = ['acked', 'held', 'working', 'replace-pending']
const statuses: readonly OrderStatus[] = [
  'intent',
  'sending',
  'unknown',
  'staged',
  ...covering,
  'cancel-pending',
  'quarantine-cancelled',
  'filled',
  'cancelled',
  'rejected',
  'expired',
  'denied',
]

test.each(statuses)(
  'a stop that is %s covers only when it is known to be at the broker',
  (status) => {
    const stop = order({ role: 'stop-loss', quantity: 3, filled: 1, status })
    expect(covers(stop)).toBe(covering.includes(status) ? 2 : 0)
  },
)

test('a close on its way covers; a take-profit and an entry do not', () => {
  expect(covers(order({ role: 'close' }))).toBe(1)
  expect(covers(order({ role: 'take-profit' }))).toBe(0)
  expect(covers(order({ role: 'entry' }))).toBe(0)
})

const stop = order({ role: 'stop-loss', quantity: 2 })

test.each<readonly [string, Structure, readonly TrackedOrder[], number]>([
  ['covered in full', structure({ quantity: 2 }), [stop], 0],
  ['covered in part', structure({ quantity: 3 }), [stop], 1],
  ['without an order', structure(), [], 1],
  ['covered by the order of another', structure({ id: 'S2' as StructureId }), [stop], 1],
  ['flat', structure({ quantity: 0 }), [], 0],
])('a structure that is %s', (_what, held, ...[orders, unprotected]) => {
  expect(unprotectedIn(stateWith({ structures: byId(held), orders: byId(...orders) }))).toBe(
    unprotected,
  )
})

test('what we watch ourselves is not counted here: the watchdog counts it when we are silent', () => {
  const { plan } = structure()
  const stopLoss = plan.stopLoss === null ? null : { ...plan.stopLoss, watchedBy: 'local' as const }
  const held = structure({ plan: { ...plan, stopLoss } })
  const state = stateWith({ structures: byId(held) })
  expect(unprotectedIn(state)).toBe(0)
  expect(watchedHereIn(state)).toBe(1)
})
