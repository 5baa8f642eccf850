import { describe, expect, test } from 'vitest'
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

describe('a what-if is a question', () => {
  async function asked() {
    const { clock, watch, orders } = await sent()
    const [first] = orders
    if (first === undefined) throw new Error('an order was sent')
    const ask = (orderId: number) =>
      watch.sent({ ...first, orderId, order: { ...first.order, whatIf: true } })
    const answer = (orderId: number) =>
      watch.heard(openOrderOf({ ...first, orderId }, { status: 'PreSubmitted' }))
    const until = (ms: number) => clock.runUntil(ms as EpochMs)
    return { watch, ask, answer, until }
  }

  test('in doubt after its deadline, silent after 30 s, and none once any is answered', async () => {
    const { watch, ask, answer, until } = await asked()
    ask(1)
    await until(7_900)
    expect(watch.isQuestionSilent()).toBe(false)
    await until(8_000)
    expect(watch.isQuestionSilent()).toBe(true)
    ask(2)
    await until(30_000)
    expect(watch.silentFor(30_000)).toEqual(['no what-if answered for 30 s'])
    answer(2)
    expect([watch.isQuestionSilent(), watch.silentFor(0)]).toEqual([false, []])
    expect(watch.acceptedAt).toBe(30_000)
  })

  test('a refusal is an answer', async () => {
    const { watch, ask, until } = await asked()
    ask(1)
    await until(9_000)
    watch.heard(error(1, 201, 'Order rejected - reason:insufficient margin'))
    expect([watch.isQuestionSilent(), watch.acceptedAt]).toEqual([false, 9_000])
  })

  test('nobody asks any more: there is nothing that is silent', async () => {
    const { watch, ask, until } = await asked()
    ask(1)
    await until(119_000)
    expect(watch.silentFor(30_000)).toHaveLength(1)
    await until(120_000)
    expect([watch.isQuestionSilent(), watch.silentFor(30_000)]).toEqual([false, []])
  })
})
