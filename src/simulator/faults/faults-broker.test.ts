import { describe, expect, test } from 'vitest'
import { buy, ready } from './faults.testing.ts'
import { optionOf } from './options.testing.ts'
import { GatewayBench } from '../session/session.testing.ts'

const QUERY = { kind: 'reqAllOpenOrders' } as const

describe('foreign-orders', () => {
  test.each([
    ['tws', [0, 0]],
    ['client-0', [-1, -2]],
  ] as const)('by %s: their numbers, and a permId that comes late', async (by, ids) => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    bench.inject('foreign-orders', { by, permIdAfterMs: 5_000 })
    await bench.run(1_000)
    expect(client.take()).toEqual([])
    const ask = async () => {
      client.send(QUERY)
      await bench.run(1)
      return client
        .take('openOrder')
        .map(({ orderId, order }) => [orderId, order.clientId, order.permId])
    }
    expect(await ask()).toEqual(ids.map((id) => [id, 0, 0]))
    await bench.run(5_000)
    const known = await ask()
    expect(known.map(([id]) => id)).toEqual(ids)
    expect(new Set(known.map(([, , permId]) => permId)).size).toBe(2)
  })

  test('one that fills moves a position that no client bought', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    bench.inject('foreign-orders', { fills: true, count: 1 })
    await bench.run(1_000)
    expect(client.take()).toEqual([])
    expect(bench.gateway.core.positions()).toMatchObject([{ quantity: 1 }])
  })
})

describe('broker-acts', () => {
  test('liquidated: what rests for it is cancelled, then it is sold at the bid', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    const contract = optionOf(bench)
    client.send({ ...buy(1, { totalQuantity: 1 }), contract } as never)
    await bench.run(5_000)
    client.send({
      ...buy(2, { totalQuantity: 1, action: 'SELL', orderType: 'LMT', lmtPrice: 90 }),
      contract,
    } as never)
    await bench.run(1_000)
    client.take()
    bench.inject('broker-acts')
    await bench.run(1_000)
    const { core } = bench.gateway
    expect(client.take('orderStatus')).toMatchObject([{ orderId: 2, status: 'Cancelled' }])
    expect(core.positions()).toEqual([])
    expect(core.executions().at(-1)).toMatchObject({
      clientId: 0,
      orderId: 0,
      orderRef: '',
      side: 'SELL',
      liquidation: true,
    })
  })

  test('exercised: the option is gone, and 100 shares are there', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    const contract = optionOf(bench)
    client.send({ ...buy(1, { totalQuantity: 1 }), contract } as never)
    await bench.run(5_000)
    client.take()
    bench.inject('broker-acts', { what: 'exercised' })
    await bench.run(1_000)
    expect(client.take('execDetails')).toEqual([])
    expect(bench.gateway.core.positions()).toMatchObject([
      { contract: { kind: 'stock' }, quantity: 100 },
    ])
  })
})
