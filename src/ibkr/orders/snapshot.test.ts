import { expect, test } from 'vitest'
import { price } from '../../domain/money.ts'
import type { Approved, ClientOrderId, OrderChange } from '../../domain/order.ts'
import type { BrokerSnapshot } from '../../domain/report.ts'
import type { Fault } from '../../engine/ports.ts'
import type { Result } from '../../base/result.ts'
import { untouchedOrder } from '../../wire/defaults.ts'
import {
  commissionOf,
  completedOf,
  detailsOf,
  executionOf,
  OPTION,
  openOrderOf,
  ORDER_CLIENT,
  orderOf,
  said,
  statusOf,
  upRig,
  WIRE_OPTION,
} from '../gateway.testing.ts'
import type { Rig } from '../gateway.testing.ts'
import { ACCOUNT, error, START } from '../peer.testing.ts'

async function taken(rig: Rig, ms = 100): Promise<Result<BrokerSnapshot, Fault>> {
  const snapshot = rig.ibkr.broker.snapshot(new AbortController().signal)
  await rig.world.run(ms)
  return snapshot
}

async function picture(rig: Rig): Promise<BrokerSnapshot> {
  const snapshot = await taken(rig, 1_000)
  if (!snapshot.ok) throw new Error(snapshot.error.detail)
  return snapshot.value
}

const mine = {
  ...untouchedOrder,
  account: ACCOUNT,
  action: 'BUY',
  totalQuantity: 2,
  orderType: 'LMT',
  lmtPrice: 2,
}

test('an empty account is a complete picture, with its account', async () => {
  const snapshot = await picture(await upRig())
  expect(snapshot).toEqual({
    requestedAt: START + 10,
    epoch: 1,
    openOrders: [],
    completedOrders: [],
    fills: [],
    positions: [],
    account: {
      id: ACCOUNT,
      at: START + 10,
      kind: 'margin',
      baseCurrency: 'USD',
      netLiquidation: 100_000_250_000,
      availableFunds: 90_000_000_000,
      settledCash: 80_000_000_000,
      dailyPnl: -12_500_000,
      dayTradesLeft: null,
      exchangeRates: new Map([['EUR', 1.08]]),
    },
  })
})

test('the lists are asked for in the order of promises.md 3.5', async () => {
  const rig = await upRig()
  await picture(rig)
  const kinds = rig.world.peer(ORDER_CLIENT).heard.map(({ request }) => request.kind)
  const lists = kinds.filter((kind) => /Positions|Orders|Executions/.test(kind))
  expect(lists).toEqual(['reqPositions', 'reqAllOpenOrders', 'reqCompletedOrders', 'reqExecutions'])
})

test('what is listed as PendingCancel is dying, and counts as no protection (F47)', async () => {
  const rig = await upRig()
  rig.world.answer('reqAllOpenOrders', () => [
    openOrderOf(
      { orderId: 12, order: { ...mine, orderRef: 'old-3' } },
      { status: 'PendingCancel' },
    ),
    { kind: 'openOrderEnd' },
  ])
  const { openOrders } = await picture(rig)
  expect(openOrders.map(({ evidence }) => evidence)).toEqual([
    { kind: 'reported', as: 'cancel-pending' },
  ])
})

test('what an earlier run sent is found by its reference, and can be changed and cancelled', async () => {
  const rig = await upRig()
  rig.world.answer('reqAllOpenOrders', () => [
    openOrderOf(
      {
        orderId: 12,
        order: { ...mine, orderRef: 'old-3', parentId: 10, ocaGroup: 'old-1', ocaType: 1 },
      },
      { status: 'PreSubmitted' },
    ),
    statusOf(12, 'Submitted'),
    { kind: 'openOrderEnd' },
  ])
  const snapshot = await picture(rig)
  expect(snapshot.openOrders).toEqual([
    {
      orderId: 'old-3',
      permId: 9_012,
      contract: OPTION_AT_GATEWAY,
      side: 'BUY',
      quantity: 2,
      evidence: { kind: 'reported', as: 'working' },
    },
  ])
  const change: OrderChange = {
    orderId: 'old-3' as ClientOrderId,
    quantity: 1,
    terms: { type: 'LMT', limit: price(2.5) },
  }
  expect(rig.ibkr.broker.replace(change as unknown as Approved<OrderChange>).ok).toBe(true)
  expect(rig.ibkr.broker.cancel('old-3' as ClientOrderId).ok).toBe(true)
  await rig.world.run(0)
  const peer = rig.world.peer(ORDER_CLIENT)
  expect(peer.requests('placeOrder')).toMatchObject([
    {
      orderId: 12,
      contract: { conId: OPTION.conId, secType: 'OPT' },
      order: { totalQuantity: 1, lmtPrice: 2.5, parentId: 10, ocaGroup: 'old-1', ocaType: 1 },
    },
  ])
  expect(peer.requests('cancelOrder')).toMatchObject([{ orderId: 12 }])
  // The next id lies above every id that was seen (P26).
  rig.ibkr.broker.place([orderOf('new-1')])
  await rig.world.run(0)
  expect(peer.requests('placeOrder').at(-1)?.orderId).toBe(13)
})

