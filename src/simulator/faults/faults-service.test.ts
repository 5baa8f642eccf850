import { describe, expect, test } from 'vitest'
import { bars, kindsOf, line, PING, ready, SPY, story } from './faults.testing.ts'
import type { Request } from '../../wire/requests.ts'
import { GatewayBench } from '../session/session.testing.ts'
import type { TestClient } from '../session/session.testing.ts'

const DETAILS: Request = {
  kind: 'reqContractDetails',
  reqId: 8,
  contract: SPY,
  secIdType: '',
  secId: '',
  issuerId: '',
}

function texts(client: TestClient): readonly string[] {
  return client.take('error').map(({ code, text }) => `${code} ${text}`)
}

describe('farm-down', () => {
  test.each([
    [
      'quotes',
      '2103 Market data farm connection is broken:usfarm',
      2104,
      line(1),
      line(7),
      'tickPrice',
    ],
    [
      'history',
      '2105 HMDS data farm connection is broken:ushmds',
      2106,
      bars(1),
      bars(7),
      'historicalData',
    ],
    [
      'contracts',
      '2157 Sec-def data farm connection is broken:secdefil',
      2158,
      DETAILS,
      DETAILS,
      'contractDetails',
    ],
  ] as const)('%s: said at once, silent, and restored with its message', async (...of) => {
    const [farm, broken, okCode, request, again, answer] = of
    const bench = new GatewayBench()
    const client = await ready(bench)
    const heal = bench.inject('farm-down', { farm })
    client.send(request, PING)
    await bench.run(30_000)
    expect(client.heard.map(({ kind }) => kind)).toEqual(['error', 'currentTime'])
    expect(texts(client)).toEqual([broken])
    const late = await bench.dial(2)
    expect(texts(late).at(-1)).toBe(broken)
    heal()
    await bench.run(1)
    expect(story(client)[0]).toBe(`error -1 ${okCode}`)
    client.send(again)
    await bench.run(5_000)
    expect(kindsOf(client)).toContain(answer)
  })

  test('one farm of two is restored, the other without a message', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    const first = bench.inject('farm-down', { farmName: 'usfarm.nj', symbols: ['SPY'] })
    const second = bench.inject('farm-down', { farmName: 'cashfarm', saysRestored: false })
    first()
    second()
    await bench.run(1)
    expect(texts(client)).toEqual([
      '2103 Market data farm connection is broken:usfarm.nj',
      '2103 Market data farm connection is broken:cashfarm',
      '2104 Market data farm connection is OK:usfarm.nj',
    ])
  })

  test('a line that was open says everything again, for other symbols it never stopped', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    const vix = { ...SPY, symbol: 'VIX', secType: 'IND', exchange: 'CBOE' }
    client.send(line(1), line(2, { contract: vix }))
    await bench.run(5_000)
    const heal = bench.inject('farm-down', { symbols: ['SPY'] })
    client.take()
    await bench.run(20_000)
    expect(new Set(client.take('tickPrice').map(({ reqId }) => reqId))).toEqual(new Set([2]))
    heal()
    await bench.run(1)
    const again = client.take('tickPrice').filter(({ reqId }) => reqId === 1)
    expect(again.map(({ tickType }) => tickType)).toEqual(expect.arrayContaining([1, 2, 4]))
  })

  test('server: 2110, as 1100', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    const heal = bench.inject('farm-down', { farm: 'server' })
    client.send(bars(1), PING)
    await bench.run(5_000)
    heal()
    await bench.run(1)
    expect(story(client)).toEqual(['error -1 2110', 'currentTime', 'error -1 1102'])
  })
})

