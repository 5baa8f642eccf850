import { describe, expect, test } from 'vitest'
import { bars, buy, cancel, kindsOf, PING, ready, story } from './faults.testing.ts'
import { GatewayBench } from '../session/session.testing.ts'
import type { TestClient } from '../session/session.testing.ts'

const RESTING = { orderType: 'LMT', lmtPrice: 1, tif: 'GTC' }
/** The numbers of the orders that executions were told of. */
function filled(client: TestClient): readonly number[] {
  return [...new Set(client.take('execDetails').map(({ orderId }) => orderId))]
}

const QUERY = { kind: 'reqAllOpenOrders' } as const

describe('orders-dead', () => {
  test('history is answered, orders, cancels and questions about them are not', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    client.send(buy(1, RESTING))
    await bench.run(1_000)
    client.take()
    const heal = bench.inject('orders-dead')
    client.send(buy(2), cancel(1), QUERY, bars(3), PING)
    await bench.run(30_000)
    expect(story(client)).toEqual(['currentTime', 'historicalData'])
    expect(bench.gateway.core.openOrders()).toMatchObject([{ orderId: 1 }])
    heal()
    client.send(QUERY)
    await bench.run(1)
    expect(kindsOf(client)).toEqual(['openOrder', 'orderStatus', 'openOrderEnd'])
  })

  test('orders have their effect and nobody says so', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    bench.inject('orders-dead', { executes: true })
    client.send(buy(1))
    await bench.run(5_000)
    expect([client.take(), bench.gateway.core.positions().length]).toEqual([[], 1])
  })
})

describe('order-held', () => {
  test('one order waits for a person, others do not', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    const heal = bench.inject('order-held')
    client.send(buy(1), buy(2), QUERY)
    await bench.run(30_000)
    expect(filled(client)).toEqual([2])
    heal()
    await bench.run(1_000)
    expect(filled(client)).toEqual([1])
  })

  test('it may never be placed, and its cancel waits with it', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    const heal = bench.inject('order-held', { outcome: 'discarded' })
    client.send(buy(1), cancel(1))
    await bench.run(30_000)
    heal()
    await bench.run(1_000)
    expect([client.take(), bench.gateway.core.positions()]).toEqual([[], []])
  })
})

test('read-only: 321 for orders, what-ifs and cancels, and only for them', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  const heal = bench.inject('read-only')
  client.send(buy(1), buy(2, { whatIf: true }), cancel(1), PING)
  client.send({ kind: 'reqGlobalCancel', extOperator: '', manualOrderIndicator: null })
  await bench.run(1_000)
  const [first] = client.heard
  expect(first).toMatchObject({ text: expect.stringMatching(/Read-Only/) })
  expect(story(client)).toEqual([
    'error 1 321',
    'error 2 321',
    'error 1 321',
    'currentTime',
    'error -1 321',
  ])
  heal()
  client.send(buy(1))
  await bench.run(1_000)
  expect(kindsOf(client)).toContain('execDetails')
})

describe('cancels that are ignored', () => {
  test('as many as are told', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    client.send(buy(1, RESTING), buy(2, RESTING))
    await bench.run(1_000)
    bench.inject('cancel-ignored', { count: 1 })
    client.take()
    client.send(cancel(1), cancel(2))
    await bench.run(5_000)
    expect(bench.gateway.core.openOrders()).toMatchObject([{ orderId: 1, status: 'Submitted' }])
    expect(client.take('orderStatus').every(({ orderId }) => orderId === 2)).toBe(true)
  })

  test('with an invalid time, without any fault', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    client.send(buy(1, RESTING))
    await bench.run(1_000)
    client.take()
    client.send(cancel(1, 'now'))
    await bench.run(5_000)
    expect([client.take(), bench.gateway.core.openOrders().length]).toEqual([[], 1])
    client.send(cancel(1, '20260310-14:00:00'))
    await bench.run(1_000)
    expect(bench.gateway.core.openOrders()).toEqual([])
  })
})