/** Last trading at 16:15 New York: from its own hours. */
const OPTION_AT_GATEWAY = { ...OPTION, lastTradingAt: START + 6.25 * 3_600_000 }

test('orders of other clients and hand-entered ones are shown as foreign (D49)', async () => {
  const rig = await upRig()
  rig.world.answer('reqAllOpenOrders', () => [
    openOrderOf(
      { orderId: 12, order: { ...mine, orderRef: 'theirs' } },
      { status: 'Submitted', clientId: 5, permId: 1 },
    ),
    openOrderOf({ orderId: 0, order: mine }, { status: 'Submitted', clientId: 0, permId: 2 }),
    statusOf(0, 'Submitted', { clientId: 0, permId: 2, filled: 1, remaining: 1 }),
    { kind: 'openOrderEnd' },
  ])
  const snapshot = await picture(rig)
  // Of what others have filled in part, what is left.
  expect(
    snapshot.openOrders.map(({ orderId, permId, quantity }) => [orderId, permId, quantity]),
  ).toEqual([
    [null, 1, 2],
    [null, 2, 1],
  ])
})

test.each([
  ['Filled', 'Filled', 2, 'filled'],
  ['Cancelled', 'Cancelled by Trader', 0, 'cancelled'],
  ['Cancelled', 'Order expired', 0, 'expired'],
  ['Inactive', 'Rejected by System:\n', 0, 'rejected'],
  ['Inactive', 'Cancelled by System', 1, 'cancelled'],
])(
  'a completed order %s "%s" with %i filled is proven %s',
  async (...[status, text, filled, proven]) => {
    const rig = await upRig()
    rig.world.answer('reqCompletedOrders', () => [
      completedOf('run-9', { status, completedStatus: text, filled }),
      { kind: 'completedOrdersEnd' },
    ])
    expect((await picture(rig)).completedOrders).toMatchObject([
      { orderId: 'run-9', evidence: { kind: 'proven', status: proven, by: 'completed-order' } },
    ])
  },
)

test('executions are fills, with their commissions; corrections keep their revision', async () => {
  const rig = await upRig()
  rig.world.answer('reqExecutions', ({ reqId }) => [
    executionOf(4, { reqId, execId: 'x.1.01' }),
    commissionOf('x.1.01', 1.3),
    executionOf(4, { reqId, execId: 'x.1.02', price: 2.05 }),
    executionOf(9, { reqId, execId: 'y.1.01', clientId: 8 }),
    commissionOf('y.1.01', 1),
    { kind: 'execDetailsEnd', reqId },
  ])
  const snapshot = await picture(rig)
  // Those of others are of no order of ours: they explain what a position has become.
  expect(
    snapshot.fills.map(({ execId, revision, orderId }) => [execId, revision, orderId]),
  ).toEqual([
    ['x.1', 1, snapshot.fills[0]?.orderId],
    ['x.1', 2, snapshot.fills[0]?.orderId],
    ['y.1', 1, ''],
  ])
  expect(snapshot.fills[0]?.orderId).not.toBe('')
  expect(snapshot.fills[0]?.at).toBe(START + 5_000)
  expect(said(rig.reports)).toEqual(['commission 1.3'])
})

test('positions come with whole contracts; what is closed is left out', async () => {
  const rig = await upRig()
  rig.world.answer('reqPositions', () => [
    { kind: 'position', account: ACCOUNT, contract: WIRE_OPTION, position: 3, avgCost: 200.65 },
    {
      kind: 'position',
      account: ACCOUNT,
      contract: { ...WIRE_OPTION, conId: 2 },
      position: 0,
      avgCost: 0,
    },
    { kind: 'position', account: 'DU9', contract: WIRE_OPTION, position: 7, avgCost: 1 },
    { kind: 'positionEnd' },
  ])
  expect((await picture(rig)).positions).toEqual([
    { contract: OPTION_AT_GATEWAY, quantity: 3, cost: 601_950_000 },
  ])
})

