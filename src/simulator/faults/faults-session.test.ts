import { describe, expect, test } from 'vitest'
import { price } from '../../domain/money.ts'
import { bars, buy, kindsOf, line, PING, ready, SPY, story } from './faults.testing.ts'
import { GatewayBench } from '../session/session.testing.ts'

const GREETING = ['managedAccounts', 'nextValidId', 'error -1 2104', 'error -1 2106']

describe('the handshake', () => {
  test('handshake-hang: silence after the version exchange', async () => {
    const bench = new GatewayBench()
    const heal = bench.inject('handshake-hang')
    const client = await bench.dial(1)
    client.send(PING)
    await bench.run(60_000)
    expect([client.hello === null, story(client), client.closed]).toEqual([false, [], false])
    heal()
    expect(story(await bench.dial(1)).slice(0, 4)).toEqual(GREETING) // its id was never taken
  })

  test('no-next-valid-id: startApi is answered without it, later requests are dropped', async () => {
    const bench = new GatewayBench()
    bench.inject('no-next-valid-id')
    const client = await bench.dial(1)
    expect(story(client)).toEqual(['managedAccounts', ...GREETING.slice(2), 'error -1 2158'])
    client.send(PING, bars(1), buy(1))
    await bench.run(10_000)
    expect([client.take(), bench.gateway.core.positions()]).toEqual([[], []])
  })

  test('order-id-jump: the id comes first, and a million higher', async () => {
    const bench = new GatewayBench()
    bench.inject('order-id-jump')
    const client = await bench.dial(1)
    const [first, second] = client.heard
    expect(first).toEqual({ kind: 'nextValidId', orderId: 1_000_001 })
    expect(second?.kind).toBe('managedAccounts')
    client.send({ kind: 'reqManagedAccts' })
    await bench.run(1)
    expect(story(client).filter((kind) => kind === 'managedAccounts').length).toBe(2)
  })

  test('order-id-jump: an id that was used before leads to 103', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    client.send(buy(10))
    await bench.run(1_000)
    client.close()
    bench.inject('order-id-jump', { jump: -5, comesFirst: false })
    const again = await bench.dial(1)
    expect(again.take('nextValidId')).toMatchObject([{ orderId: 6 }])
    again.send(buy(6))
    await bench.run(1_000)
    expect(story(again)).toEqual(['error 6 103'])
  })

  test('client-id-in-use: open ones are reset, 326 until it has lingered', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    bench.inject('client-id-in-use', { lingerMs: 30_000, clientIds: [1] })
    await bench.run(1)
    expect([client.closed, client.closedBecause]).toEqual([true, 'read ECONNRESET'])
    const refused = await bench.dial(1)
    expect([story(refused), refused.closed]).toEqual([['error -1 326'], true])
    expect(story(await bench.dial(2)).slice(0, 4)).toEqual(GREETING)
    await bench.run(30_000)
    expect(story(await bench.dial(1)).slice(0, 4)).toEqual(GREETING)
  })
})

test('restart: 1100 three times, closed, nobody there, then 1102', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('restart', { warnings: 3, everyMs: 5_000, downMs: 120_000, restoredAfterMs: 2_000 })
  await bench.run(14_999)
  expect([story(client), client.closed]).toEqual([Array(3).fill('error -1 1100'), false])
  await bench.run(1)
  expect([client.closed, bench.gateway.accepting]).toEqual([true, false])
  await bench.run(119_999)
  expect(bench.gateway.accepting).toBe(false)
  await bench.run(1)
  const again = await bench.dial(1)
  expect(story(again)).toEqual([...GREETING, 'error -1 2158', 'error -1 1100'])
  await bench.run(2_000)
  expect(story(again)).toEqual(['error -1 1102'])
  again.send(PING, bars(1))
  await bench.run(1_000)
  expect(story(again)).toEqual(['currentTime', 'historicalData'])
})

test('restart: healing brings it back at once', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  const heal = bench.inject('restart', { warnings: 0, downMs: 3_600_000, restored: null })
  await bench.run(60_000)
  expect([client.closed, bench.gateway.accepting]).toEqual([true, false])
  heal()
  expect(story(await bench.dial(1))).toEqual([...GREETING, 'error -1 2158'])
})

