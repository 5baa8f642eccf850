import { expect, test } from 'vitest'
import { buy, ready, story } from './faults.testing.ts'
import { GatewayBench } from '../session/session.testing.ts'

const ENTRY = { orderType: 'LMT', lmtPrice: 1, transmit: false }
const CHILD = { action: 'SELL', parentId: 1 }
const TAKE = { ...CHILD, orderType: 'LMT', lmtPrice: 9_000, transmit: false }
const STOP = { ...CHILD, orderType: 'STP', lmtPrice: null, auxPrice: 0.5 }

test('a child is rejected with the first fill of its parent', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('bracket-broken')
  client.send(buy(1, { ...ENTRY, lmtPrice: 900 }), buy(2, TAKE), buy(3, STOP))
  await bench.run(30_000)
  const said = client.take()
  expect(said.filter(({ kind }) => kind === 'error')).toMatchObject([{ id: 3, code: 201 }])
  const { core } = bench.gateway
  expect(core.completedOrders()).toMatchObject([
    { orderId: 1, status: 'Filled' },
    { orderId: 3, status: 'Inactive' },
  ])
  expect(core.openOrders()).toMatchObject([{ orderId: 2, status: 'Submitted' }])
})

test('the parent alone is cancelled', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('bracket-broken', { how: 'parent-cancelled' })
  client.send(buy(1, ENTRY), buy(2, TAKE), buy(3, STOP))
  await bench.run(1_000)
  const last = new Map(client.take('orderStatus').map(({ orderId, status }) => [orderId, status]))
  expect(last.get(1)).toBe('Cancelled')
  expect(bench.gateway.core.openOrders().map(({ orderId }) => orderId)).toEqual([2, 3])
})

test('the frame that transmits is lost: nothing is at work', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('bracket-broken', { how: 'last-lost' })
  client.send(buy(1, ENTRY), buy(2, TAKE), buy(3, STOP))
  await bench.run(60_000)
  expect(story(client)).toEqual([])
  expect(bench.gateway.core.openOrders()).toMatchObject([
    { orderId: 1, staged: true },
    { orderId: 2, staged: true },
  ])
})