test('an expired contract has no definition any more, and is still held', async () => {
  const rig = await upRig()
  rig.world.answer('reqContractDetails', ({ reqId }) => [
    error(reqId, 200, 'No security definition has been found for the request'),
  ])
  const expired = { ...WIRE_OPTION, lastTradeDateOrContractMonth: '20260102' }
  rig.world.answer('reqPositions', () => [
    { kind: 'position', account: ACCOUNT, contract: expired, position: 1, avgCost: 1 },
    { kind: 'positionEnd' },
  ])
  const [position] = (await picture(rig)).positions
  expect(position?.contract).toMatchObject({ kind: 'option', expiry: '2026-01-02', right: 'C' })
})

test.each(['reqPositions', 'reqAllOpenOrders', 'reqCompletedOrders', 'reqExecutions'] as const)(
  'without the end marker of %s there is no picture: unknown is not flat (R10)',
  async (kind) => {
    const rig = await upRig()
    rig.world.answer(kind, () => [])
    const snapshot = await taken(rig, 11_000)
    expect(snapshot).toMatchObject({ ok: false, error: { code: 'timeout' } })
  },
)

test('a connection that ends takes its picture with it', async () => {
  const rig = await upRig()
  rig.world.answer('reqExecutions', () => [])
  const snapshot = rig.ibkr.broker.snapshot(new AbortController().signal)
  await rig.world.run(100)
  rig.world.peer(ORDER_CLIENT).transport.close()
  await rig.world.run(5_000)
  expect(await snapshot).toMatchObject({ ok: false, error: { code: 'not-connected' } })
})

test('the profit of the day is null until it is known', async () => {
  const rig = await upRig()
  rig.world.answer('reqPnL', ({ reqId }) => [
    { kind: 'pnl', reqId, dailyPnl: null, unrealizedPnl: null, realizedPnl: null },
  ])
  const snapshot = await taken(rig, 4_000)
  expect(snapshot).toMatchObject({ ok: true, value: { account: { dailyPnl: null } } })
  expect(rig.world.peer(ORDER_CLIENT).requests('cancelPnL')).toHaveLength(1)
})

const heldRow = { kind: 'position', account: ACCOUNT, position: 3, avgCost: 200 } as const

test('account values that are missing are not made up, and nothing else waits for them (D34)', async () => {
  const rig = await upRig()
  rig.world.answer('reqAccountSummary', ({ reqId }) => [{ kind: 'accountSummaryEnd', reqId }])
  expect(await picture(rig)).toMatchObject({
    account: null,
    whyNoAccount: expect.stringContaining('expected net liquidation'),
  })
})

test('322: more summaries than the Gateway gives, and the picture has everything but the account', async () => {
  const rig = await upRig()
  rig.world.answer('reqPositions', () => [
    { ...heldRow, contract: WIRE_OPTION },
    { kind: 'positionEnd' },
  ])
  rig.world.answer('reqAccountSummary', ({ reqId }) => [
    error(reqId, 322, 'Maximum number of account summary requests exceeded'),
  ])
  const { account, positions } = await picture(rig)
  expect([account, positions.length]).toEqual([null, 1])
})

test('a summary that is slow holds a picture up for 3.5 s, and is in the next one', async () => {
  const rig = await upRig()
  let asked = 0
  rig.world.answer('reqAccountSummary', ({ reqId }) => {
    asked = reqId
    return []
  })
  expect(await taken(rig, 3_600)).toMatchObject({ ok: true, value: { account: null } })
  await rig.world.run(1_000)
  const row = { kind: 'accountSummary', reqId: asked, account: ACCOUNT, currency: 'USD' } as const
  rig.world.peer(ORDER_CLIENT).send(
    ...[
      ['AccountType', 'CASH'],
      ['NetLiquidation', '9'],
      ['AvailableFunds', '8'],
      ['SettledCash', '7'],
    ].map(([tag = '', value = '']) => ({ ...row, tag, value })),
    { kind: 'accountSummaryEnd', reqId: asked },
  )
  await rig.world.run(10)
  expect(await taken(rig, 3_600)).toMatchObject({
    ok: true,
    value: { account: { settledCash: 7_000_000, at: START + 4_610 } },
  })
})

