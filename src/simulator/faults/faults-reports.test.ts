import { expect, test } from 'vitest'
import { buy, ready, story } from './faults.testing.ts'
import { GatewayBench } from '../session/session.testing.ts'

const QUERY = { kind: 'reqAllOpenOrders' } as const
const RESTING = { orderType: 'LMT', lmtPrice: 1, tif: 'GTC' }
const FILLS = { orderType: 'LMT', lmtPrice: 900, totalQuantity: 1 }

test('status-unreliable: three times', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('status-unreliable', { how: 'thrice' })
  client.send(buy(1, RESTING))
  await bench.run(1_000)
  expect(story(client)).toEqual(['openOrder', 'orderStatus', 'orderStatus', 'orderStatus'])
})

test('status-unreliable: never, and a market order is told by its execution alone', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('status-unreliable')
  client.send(buy(1))
  await bench.run(1_000)
  expect(story(client)).toEqual(['execDetails', 'commissionReport'])
  client.send(buy(2, RESTING))
  await bench.run(1_000)
  expect(story(client)).toEqual(['openOrder'])
  client.send(QUERY)
  await bench.run(1)
  expect(story(client)).toEqual(['openOrder', 'orderStatus', 'openOrderEnd'])
})

test('status-unreliable: out of order, the newest first', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('status-unreliable', { how: 'reordered' })
  client.send(buy(1, FILLS))
  await bench.run(2_000)
  const statuses = client.take('orderStatus').map(({ status }) => status)
  expect(statuses).toEqual(['Filled', 'Submitted'])
})

test('open-order-late: openOrder comes after Filled, as it was', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('open-order-late', { afterMs: 2_000 })
  client.send(buy(1, FILLS))
  await bench.run(1_900)
  expect(client.take('openOrder', 'orderStatus')).toMatchObject([
    { kind: 'orderStatus', status: 'Submitted' },
    { kind: 'orderStatus', status: 'Filled' },
  ])
  await bench.run(1_000)
  expect(client.take()).toMatchObject([
    { kind: 'openOrder', orderState: { status: 'Submitted' } },
    { kind: 'openOrder', orderState: { status: 'Filled' } },
  ])
})

test('execution-early: execDetails comes before any acknowledgement', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('execution-early', { heldMs: 3_000 })
  client.send(buy(1, FILLS), buy(2, RESTING))
  await bench.run(2_500)
  expect(story(client)).toEqual([
    'execDetails',
    'openOrder',
    'orderStatus',
    'openOrder',
    'orderStatus',
    'commissionReport',
  ])
  await bench.run(1_000)
  expect(client.take()).toMatchObject([
    { kind: 'openOrder', orderId: 2 },
    { kind: 'orderStatus', orderId: 2 },
  ])
})
