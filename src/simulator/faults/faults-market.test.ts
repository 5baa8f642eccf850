import { describe, expect, test } from 'vitest'
import { bars, buy, line, ready } from './faults.testing.ts'
import { optionOf } from './options.testing.ts'
import { at, GatewayBench } from '../session/session.testing.ts'
import type { TestClient } from '../session/session.testing.ts'

const HALTED = 49

/** What was said of a halt, by line. */
function halts(client: TestClient): readonly (readonly [number, number])[] {
  return client
    .take('tickGeneric')
    .filter(({ tickType }) => tickType === HALTED)
    .map(({ reqId, value }) => [reqId, value] as const)
}

describe('market-halt', () => {
  test('quotes stand still and say so, nothing trades, and no bar begins', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    client.send(line(1), line(2, { contract: optionOf(bench) }))
    await bench.run(10_000)
    client.take()
    const heal = bench.inject('market-halt')
    await bench.run(0)
    expect(halts(client)).toEqual([
      [1, 1],
      [2, 1],
    ])
    client.send(buy(1))
    await bench.run(180_000)
    expect(client.take('execDetails', 'tickPrice')).toEqual([])
    client.send(bars(3))
    await bench.run(1_000)
    const told = client.take('historicalData')[0]?.bars ?? []
    expect(told.at(-1)?.date).toBe(String(at('10:00') / 1000))
    heal()
    await bench.run(5_000)
    expect(bench.gateway.core.positions()).toHaveLength(1)
  })
})

test('option-halt: options say so, their underlying trades', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  client.send(line(1), line(2, { contract: optionOf(bench) }))
  await bench.run(1_000)
  client.take()
  bench.inject('option-halt')
  await bench.run(30_000)
  const heard = client.heard.flatMap((each) => (each.kind === 'tickPrice' ? each.reqId : []))
  expect(heard.filter((reqId) => reqId === 1).length).toBeGreaterThan(5)
  expect(halts(client).filter(([reqId]) => reqId === 2)).toEqual([[2, 1]])
  client.send({ ...buy(1, { totalQuantity: 1 }), contract: optionOf(bench) } as never, buy(2))
  await bench.run(30_000)
  expect(new Set(client.take('execDetails').map(({ orderId }) => orderId))).toEqual(new Set([2]))
})

test('early-close: contracts say so, orders of the day end with it, and no bar follows', async () => {
  const bench = new GatewayBench({ start: at('12:55') })
  const client = await ready(bench)
  bench.inject('early-close', { at: '13:00' })
  client.send({
    kind: 'reqContractDetails',
    reqId: 1,
    contract: optionOf(bench),
    secIdType: '',
    secId: '',
    issuerId: '',
  })
  client.send(buy(1, { orderType: 'LMT', lmtPrice: 1, tif: 'DAY' }))
  await bench.run(1_000)
  expect(client.take('contractDetails')[0]?.liquidHours).toMatch(/^20260310:0930-20260310:1300;/)
  await bench.run(600_000)
  expect(client.take('orderStatus').at(-1)).toMatchObject({ status: 'Cancelled' })
  client.send(bars(2), buy(2))
  await bench.run(60_000)
  expect(client.take('historicalData')[0]?.bars.at(-1)?.date).toBe(String(at('12:59') / 1000))
  expect(bench.gateway.core.positions()).toEqual([])
})

test('no-liquidity: not even a market order fills while it lasts', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  const heal = bench.inject('no-liquidity')
  client.send({ ...buy(1, { totalQuantity: 1 }), contract: optionOf(bench) } as never)
  await bench.run(60_000)
  expect(client.take('orderStatus').at(-1)).toMatchObject({ status: 'Submitted', filled: 0 })
  heal()
  await bench.run(10_000)
  expect(client.take('orderStatus').at(-1)).toMatchObject({ status: 'Filled' })
})

test('closed-day: no session, and an order waits for the next one', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('closed-day')
  client.send(buy(1, { tif: 'GTC' }), line(2))
  await bench.run(60_000)
  expect(client.heard.filter((each) => each.kind === 'error' && each.code === 399)).toMatchObject([
    { id: 1, text: expect.stringContaining('20260311 09:30:00') },
  ])
  expect(client.take('execDetails')).toEqual([])
})

test('a fault says how often it has made a difference, and nothing of what it is not about', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  const heals = [
    bench.inject('no-liquidity', { of: 'all' }),
    bench.inject('no-liquidity', { symbols: ['NONE'] }),
    bench.inject('order-unsaid', { count: 1 }),
    bench.inject('no-price'),
  ]
  expect(heals.map((heal) => bench.gateway.changesBy(heal))).toEqual([0, 0, 0, 0])
  client.send(buy(1))
  await bench.run(1_000)
  const [illiquid = 0, others, unsaid = 0, unpriced] = heals.map((heal) =>
    bench.gateway.changesBy(heal),
  )
  expect(Math.min(illiquid, unsaid)).toBeGreaterThan(0)
  expect([others, unpriced]).toEqual([0, 0])
})
