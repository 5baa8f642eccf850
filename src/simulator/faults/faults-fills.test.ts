import { describe, expect, test } from 'vitest'
import { buy, cancel, ready } from './faults.testing.ts'
import { GatewayBench } from '../session/session.testing.ts'

const RESTING = { orderType: 'LMT', lmtPrice: 1, tif: 'GTC' }

test('execution-late: the execution comes 20 s after Cancelled', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('execution-late', { afterMs: 20_000 })
  client.send(buy(1, RESTING))
  await bench.run(1_000)
  client.send(cancel(1))
  await bench.run(19_000)
  expect(client.take('orderStatus').at(-1)).toMatchObject({ status: 'Cancelled', filled: 0 })
  expect(bench.gateway.core.positions()).toEqual([])
  await bench.run(2_000)
  const kinds = client.take().map(({ kind }) => kind)
  expect(kinds).toEqual(['execDetails', 'commissionReport'])
  expect(bench.gateway.core.positions()).toMatchObject([{ quantity: 100 }])
  client.send({ kind: 'reqCompletedOrders', apiOnly: false })
  await bench.run(1)
  expect(client.take('completedOrder')).toMatchObject([
    { order: { filledQuantity: 100 }, orderState: { status: 'Cancelled' } },
  ])
})

describe('execution-corrected', () => {
  test.each([
    ['price', { shares: 100, side: 'BOT' }, 100],
    ['quantity', { shares: 99, side: 'BOT' }, 99],
    ['side', { shares: 100, side: 'SLD' }, -100],
    ['bust', { shares: 0 }, undefined],
  ] as const)('%s: once more under revision 2, five seconds later', async (what, says, held) => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    bench.inject('execution-corrected', { what })
    client.send(buy(1))
    await bench.run(4_000)
    const [first] = client.take('execDetails')
    await bench.run(2_000)
    const [second, ...others] = client.take('execDetails')
    expect(first?.execId).toMatch(/\.01$/)
    expect(second).toMatchObject({ ...says, execId: first?.execId.replace(/\.01$/, '.02') })
    expect(others).toEqual([])
    if (what === 'price') expect(second?.price).toBeCloseTo((first?.price ?? 0) + 0.05, 6)
    const { core } = bench.gateway
    expect(core.positions()[0]?.quantity).toBe(held)
    const [execution] = core.executions()
    const paid = what === 'bust' ? 0 : ((execution?.price ?? 0) * (held ?? 0)) / 1
    expect(core.state.cash).toBe(100_000_000_000 - paid - (execution?.commission ?? 0))
  })

  test('twice: each under a revision of its own, the second of what the first has made', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    bench.inject('execution-corrected', { what: 'price', afterMs: 5_000 })
    bench.inject('execution-corrected', { what: 'quantity', afterMs: 7_000 })
    client.send(buy(1))
    await bench.run(10_000)
    const [first, second, third, ...others] = client.take('execDetails')
    expect([first, second, third].map((of) => of?.execId.slice(-2))).toEqual(['01', '02', '03'])
    expect(third).toMatchObject({ shares: 99, price: second?.price })
    expect(others).toEqual([])
    expect(bench.gateway.core.positions()[0]?.quantity).toBe(99)
  })

  test('on the next day, with the open', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    bench.inject('execution-corrected', { what: 'quantity', nextDay: true })
    client.send(buy(1))
    await bench.run(60_000)
    client.take()
    await bench.run(23.5 * 3_600_000) // 10:01 on one day, 09:31 on the next
    expect(client.take('execDetails')).toMatchObject(
      [{ shares: 99, execId: /\.02$/ as never }].map(({ shares }) => ({ shares })),
    )
    expect(bench.gateway.core.executions()).toMatchObject([{ quantity: 99 }])
    expect(bench.gateway.core.positions()).toMatchObject([{ quantity: 99 }])
  })
})

test('fills-in-lots: one share a time', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('fills-in-lots')
  client.send(buy(1, { totalQuantity: 5 }))
  await bench.run(60_000)
  const fills = client.take('execDetails')
  expect(fills.map(({ shares, cumQty }) => [shares, cumQty])).toEqual([
    [1, 1],
    [1, 2],
    [1, 3],
    [1, 4],
    [1, 5],
  ])
})

test('overfill: one share more than was ordered', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('overfill')
  client.send(buy(1))
  await bench.run(30_000)
  const fills = client.take('execDetails')
  expect(fills.at(-1)).toMatchObject({ shares: 1, cumQty: 101 })
  expect(bench.gateway.core.positions()).toMatchObject([{ quantity: 101 }])
})

test('overfill: what fills in a group fills in its other orders as well', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  const group = { ocaGroup: 'a', ocaType: 2 }
  client.send(buy(1, { ...group, ...RESTING }))
  await bench.run(1_000)
  bench.inject('overfill', { how: 'group' })
  client.send(buy(2, group))
  await bench.run(30_000)
  const filled = new Set(client.take('execDetails').map(({ orderId }) => orderId))
  expect(filled).toEqual(new Set([1, 2]))
  expect(bench.gateway.core.positions()[0]?.quantity).toBeGreaterThan(100)
})

test('a clone has what is wrong at the broker, and goes on as the original', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('execution-late', { afterMs: 20_000 })
  client.send(buy(1, RESTING))
  await bench.run(1_000)
  client.send(cancel(1))
  await bench.run(1_000)
  const other = new GatewayBench({ start: bench.clock.now() })
  const clone = bench.gateway.clone(other.clock)
  await Promise.all([bench.run(30_000), other.run(30_000)])
  expect(clone.core.state).toEqual(bench.gateway.core.state)
  expect(clone.core.positions()).toMatchObject([{ quantity: 100 }])
})
