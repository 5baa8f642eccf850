import { expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import { VirtualClock } from '../../base/clock.ts'
import { bracketOf, openOrderOf, ORDER_CLIENT, statusOf, upRig } from '../gateway.testing.ts'
import { error } from '../peer.testing.ts'
import { OrderWatch } from './order-watch.ts'

/** A bracket that was sent, as the Gateway's end of the connection heard it. */
async function sent() {
  const { world, ibkr } = await upRig()
  ibkr.broker.place(bracketOf())
  await world.run(10)
  const orders = world.peer(ORDER_CLIENT).requests('placeOrder')
  const clock = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
  const watch = new OrderWatch(clock)
  return { clock, watch, orders }
}

test('an order that rests says nothing about one that is sent now', async () => {
  const { watch, orders } = await sent()
  watch.heard(statusOf(7, 'Submitted'))
  expect(watch.acceptedAt).toBeNull()
  const [first] = orders
  if (first === undefined) throw new Error('an order was sent')
  watch.sent(first)
  watch.heard(openOrderOf(first, { status: 'Submitted' }))
  expect(watch.acceptedAt).toBe(0)
})

test.each([
  [201, 'Order rejected - reason:insufficient margin', 0],
  [321, 'The API interface is currently in Read-Only mode.', null],
])('an order that is refused with %i: when orders were taken last', async (code, text, at) => {
  const { watch, orders } = await sent()
  const [first] = orders
  if (first?.kind !== 'placeOrder') throw new Error('an order was sent')
  watch.heard(error(first.orderId, code, text)) // of an order that is not waited for
  expect(watch.acceptedAt).toBeNull()
  watch.sent(first)
  watch.heard(error(first.orderId, code, text))
  expect(watch.acceptedAt).toBe(at)
})

test('what the end of a connection left unanswered is asked for anew, and not waited for', async () => {
  const { clock, watch, orders } = await sent()
  for (const order of orders) watch.sent(order)
  await clock.runUntil(60_000 as EpochMs)
  expect(watch.silentFor(30_000)).toHaveLength(3)
  watch.forgetAll()
  expect(watch.silentFor(30_000)).toEqual([])
})

test('what nobody answered is settled by other means after two minutes', async () => {
  const { clock, watch, orders } = await sent()
  for (const order of orders) watch.sent(order)
  await clock.runUntil(60_000 as EpochMs)
  expect(watch.silentFor(30_000)).toHaveLength(orders.length)
  await clock.runUntil(120_000 as EpochMs)
  expect(watch.silentFor(30_000)).toEqual([])
})

test('a cancel that is sent again and again has waited since it was sent first', async () => {
  const { clock, watch } = await sent()
  const cancel = { kind: 'cancelOrder', orderId: 4 } as const
  const again = async (ms: number): Promise<void> => {
    watch.sent({
      ...cancel,
      manualCancelTime: '',
      extOperator: '',
      manualOrderIndicator: null,
    })
    await clock.runUntil((clock.now() + ms) as EpochMs)
  }
  for (let i = 0; i < 6; i++) await again(31_000)
  expect(watch.silentFor(30_000)).toEqual(['cancel 4 unanswered for 186 s'])
})
