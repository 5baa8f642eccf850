import { describe, expect, test } from 'vitest'
import { emptyContract } from '../../wire/contract.ts'
import { untouchedOrder } from '../../wire/defaults.ts'
import type { RequestOf } from '../../wire/requests.ts'
import { at, CALL, CALL_565, scriptedMarket, SPX, SPY } from '../market/scripted-market.testing.ts'
import { GatewayBench } from './session.testing.ts'
import type { TestClient } from './session.testing.ts'

type Terms = RequestOf<'placeOrder'>['order']

const SPREAD = { ...emptyContract, symbol: 'SPY', secType: 'BAG', exchange: 'SMART' }
const BUY = { action: 'BUY', orderType: 'LMT', totalQuantity: 2, lmtPrice: 2.2, tif: 'GTC' }

function legOf(conId: number, action: string, ratio = 1): Terms['comboLegs'][number] {
  const rest = { openClose: 0, shortSaleSlot: 0, designatedLocation: '', exemptCode: -1 }
  return { conId, ratio, action, exchange: 'SMART', ...rest }
}

const LEGS = [legOf(CALL.conId, 'BUY'), legOf(CALL_565.conId, 'SELL')]

/** The spread at 2.00 to 2.20. */
async function ready(version = 193): Promise<{ gateway: GatewayBench; client: TestClient }> {
  const quoted = (bid: number, ask: number) => [{ at: at('09:30'), bid, ask }]
  const quotes = {
    [SPY.conId]: quoted(560, 560.02),
    [CALL.conId]: quoted(4, 4.1),
    [CALL_565.conId]: quoted(1.9, 2),
  }
  const gateway = new GatewayBench({ market: scriptedMarket({ quotes }) })
  const client = await gateway.client(7, version)
  client.take()
  return { gateway, client }
}

function place(client: TestClient, terms: Partial<Terms>, orderId = 1): void {
  const order = { ...untouchedOrder, ...BUY, comboLegs: LEGS, ...terms }
  client.send({ kind: 'placeOrder', orderId, contract: SPREAD, order })
}

describe('a combo on the wire', () => {
  test.each([176, 178, 187, 193, 200])('its order repeats its legs, at %i', async (version) => {
    const { gateway, client } = await ready(version)
    place(client, { lmtPrice: 1, orderRef: 'r' })
    await gateway.run(1_000)
    client.take()
    client.send({ kind: 'reqAllOpenOrders' })
    await gateway.run(10)
    const [open] = client.take('openOrder')
    expect(open).toMatchObject({ contract: { secType: 'BAG', symbol: 'SPY' } })
    expect(open?.order).toMatchObject({
      comboLegs: LEGS,
      lmtPrice: 1,
      comboLegsDescription: '2|1,6|-1',
    })
  })

  test('it fills as itself and as its legs; only these pay and are held', async () => {
    const { gateway, client } = await ready()
    place(client, { orderRef: 'r' })
    await gateway.run(1_000)
    const heard = client.take('execDetails', 'commissionReport')
    const said = heard.map((each) =>
      each.kind === 'execDetails'
        ? `${each.contract.secType} ${each.side} ${each.shares} @${each.price} ${each.orderRef}`
        : `commission ${each.commission}`,
    )
    expect(said).toEqual([
      'BAG BOT 2 @2.2 r',
      'OPT BOT 2 @4.1 r',
      'OPT SLD 2 @1.9 r',
      'commission 1.3',
      'commission 1.3',
    ])
    client.send({ kind: 'reqPositions' })
    await gateway.run(10)
    const rows = client.take('position').map(({ contract, position }) => [contract.conId, position])
    expect(rows).toEqual([
      [CALL.conId, 2],
      [CALL_565.conId, -2],
    ])
  })

  test('asked for again: the same executions, and the completed order with its legs', async () => {
    const { gateway, client } = await ready()
    place(client, {})
    await gateway.run(1_000)
    client.take()
    client.send({ kind: 'reqCompletedOrders', apiOnly: false })
    const filter = { clientId: 0, account: '', time: '', symbol: '', secType: '', exchange: '' }
    const dates = { lastNDays: null, specificDates: [] }
    client.send({ kind: 'reqExecutions', reqId: 9, ...filter, side: '', ...dates })
    await gateway.run(10)
    const heard = client.take('completedOrder', 'execDetails', 'commissionReport')
    expect(heard.map(({ kind }) => kind)).toEqual([
      'completedOrder',
      'execDetails',
      'execDetails',
      'commissionReport',
      'execDetails',
      'commissionReport',
    ])
    expect(heard[0]).toMatchObject({ order: { comboLegs: LEGS, filledQuantity: 2 } })
  })

  test('what it would take, and nothing comes of it', async () => {
    const { gateway, client } = await ready()
    place(client, { whatIf: true })
    await gateway.run(100)
    const [answer] = client.take('openOrder')
    expect(answer?.orderState).toMatchObject({ initMarginChange: 440, commission: 2.6 })
    expect(gateway.gateway.core.openOrders()).toEqual([])
  })

  test.each([
    ['a leg nobody knows', { comboLegs: [legOf(4711, 'BUY'), LEGS[1] ?? LEGS[0]] }, 200],
    ['an index', { comboLegs: [legOf(SPX.conId, 'BUY'), ...LEGS] }, 200],
    ['one leg', { comboLegs: LEGS.slice(0, 1) }, 312],
    ['a leg twice', { comboLegs: [...LEGS, ...LEGS] }, 312],
    ['a ratio that is none', { comboLegs: [legOf(CALL.conId, 'BUY', 0), ...LEGS.slice(1)] }, 312],
    ['leg prices', { orderComboLegs: [{ price: 4 }, { price: 2 }] }, 321],
    ['not guaranteed', { smartComboRoutingParams: [{ tag: 'NonGuaranteed', value: '1' }] }, 321],
    ['a stop', { orderType: 'STP', auxPrice: 1, lmtPrice: null }, 387],
    ['off the grid', { lmtPrice: 2.205 }, 110],
  ] as const)('%s: one error', async (_, terms, code) => {
    const { gateway, client } = await ready()
    place(client, terms as Partial<Terms>)
    await gateway.run(1_000)
    expect(client.errors()).toEqual([[1, code]])
  })
})

test('OCA type 3, reduce without block, is taken and repeated', async () => {
  const { gateway, client } = await ready()
  place(client, { lmtPrice: 1, ocaGroup: 'x', ocaType: 3 })
  await gateway.run(1_000)
  expect(client.take('openOrder')[0]?.order).toMatchObject({ ocaGroup: 'x', ocaType: 3 })
})
