import { describe, expect, test } from 'vitest'
import { emptyContract } from '../../wire/contract.ts'
import { untouchedOrder } from '../../wire/defaults.ts'
import type { RequestOf } from '../../wire/requests.ts'
import { at, CALL, scriptedMarket } from '../market/scripted-market.testing.ts'
import type { Scripted } from '../market/scripted-market.testing.ts'
import { GatewayBench } from './session.testing.ts'
import type { BenchOptions, TestClient } from './session.testing.ts'

type Terms = Partial<RequestOf<'placeOrder'>['order']>

const OPTION = { ...emptyContract, conId: CALL.conId, exchange: 'SMART' }
const BUY = { action: 'BUY', orderType: 'LMT', totalQuantity: 1, lmtPrice: 2, tif: 'GTC' }
const SELL = { ...BUY, action: 'SELL', lmtPrice: 3 }
const STOP = { ...BUY, action: 'SELL', orderType: 'STP', lmtPrice: null, auxPrice: 1.5 }

/** Quoted 1.90 to 2.00 from the open on. */
function bench(quotes: readonly Scripted[] = [], options: BenchOptions = {}): GatewayBench {
  const first = { at: at('09:30'), bid: 1.9, ask: 2 }
  const spy = { at: at('09:30'), bid: 560, ask: 560.02 }
  const market = scriptedMarket({ quotes: { 1: [spy], [CALL.conId]: [first, ...quotes] } })
  return new GatewayBench({ market, ...options })
}

function place(client: TestClient, orderId: number, terms: Terms): void {
  const order = { ...untouchedOrder, ...terms }
  client.send({ kind: 'placeOrder', orderId, contract: OPTION, order })
}

async function ready(gateway: GatewayBench, clientId = 7, version = 193): Promise<TestClient> {
  const client = await gateway.client(clientId, version)
  client.take()
  return client
}

/** What was said of orders, as short lines. */
function story(client: TestClient): readonly string[] {
  return client.take().flatMap((response): readonly string[] => {
    switch (response.kind) {
      case 'openOrder':
        return [`open ${response.orderId} ${response.orderState.status}`]
      case 'orderStatus': {
        const { orderId, status, filled, remaining, whyHeld } = response
        return [`status ${orderId} ${status} ${filled}/${remaining} ${whyHeld}`.trim()]
      }
      case 'execDetails':
        return [`exec ${response.orderId} ${response.side} ${response.shares} @${response.price}`]
      case 'commissionReport':
        return [`commission ${response.commission}`]
      case 'error':
        return [`error ${response.id} ${response.code}`]
      default:
        return []
    }
  })
}

