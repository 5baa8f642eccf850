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

describe('a cancel that nobody answers', () => {
  async function cancelling() {
    const { clock, watch } = await sent()
    const cancel = (): void =>
      watch.sent({
        kind: 'cancelOrder',
        orderId: 4,
        manualCancelTime: '',
        extOperator: '',
        manualOrderIndicator: null,
      })
    /** Cancels at these times, and on to the end, milliseconds. */
    const cancelAt = async (times: readonly number[], end: number): Promise<void> => {
      for (const at of times) {
        await clock.runUntil(at as EpochMs)
        cancel()
      }
      await clock.runUntil(end as EpochMs)
    }
    return { clock, watch, cancelAt }
  }

  /** As `cancel-pace.ts` repeats them. */
  const PACED = [0, 5_000, 35_000, 155_000, 455_000] as const

  test('it waits on from one to the next, however late that is', async () => {
    const { watch, cancelAt } = await cancelling()
    await cancelAt(PACED, 460_000)
    expect(watch.silentFor(30_000)).toEqual(['cancel 4 unanswered for 460 s'])
    await cancelAt([], 754_000)
    expect(watch.silentFor(30_000)).toEqual(['cancel 4 unanswered for 754 s'])
    await cancelAt([], 790_000)
    expect([watch.silentFor(30_000), watch.owesCancels()]).toEqual([[], false])
  })

  test('who asked twice and not again has learned what became of it by other means', async () => {
    const { watch, cancelAt } = await cancelling()
    await cancelAt([0, 5_000], 126_000)
    expect([watch.silentFor(30_000), watch.owesCancels()]).toEqual([[], false])
  })

  test('the end of its connection is no answer, though it is no sign of the next one', async () => {
    const { watch, cancelAt } = await cancelling()
    await cancelAt(PACED.slice(0, 3), 70_000)
    watch.forgetAll()
    expect([watch.silentFor(30_000), watch.owesCancels()]).toEqual([[], true])
    watch.heard(statusOf(4, 'Submitted'))
    expect(watch.owesCancels()).toBe(true)
    await cancelAt([155_000], 156_000)
    expect([watch.silentFor(30_000), watch.owesCancels()]).toEqual([[], true])
    watch.heard(statusOf(4, 'PendingCancel'))
    expect(watch.owesCancels()).toBe(false)
  })

  test('a connection that ends soon after it has nothing that was missed', async () => {
    const { watch, cancelAt } = await cancelling()
    await cancelAt([0], 10_000)
    watch.forgetAll()
    expect(watch.owesCancels()).toBe(false)
  })

  test.each<[string, (watch: OrderWatch) => void, string]>([
    [
      'a status',
      (of) => of.heard(statusOf(4, 'Cancelled')),
      'cancel 4 answered after 70 s: Cancelled',
    ],
    [
      'a refusal',
      (of) =>
        of.heard(error(4, 10_148, 'OrderId 4 that needs to be cancelled cannot be cancelled')),
      'cancel 4 answered after 70 s: 10148',
    ],
  ])('%s ends it, and says so', async (_, answer, says) => {
    const { watch, cancelAt } = await cancelling()
    await cancelAt(PACED.slice(0, 3), 70_000)
    answer(watch)
    expect([watch.silentFor(30_000), watch.takeProofs()]).toEqual([[], [says]])
  })
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