describe('connectivity-lost', () => {
  test('orders fill at the exchange meanwhile, and are told after 1102', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    client.send(buy(1, { orderType: 'LMT', lmtPrice: 1, tif: 'GTC' }), line(9))
    await bench.run(1_000)
    client.take()
    const heal = bench.inject('connectivity-lost')
    client.send(PING, bars(3), { kind: 'reqAllOpenOrders' })
    bench.gateway.core.place({ ...ticketOf(bench), limit: price(900) })
    await bench.run(20_000)
    expect(story(client)).toEqual(['error -1 1100', 'currentTime'])
    expect(bench.gateway.core.positions()).toMatchObject([{ quantity: 100 }])
    heal()
    await bench.run(1)
    const told = story(client)
    expect(told[0]).toBe('error -1 1102')
    expect(told).toEqual(
      expect.arrayContaining(['execDetails', 'commissionReport', 'openOrderEnd', 'tickPrice']),
    )
    expect(told).not.toContain('historicalData')
  })

  test('an order that is sent meanwhile reaches the exchange after 1102', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    const heal = bench.inject('connectivity-lost')
    client.send(buy(1))
    await bench.run(20_000)
    expect(bench.gateway.core.positions()).toEqual([])
    heal()
    await bench.run(1_000)
    expect(kindsOf(client)).toContain('execDetails')
  })

  test('what is asked and cancelled meanwhile is asked no more afterwards', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    const heal = bench.inject('connectivity-lost')
    for (let reqId = 1; reqId <= 5; reqId++) {
      client.send({ kind: 'reqAccountSummary', reqId, group: 'All', tags: 'NetLiquidation' })
      await bench.run(1_000)
      if (reqId < 5) client.send({ kind: 'cancelAccountSummary', reqId })
    }
    heal()
    await bench.run(1_000)
    expect(bench.gateway.counters.violations).toBe(0) // only two may be open
    expect(kindsOf(client)).toContain('accountSummaryEnd')
  })

  test('who comes meanwhile hears 1100 after its greeting', async () => {
    const bench = new GatewayBench()
    bench.inject('connectivity-lost')
    expect(story(await bench.dial(1)).at(-1)).toBe('error -1 1100')
  })
})

/** The order of client 1, at another price. */
function ticketOf(bench: GatewayBench) {
  const [order] = bench.gateway.core.openOrders()
  if (order === undefined) throw new Error('expected an order')
  return order
}

test('data-lost: 1101, and lines and streams are gone without a word', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  client.send(line(1), bars(2, { keepUpToDate: true }))
  await bench.run(5_000)
  const heal = bench.inject('data-lost')
  await bench.run(30_000)
  client.take()
  heal()
  await bench.run(120_000)
  expect(story(client)).toEqual(['error -1 1101'])
  client.send(line(1), bars(2, { keepUpToDate: true }))
  await bench.run(10_000)
  expect(kindsOf(client)).toEqual(expect.arrayContaining(['tickPrice', 'historicalDataUpdate']))
})

test('zombie: nothing is answered or pushed, new connections are mute', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  client.send(line(1))
  await bench.run(5_000)
  client.take()
  const heal = bench.inject('zombie')
  client.send(PING, bars(2), buy(1))
  const late = await bench.dial(2)
  await bench.run(60_000)
  expect([client.take(), late.hello, client.closed]).toEqual([[], null, false])
  expect(bench.gateway.core.positions()).toEqual([])
  heal()
  client.send(PING)
  await bench.run(1_000)
  expect(kindsOf(client)).toContain('currentTime')
  expect(late.hello).not.toBeNull()
})

test('history-dead: one service is dead for one symbol or all, the rest lives', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  client.send(bars(1, { keepUpToDate: true }), line(2))
  await bench.run(5_000)
  client.take()
  const heal = bench.inject('history-dead', { symbols: ['SPY'] })
  const vix = { ...SPY, symbol: 'VIX', secType: 'IND', exchange: 'CBOE' }
  client.send(PING, bars(3), bars(4, { contract: vix }))
  await bench.run(30_000)
  const heard = client.take()
  const history = heard.filter(({ kind }) => kind.startsWith('historical'))
  expect(history).toMatchObject([{ reqId: 4 }])
  expect(new Set(heard.map(({ kind }) => kind))).toEqual(
    new Set(['currentTime', 'historicalData', 'tickPrice', 'tickSize', 'tickString']),
  )
  heal()
  await bench.run(10_000)
  expect(kindsOf(client)).toContain('historicalDataUpdate')
})

test('history-dead: only this session, so that a new one works', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('history-dead', { connections: 'open' })
  const canary = await ready(bench, 2)
  client.send(bars(1))
  canary.send(bars(1))
  await bench.run(1_000)
  expect([story(client), story(canary)]).toEqual([[], ['historicalData']])
})