test('a definition that does not come: held stocks and options are named by their rows', async () => {
  const rig = await upRig()
  rig.world.answer('reqContractDetails', () => [])
  const stock = { ...WIRE_OPTION, conId: 5, secType: 'STK', symbol: 'ABC', right: '', strike: 0 }
  rig.world.answer('reqPositions', () => [
    { ...heldRow, contract: WIRE_OPTION },
    { ...heldRow, contract: stock },
    { kind: 'positionEnd' },
  ])
  const snapshot = await taken(rig, 2_100)
  expect(snapshot).toMatchObject({
    ok: true,
    value: {
      positions: [
        { contract: { kind: 'option', conId: OPTION.conId, multiplier: 100 }, quantity: 3 },
        { contract: { kind: 'stock', conId: 5, symbol: 'ABC' }, quantity: 3 },
      ],
    },
  })
})

test('what the journal knows is not asked for', async () => {
  const rig = await upRig()
  rig.world.answer('reqPositions', () => [
    { ...heldRow, contract: WIRE_OPTION },
    { kind: 'positionEnd' },
  ])
  const snapshot = rig.ibkr.broker.snapshot(new AbortController().signal, [OPTION])
  await rig.world.run(100)
  expect(await snapshot).toMatchObject({ ok: true, value: { positions: [{ contract: OPTION }] } })
  expect(rig.world.peer(ORDER_CLIENT).requests('reqContractDetails')).toEqual([])
})

test('a combo of others whose legs cannot be named is left out, and said once', async () => {
  const rig = await upRig()
  rig.world.answer('reqContractDetails', () => [])
  rig.world.answer('reqAllOpenOrders', () => [
    openOrderOf({ orderId: 0, order: mine }, { status: 'Submitted', clientId: 0, permId: 2 }),
    unnamedCombo(),
    { kind: 'openOrderEnd' },
  ])
  const first = await taken(rig, 2_100)
  expect(first).toMatchObject({
    ok: true,
    value: {
      openOrders: [{ permId: 2 }],
      leftOut: ['an order, perm id 3, of BAG SPY, contract 9'],
    },
  })
  const second = await taken(rig, 2_100)
  expect(second.ok && [second.value.leftOut, second.value.unnamed]).toEqual([undefined, true])
})

function unnamedCombo(): ReturnType<typeof openOrderOf> {
  const order = { orderId: 0, order: mine }
  const row = openOrderOf(order, { status: 'Submitted', clientId: 0, permId: 3 })
  const leg = { ratio: 1, action: 'BUY', exchange: 'SMART', openClose: 0, shortSaleSlot: 0 }
  const more = { designatedLocation: '', exemptCode: -1 }
  const comboLegs = [11, 12].map((conId) => ({ conId, ...leg, ...more }))
  return {
    ...row,
    contract: { ...WIRE_OPTION, secType: 'BAG', conId: 9, localSymbol: '' },
    order: { ...row.order, comboLegs },
  }
}

test('a fill after a restart waits for its contract, and is reported once it is known', async () => {
  const rig = await upRig()
  rig.world.peer(ORDER_CLIENT).send(executionOf(4), commissionOf('0000e0d5.1.1.01', 0.7))
  await rig.world.run(100)
  expect(said(rig.reports)).toEqual(['filled 2 of run-4', 'commission 0.7'])
  expect(rig.reports[0]).toMatchObject({ fill: { contract: OPTION_AT_GATEWAY } })
})

test('the summary is cancelled with its last row: two at most are allowed (L17)', async () => {
  const rig = await upRig()
  for (let i = 0; i < 5; i++) await picture(rig)
  expect(rig.world.peer(ORDER_CLIENT).requests('cancelAccountSummary')).toHaveLength(5)
})

test('a contract is asked for once a day', async () => {
  const rig = await upRig()
  rig.world.answer('reqContractDetails', ({ reqId }) => [
    detailsOf(reqId),
    { kind: 'contractDetailsEnd', reqId },
  ])
  rig.world.answer('reqPositions', () => [
    { kind: 'position', account: ACCOUNT, contract: WIRE_OPTION, position: 3, avgCost: 200 },
    { kind: 'positionEnd' },
  ])
  for (let i = 0; i < 3; i++) await picture(rig)
  expect(rig.world.peer(ORDER_CLIENT).requests('reqContractDetails')).toHaveLength(1)
  expect(rig.world.peer(ORDER_CLIENT).requests('reqMarketRule')).toMatchObject([{ ruleId: 109 }])
})

test('a strike of 100 rests what can wait, and a picture cannot: exits wait for it', async () => {
  const rig = await upRig()
  rig.world.peer(ORDER_CLIENT).send(error(-1, 100, 'Max rate of messages per second exceeded'))
  await rig.world.run(10)
  let complete: boolean | null = null
  void rig.ibkr.broker.snapshot(new AbortController().signal).then(({ ok }) => {
    complete = ok
  })
  await rig.world.run(2_000)
  expect(complete).toBe(true)
})
