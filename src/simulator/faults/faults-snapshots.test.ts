import { describe, expect, test } from 'vitest'
import { buy, ready, story } from './faults.testing.ts'
import { GatewayBench } from '../session/session.testing.ts'
import type { Request } from '../../wire/requests.ts'

const RESTING = { orderType: 'LMT', lmtPrice: 1, tif: 'GTC' }
const EXECUTIONS: Request = {
  kind: 'reqExecutions',
  reqId: 9,
  clientId: 0,
  account: '',
  time: '',
  symbol: '',
  secType: '',
  exchange: '',
  side: '',
  lastNDays: null,
  specificDates: [],
}

describe('snapshot-incomplete', () => {
  test('positions come empty, and a second later as they are; then they are right', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    client.send(buy(1))
    await bench.run(60_000)
    client.take()
    bench.inject('snapshot-incomplete')
    client.send({ kind: 'reqPositions' })
    await bench.run(900)
    expect(story(client)).toEqual(['positionEnd'])
    await bench.run(200)
    expect(client.take('position')).toMatchObject([{ position: 100 }])
    client.send({ kind: 'reqPositions' })
    await bench.run(1)
    expect(story(client)).toEqual(['position', 'positionEnd'])
  })

  test.each<readonly [string, Request, readonly string[]]>([
    ['executions', EXECUTIONS, ['execDetailsEnd']],
    ['completed', { kind: 'reqCompletedOrders', apiOnly: false }, ['completedOrdersEnd']],
    ['open-end', { kind: 'reqAllOpenOrders' }, ['openOrder', 'orderStatus']],
  ])('%s', async (list, request, told) => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    client.send(buy(1), buy(2, RESTING))
    await bench.run(60_000)
    client.take()
    bench.inject('snapshot-incomplete', { list })
    client.send(request)
    await bench.run(10_000)
    expect(story(client)).toEqual(told)
    client.send(request)
    await bench.run(1)
    expect(story(client).length).toBeGreaterThan(told.length)
  })
})

describe('what-if-odd', () => {
  test.each([
    ['silent', []],
    ['unset', ['openOrder']],
    ['echo', ['openOrder', 'orderStatus']],
  ] as const)('%s', async (how, told) => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    bench.inject('what-if-odd', { how })
    client.send(buy(1, { whatIf: true }))
    await bench.run(10_000)
    const [first, second] = client.heard
    expect(client.heard.map(({ kind }) => kind)).toEqual(told)
    if (how === 'unset') expect(first).toMatchObject({ orderState: { initMarginAfter: null } })
    if (how === 'echo') expect(second).toMatchObject({ orderId: 1, status: 'PreSubmitted' })
    expect(bench.gateway.core.openOrders()).toEqual([])
  })
})

test('expired-zero: what is closed stays in the list with 0', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('expired-zero')
  client.send(buy(1, { totalQuantity: 1 }))
  await bench.run(1_000)
  client.send(buy(2, { totalQuantity: 1, action: 'SELL' }))
  await bench.run(1_000)
  client.take()
  client.send({ kind: 'reqPositions' })
  await bench.run(1)
  expect(client.take('position', 'positionEnd')).toMatchObject([
    { kind: 'position', position: 0, contract: { symbol: 'SPY' } },
    { kind: 'positionEnd' },
  ])
})
