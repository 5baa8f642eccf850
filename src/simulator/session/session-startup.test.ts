import { expect, test } from 'vitest'
import { frame } from '../../wire/frame.ts'
import { clientPrelude } from '../../wire/handshake.ts'
import { at, CALL, scriptedMarket, ticket } from '../market/scripted-market.testing.ts'
import { GatewayBench, TestClient } from './session.testing.ts'

/** One field per `|`, as the tables of conformance.md write frames. */
function script(client: TestClient, ...frames: readonly string[]): void {
  for (const each of frames) client.write(frame(Buffer.from(`${each.replaceAll('|', '\0')}\0`)))
}

/** A Gateway with one filled order, one that rests, and one that was cancelled. */
async function tradedBench(maxServerVersion = 200): Promise<GatewayBench> {
  const quote = { at: at('09:30'), bid: 2, ask: 2.1 }
  const spy = { at: at('09:30'), bid: 560, ask: 560.02 }
  const market = scriptedMarket({ quotes: { 1: [spy], [CALL.conId]: [quote] } })
  const bench = new GatewayBench({ market, maxServerVersion })
  const own = { clientId: 1, contract: CALL, quantity: 1, type: 'LMT' } as const
  bench.gateway.core.place(ticket({ ...own, orderId: 1, limit: 2_200_000 as never }))
  bench.gateway.core.place(ticket({ ...own, orderId: 2, limit: 1_000_000 as never }))
  bench.gateway.core.place(ticket({ ...own, orderId: 3, limit: 1_000_000 as never }))
  await bench.run(1_000)
  bench.gateway.core.cancel(1, 1, 3)
  await bench.run(1_000)
  return bench
}

async function connect(
  bench: GatewayBench,
  versions: { readonly min: number; readonly max: number },
): Promise<TestClient> {
  const spoken = Math.min(versions.max, 200)
  const client = new TestClient(bench.gateway.memorySocket(), spoken)
  client.write(clientPrelude(versions))
  await bench.run(1)
  return client
}

test('ib_async and ib_insync start up at 178 in a second, every list with its end', async () => {
  const bench = await tradedBench()
  const client = await connect(bench, { min: 157, max: 178 })
  expect(client.hello).toMatch(/^178 /)
  script(client, '71|2|1|')
  await bench.run(1)
  expect(client.kinds().slice(0, 2)).toEqual(['managedAccounts', 'nextValidId'])
  script(client, '61|1', '5|1', '99|0', '6|2|1|DU1234567', '76|1|7|DU1234567||0')
  await bench.run(500)
  const kinds = client.kinds()
  expect(kinds.filter((kind, i) => kind !== kinds[i - 1])).toEqual([
    'position',
    'positionEnd',
    'openOrder',
    'orderStatus',
    'openOrderEnd',
    'completedOrder',
    'completedOrdersEnd',
    'accountValue',
    'portfolioValue',
    'accountUpdateTime',
    'accountDownloadEnd',
    'accountUpdateMulti',
    'accountUpdateMultiEnd',
  ])
  expect(kinds.filter((kind) => kind === 'completedOrder').length).toBe(2)
  script(client, '7|3|8|0||||||')
  await bench.run(100)
  expect(client.kinds()).toEqual(['execDetails', 'commissionReport', 'execDetailsEnd'])
  expect(bench.gateway.counters.violations).toBe(0)
})

test('client id 0 of ib_async binds without an answer, another client gets 327', async () => {
  const bench = await tradedBench()
  const zero = await connect(bench, { min: 157, max: 178 })
  const one = await connect(bench, { min: 157, max: 178 })
  script(zero, '71|2|0|', '15|1|1')
  script(one, '71|2|1|', '15|1|1')
  await bench.run(10)
  expect(zero.errors().map(([, code]) => code)).toEqual([2104, 2106, 2158])
  expect(one.errors().map(([, code]) => code)).toEqual([2104, 2106, 2158, 327])
})

test.each([
  ['10.19.04', 176, '7|3|8|0||||||'],
  ['10.30.01', 187, '7|3|8|0||||||'],
  ['10.37.02', 203, '7|3|8|0|||||||2147483647|0'],
  ['10.46', 225, '7|3|8|0|||||||2147483647|0'],
])('the official Python client %s, up to %i', async (_name, max, executions) => {
  const bench = await tradedBench()
  const client = await connect(bench, { min: 100, max })
  script(client, '71|2|9|')
  await bench.run(1)
  client.take()
  script(client, '8|1|1', '16|1', '61|1', executions, '62|1|9|All|NetLiquidation,$LEDGER:ALL')
  await bench.run(100)
  const kinds = client.kinds()
  for (const end of ['nextValidId', 'openOrderEnd', 'positionEnd', 'execDetailsEnd'] as const) {
    expect(kinds).toContain(end)
  }
  expect(kinds.at(-1)).toBe('accountSummaryEnd')
  expect(bench.gateway.counters.violations).toBe(0)
})

test.each([
  ['rust-ibapi v1', 173],
  ['rust-ibapi v2, ibkr-go', 200],
])('%s at %i: ready, time, and a list of nothing still ends', async (_name, version) => {
  const bench = new GatewayBench()
  const client = await connect(bench, { min: version, max: version })
  expect(client.hello?.split(' ')[0]).toBe(String(version))
  script(client, '71|2|100|')
  await bench.run(1)
  client.take()
  script(client, '49|1', '5|1', '61|1', '99|1')
  await bench.run(100)
  expect(client.kinds()).toEqual([
    'currentTime',
    'openOrderEnd',
    'positionEnd',
    'completedOrdersEnd',
  ])
})