describe('one order', () => {
  test('a limit order that crosses fills, and its commission follows', async () => {
    const gateway = bench()
    const client = await ready(gateway)
    place(client, 1, BUY)
    await gateway.run(1_000)
    expect(story(client)).toEqual([
      'open 1 Submitted',
      'status 1 Submitted 0/1',
      'exec 1 BOT 1 @2',
      'open 1 Filled',
      'status 1 Filled 1/0',
      'commission 1',
    ])
  })

  test('an order rests, is changed, and is cancelled', async () => {
    const gateway = bench()
    const client = await ready(gateway)
    place(client, 1, { ...BUY, lmtPrice: 1.5 })
    await gateway.run(1_000)
    expect(story(client)).toEqual(['open 1 Submitted', 'status 1 Submitted 0/1'])
    place(client, 1, { ...BUY, lmtPrice: 1.6 })
    await gateway.run(1_000)
    expect(client.take('openOrder')[0]?.order.lmtPrice).toBe(1.6)
    client.send({ kind: 'cancelOrder', orderId: 1, ...NO_CANCEL_DETAILS })
    await gateway.run(1_000)
    expect(story(client)).toEqual([
      'status 1 PendingCancel 0/1',
      'status 1 Cancelled 0/1',
      'error 1 202',
    ])
  })

  test.each([
    ['no such type', { ...BUY, orderType: 'WISH' }, 321],
    ['a type that is not simulated', { ...BUY, orderType: 'TRAIL' }, 387],
    ['no such action', { ...BUY, action: 'HOLD' }, 321],
    ['a time in force that is not simulated', { ...BUY, tif: 'FOK' }, 321],
    ['size zero', { ...BUY, totalQuantity: 0 }, 434],
    ['a fraction', { ...BUY, totalQuantity: 0.5 }, 10243],
    ['off the price grid', { ...BUY, lmtPrice: 2.005 }, 110],
    ['a limit order without a limit', { ...BUY, lmtPrice: null }, 321],
    ['another account', { ...BUY, account: 'DU7654321' }, 321],
    ['no such parent', { ...SELL, parentId: 99 }, 10006],
    ['eTradeOnly', { ...BUY, eTradeOnly: true }, 10268],
    ['a minimum size', { ...BUY, minQty: 5 }, 321],
    ['a what-if that is not transmitted', { ...BUY, whatIf: true, transmit: false }, 413],
    ['more than the account holds', { ...BUY, totalQuantity: 100_000 }, 201],
    ['sold without cover', SELL, 201],
  ])('%s: one error on the order id', async (_name, terms, code) => {
    const gateway = bench()
    const client = await ready(gateway)
    place(client, 41, terms)
    await gateway.run(1_000)
    expect(client.errors()).toEqual([[41, code]])
    expect(gateway.gateway.core.positions()).toEqual([])
  })

  test.each([
    ['unknown', { ...OPTION, conId: 4711 }, 200],
    ['a combination without legs', { ...OPTION, conId: 0, secType: 'BAG', symbol: 'SPY' }, 314],
  ])('%s contract: one error', async (_name, contract, code) => {
    const gateway = bench()
    const client = await ready(gateway)
    const order = { ...untouchedOrder, ...BUY }
    client.send({ kind: 'placeOrder', orderId: 1, contract, order })
    await gateway.run(100)
    expect(client.errors()).toEqual([[1, code]])
  })

  test('a used id gets 103; nextValidId is a floor that outlives the session', async () => {
    const gateway = bench()
    const client = await ready(gateway)
    place(client, 5, { ...BUY, lmtPrice: 1 })
    await gateway.run(100)
    client.take()
    place(client, 3, BUY)
    await gateway.run(100)
    expect(story(client)).toEqual(['error 3 103'])
    client.close()
    await gateway.run(0)
    const [again, other] = [await gateway.client(7), await gateway.client(8)]
    expect(again.take('nextValidId')).toMatchObject([{ orderId: 6 }])
    expect(other.take('nextValidId')).toMatchObject([{ orderId: 1 }])
  })

  test('a what-if brings one openOrder with margins, and leaves no trace', async () => {
    const gateway = bench()
    const client = await ready(gateway)
    place(client, 1, { ...BUY, whatIf: true, totalQuantity: 3 })
    await gateway.run(1_000)
    const heard = client.take()
    expect(heard).toMatchObject([
      {
        kind: 'openOrder',
        order: { whatIf: true },
        orderState: { status: 'PreSubmitted', initMarginChange: 600, commission: 1.95 },
      },
    ])
    expect(gateway.gateway.core.openOrders()).toEqual([])
    client.send({ kind: 'reqIds', count: 1 })
    await gateway.run(1)
    expect(client.take('nextValidId')).toMatchObject([{ orderId: 1 }])
  })

  test('the 21st working order on one side of a contract is refused (P13)', async () => {
    const gateway = bench()
    const client = await ready(gateway)
    for (let id = 1; id <= 21; id++) place(client, id, { ...BUY, lmtPrice: 0.01 })
    await gateway.run(1_000)
    expect(client.errors()).toEqual([[21, 201]])
  })
})