test('history-paced, soft: what was cancelled, or whose asker is gone, is not opened late', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  const other = await ready(bench, 2)
  bench.inject('history-paced', { form: 'soft', always: true })
  const streams = Array.from({ length: 30 }, (_, i) => bars(i + 1, { keepUpToDate: true }))
  client.send(...streams)
  other.send(...streams)
  await bench.run(5_000)
  for (const { reqId } of streams as readonly { readonly reqId: number }[]) {
    client.send({ kind: 'cancelHistoricalData', reqId })
  }
  other.close()
  await bench.run(30_000)
  expect([client.take(), bench.gateway.counters.violations]).toEqual([[], 0])
  // All fifty that a login may have open are free.
  const late = Array.from({ length: 50 }, (_, i) => bars(100 + i, { keepUpToDate: true }))
  client.send(...late.slice(0, 40))
  await bench.run(2_000)
  client.send(...late.slice(40))
  await bench.run(30_000)
  expect([kindsOf(client), bench.gateway.counters.violations]).toEqual([
    expect.arrayContaining(['historicalData']),
    0,
  ])
})

describe('hmds-idle', () => {
  test('2107, and the next request brings 2106 after 0.3 s, then data', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    bench.inject('hmds-idle')
    await bench.run(1)
    expect(story(client)).toEqual(['error -1 2107'])
    client.send(bars(1), bars(2))
    await bench.run(299)
    expect(story(client)).toEqual([])
    await bench.run(2)
    expect(story(client)).toEqual(['error -1 2106'])
    await bench.run(200)
    expect(story(client)).toEqual(['historicalData', 'historicalData'])
  })

  test('by itself after 360 s without a request, and it wakes in 0.3 s', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    client.send(bars(1))
    await bench.run(359_999)
    expect(story(client)).toEqual(['historicalData'])
    await bench.run(1)
    expect(story(client)).toEqual(['error -1 2107'])
    client.send(bars(2))
    await bench.run(299)
    expect(story(client)).toEqual([])
    await bench.run(200)
    expect(story(client)).toEqual(['error -1 2106', 'historicalData'])
  })

  test('that does not wake: no 2106, no data', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    const heal = bench.inject('hmds-idle', { wakes: false })
    client.send(bars(1), PING)
    await bench.run(60_000)
    expect(story(client)).toEqual(['error -1 2107', 'currentTime'])
    heal()
    await bench.run(1_000)
    expect(story(client)).toEqual(['error -1 2106'])
  })
})

test('farm-not-ready: what is asked before it is ready is never answered', async () => {
  const bench = new GatewayBench()
  bench.inject('farm-not-ready', { readyAfterMs: 10_000 })
  const client = await bench.dial(1)
  expect(story(client)).toEqual([
    'managedAccounts',
    'nextValidId',
    'error -1 2104',
    'error -1 2158',
  ])
  client.send(bars(1), PING)
  await bench.run(10_000)
  expect(story(client)).toEqual(['currentTime', 'error -1 2106'])
  client.send(bars(2))
  await bench.run(60_000)
  expect(client.take('historicalData')).toMatchObject([{ reqId: 2 }])
})

describe('no-data-rights', () => {
  test('competing: 10197 for every line and every new one, and back when it is over', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    client.send(line(1))
    await bench.run(5_000)
    client.take()
    const heal = bench.inject('no-data-rights')
    client.send(line(2), bars(3))
    await bench.run(20_000)
    expect(story(client)).toEqual(['error 1 10197', 'error 2 10197', 'historicalData'])
    heal()
    await bench.run(1)
    expect(kindsOf(client)).toContain('tickPrice')
  })

  test('not subscribed: 10089, or delayed data for who asked for it; history refuses too', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    client.send(line(1))
    await bench.run(1_000)
    client.take()
    const heal = bench.inject('no-data-rights', { why: 'not-subscribed', historyToo: true })
    client.send(line(2), bars(3))
    await bench.run(5_000)
    expect(story(client)).toEqual(['error 1 10089', 'error 2 10089', 'error 3 162'])
    client.send({ kind: 'reqMarketDataType', type: 3 }, line(4))
    await bench.run(5_000)
    expect(client.heard.find((each) => each.kind === 'error')).toMatchObject({ code: 10167 })
    expect(client.take('marketDataType')).toEqual([{ kind: 'marketDataType', reqId: 4, type: 3 }])
    heal()
    client.send({ kind: 'reqMarketDataType', type: 1 }, line(5))
    await bench.run(1)
    expect(client.take('marketDataType')).toMatchObject([{ reqId: 5, type: 1 }])
  })
})
