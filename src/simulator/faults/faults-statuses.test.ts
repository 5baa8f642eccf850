import { describe, expect, test } from 'vitest'
import { buy, cancel, ready, story } from './faults.testing.ts'
import { GatewayBench } from '../session/session.testing.ts'

const RESTING = { orderType: 'LMT', lmtPrice: 1, tif: 'GTC' }
const QUERY = { kind: 'reqAllOpenOrders' } as const

describe('status-stuck', () => {
  test('Inactive, then Submitted and filled', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    bench.inject('status-stuck', { lastsMs: 10_000 })
    client.send(buy(1))
    await bench.run(9_000)
    expect(client.take('orderStatus')).toMatchObject([{ status: 'Inactive', filled: 0 }])
    await bench.run(30_000)
    const statuses = client.take('orderStatus').map(({ status }) => status)
    expect([statuses[0], statuses.at(-1)]).toEqual(['Submitted', 'Filled'])
  })

  test.each(['PreSubmitted', 'PendingSubmit', 'ApiPending'] as const)(
    '%s for ever, until it is cancelled',
    async (status) => {
      const bench = new GatewayBench()
      const client = await ready(bench)
      bench.inject('status-stuck', { status, lastsMs: null })
      client.send(buy(1))
      await bench.run(600_000)
      expect(client.take('orderStatus')).toMatchObject([{ status }])
      client.send(QUERY)
      await bench.run(1)
      expect(client.take('openOrder')).toMatchObject([{ orderState: { status } }])
      client.send(cancel(1))
      await bench.run(1_000)
      expect(client.take('orderStatus').at(-1)).toMatchObject({ status: 'Cancelled' })
    },
  )
})

test.each([
  ['BUY', ['Submitted', 'Inactive', 'Submitted']],
  ['SELL', ['Submitted']],
] as const)(
  'status-stuck of what works, a %s: it is taken off, and comes back',
  async (side, says) => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    client.send(buy(1, RESTING))
    await bench.run(1_000)
    const heal = bench.inject('status-stuck', { of: 'working', side, lastsMs: 10_000 })
    await bench.run(30_000)
    expect(client.take('orderStatus').map(({ status }) => status)).toEqual(says)
    expect(bench.gateway.changesBy(heal)).toBe(says.length === 1 ? 0 : 1)
  },
)

test('status-stuck of what works: as many as are told, and they fill nothing meanwhile', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  const stop = bench.inject('no-liquidity', { of: 'all' })
  client.send(buy(1), buy(2))
  await bench.run(1_000)
  bench.inject('status-stuck', { of: 'working', lastsMs: null })
  await bench.run(1_000)
  stop()
  await bench.run(10_000)
  const last = (id: number): unknown =>
    client.heard
      .flatMap((each) => (each.kind === 'orderStatus' && each.orderId === id ? [each.status] : []))
      .at(-1)
  expect([last(1), last(2)]).toEqual(['Inactive', 'Filled'])
})

test('api-cancelled: the end has another name', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('api-cancelled')
  client.send(buy(1, RESTING))
  await bench.run(1_000)
  client.send(cancel(1))
  await bench.run(1_000)
  expect(client.take('orderStatus').at(-1)).toMatchObject({ status: 'ApiCancelled' })
})

test('order-unsaid: placed and filled without a word; who asks hears of it', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('order-unsaid')
  client.send(buy(1, RESTING), buy(2, RESTING))
  await bench.run(10_000)
  expect(client.take('openOrder').map(({ orderId }) => orderId)).toEqual([2])
  client.send(QUERY)
  await bench.run(1)
  expect(client.take('openOrder').map(({ orderId }) => orderId)).toEqual([1, 2])
})

test.each([399, 2161] as const)(
  'price-capped: %i says so, it looks normal and fills at the cap',
  async (code) => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    bench.inject('price-capped', { code, ticks: 100 })
    client.send(buy(1, { orderType: 'LMT', lmtPrice: 10 }))
    await bench.run(1_000)
    expect(client.heard[0]).toMatchObject({
      kind: 'error',
      text: expect.stringContaining('capped at 9'),
    })
    expect(story(client)).toEqual([`error 1 ${code}`, 'openOrder', 'orderStatus'])
    client.send(QUERY)
    await bench.run(1)
    expect(client.take('openOrder', 'orderStatus')).toMatchObject([
      { kind: 'openOrder', order: { lmtPrice: 10 }, orderState: { status: 'Submitted' } },
      { kind: 'orderStatus', mktCapPrice: 9 },
    ])
    expect(bench.gateway.core.openOrders()).toMatchObject([{ limit: 9_000_000 }])
  },
)