describe('a bracket', () => {
  test('is silent until its last order, wakes up with its parent, and ends as one', async () => {
    const gateway = bench([{ at: at('10:05'), bid: 3.1, ask: 3.2 }])
    const client = await ready(gateway)
    const family = { parentId: 1, ocaGroup: 'exits', ocaType: 1 }
    place(client, 1, { ...BUY, transmit: false })
    place(client, 2, { ...SELL, ...family, transmit: false })
    await gateway.run(1_000)
    expect(story(client)).toEqual([])
    place(client, 3, { ...STOP, ...family })
    await gateway.run(5_000)
    expect(story(client)).toMatchInlineSnapshot(`
      [
        "open 1 Submitted",
        "status 1 Submitted 0/1",
        "exec 1 BOT 1 @2",
        "open 1 Filled",
        "status 1 Filled 1/0",
        "open 2 Submitted",
        "status 2 Submitted 0/1",
        "open 3 PreSubmitted",
        "status 3 PreSubmitted 0/1 trigger",
        "commission 1",
      ]
    `)
    await gateway.run(300_000)
    expect(story(client)).toMatchInlineSnapshot(`
      [
        "exec 2 SLD 1 @3",
        "open 2 Filled",
        "status 2 Filled 1/0",
        "status 3 Cancelled 0/1",
        "error 3 202",
        "commission 1",
      ]
    `)
  })

  test('children wait for a parent that rests, and go with it', async () => {
    const gateway = bench()
    const client = await ready(gateway)
    place(client, 1, { ...BUY, lmtPrice: 1, transmit: false })
    place(client, 2, { ...SELL, parentId: 1, transmit: false })
    place(client, 3, { ...STOP, parentId: 1 })
    await gateway.run(1_000)
    expect(story(client).filter((line) => line.startsWith('status'))).toEqual([
      'status 1 Submitted 0/1',
      'status 2 PreSubmitted 0/1 child',
      'status 3 PreSubmitted 0/1 child,trigger',
    ])
    client.send({ kind: 'cancelOrder', orderId: 1, ...NO_CANCEL_DETAILS })
    await gateway.run(1_000)
    const cancelled = story(client).filter((line) => line.includes(' Cancelled '))
    expect(cancelled.length).toBe(3)
  })
})

describe('who sees what', () => {
  test('a client sees its own orders, and all of them when it asks for all', async () => {
    const gateway = bench()
    const [one, two] = [await ready(gateway, 1), await ready(gateway, 2)]
    place(one, 1, { ...BUY, lmtPrice: 1 })
    place(two, 9, { ...BUY, lmtPrice: 1.1 })
    await gateway.run(1_000)
    expect(one.take('openOrder').map((each) => each.orderId)).toEqual([1])
    expect(two.take('openOrder').map((each) => each.orderId)).toEqual([9])
    one.send({ kind: 'reqOpenOrders' })
    two.send({ kind: 'reqAllOpenOrders' })
    await gateway.run(1)
    expect(story(one)).toEqual(['open 1 Submitted', 'status 1 Submitted 0/1'])
    expect(two.take('openOrder').map((each) => [each.orderId, each.order.clientId])).toEqual([
      [1, 1],
      [9, 2],
    ])
  })

  test('a cancel from another client works, and the status carries its id', async () => {
    const gateway = bench()
    const [one, two] = [await ready(gateway, 1), await ready(gateway, 2)]
    place(one, 4, { ...BUY, lmtPrice: 1 })
    await gateway.run(1_000)
    one.take()
    two.send({ kind: 'cancelOrder', orderId: 4, ...NO_CANCEL_DETAILS })
    await gateway.run(1_000)
    for (const client of [one, two]) {
      const last = client.take('orderStatus').at(-1)
      expect([last?.status, last?.clientId]).toEqual(['Cancelled', 2])
    }
  })

  test('a cancel of nothing gets 10147, of what is over 10148', async () => {
    const gateway = bench()
    const client = await ready(gateway)
    place(client, 1, BUY)
    await gateway.run(1_000)
    client.take()
    for (const orderId of [1, 77])
      client.send({ kind: 'cancelOrder', orderId, ...NO_CANCEL_DETAILS })
    await gateway.run(100)
    expect(client.errors()).toEqual([
      [1, 10148],
      [77, 10147],
    ])
  })

  test('globalCancel ends the orders of every client', async () => {
    const gateway = bench()
    const [one, two] = [await ready(gateway, 1), await ready(gateway, 2)]
    for (const client of [one, two]) place(client, 1, { ...BUY, lmtPrice: 1 })
    await gateway.run(1_000)
    two.send({ kind: 'reqGlobalCancel', extOperator: '', manualOrderIndicator: null })
    await gateway.run(1_000)
    expect(gateway.gateway.core.openOrders()).toEqual([])
    for (const client of [one, two]) expect(client.errors()).toEqual([[1, 202]])
  })

  test('executions repeat on every request, those of the filter only', async () => {
    const gateway = bench()
    const [one, two] = [await ready(gateway, 1, 200), await ready(gateway, 2, 200)]
    place(one, 1, BUY)
    await gateway.run(1_000)
    const asked = { ...ALL_EXECUTIONS, reqId: 5 }
    two.send({ kind: 'reqExecutions', ...asked })
    two.send({ kind: 'reqExecutions', ...asked, side: 'SELL' })
    two.send({ kind: 'reqExecutions', ...asked, clientId: 2 })
    two.send({ kind: 'reqExecutions', ...asked, time: '20260310-23:00:00' })
    two.send({ kind: 'reqExecutions', ...asked, specificDates: ['20260309'] })
    two.send({ kind: 'reqExecutions', ...asked, lastNDays: 3 })
    await gateway.run(1)
    const end = 'execDetailsEnd'
    const row = ['execDetails', 'commissionReport', end]
    expect(two.kinds()).toEqual([...row, end, end, end, end, ...row])
  })
})

test('a read-only Gateway refuses every order, what-if and cancel of every client', async () => {
  const gateway = bench([], { readOnly: true })
  const client = await ready(gateway)
  place(client, 1, BUY)
  place(client, 2, { ...BUY, whatIf: true })
  client.send({ kind: 'cancelOrder', orderId: 3, ...NO_CANCEL_DETAILS })
  client.send({ kind: 'reqGlobalCancel', extOperator: '', manualOrderIndicator: null })
  client.send({ kind: 'reqOpenOrders' })
  await gateway.run(1_000)
  const heard = client.take('error', 'openOrderEnd')
  expect(heard.slice(0, 4)).toMatchObject([
    { id: 1, code: 321, text: expect.stringMatching(/read-only/i) },
    { id: 2, code: 321 },
    { id: 3, code: 321 },
    { id: -1, code: 321 },
  ])
  expect(heard.at(-1)?.kind).toBe('openOrderEnd')
})

test('every frame of an order day can be read at every version that is served', async () => {
  for (const version of [157, 163, 164, 166, 170, 173, 176, 177, 178, 182, 187, 190, 195, 200]) {
    const gateway = bench([], { maxServerVersion: version })
    const client = await ready(gateway, 7, version)
    place(client, 1, BUY)
    await gateway.run(1_000)
    client.send({ kind: 'reqCompletedOrders', apiOnly: true })
    client.send({ kind: 'reqExecutions', ...ALL_EXECUTIONS, reqId: 1 })
    await gateway.run(100) // the bench reads every frame back and would fail
    expect(client.take('completedOrder').length).toBe(1)
  }
})

const NO_CANCEL_DETAILS = { manualCancelTime: '', extOperator: '', manualOrderIndicator: null }
const ALL_EXECUTIONS = {
  clientId: 0,
  account: '',
  time: '',
  symbol: '',
  secType: '',
  exchange: '',
  side: '',
  lastNDays: null,
  specificDates: [],
} as const
