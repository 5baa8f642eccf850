import type { CalendarDate, ConId, OptionContract, Ticker } from '../domain/contract.ts'
import { price } from '../domain/money.ts'
import type { Currency } from '../domain/money.ts'
import type { Approved, ClientOrderId, Order, StructureId } from '../domain/order.ts'
import type { OrderReport } from '../domain/report.ts'
import { emptyContract } from '../wire/contract.ts'
import { completedOrderTerms, liveOrder, liveOrderState } from '../wire/defaults.ts'
import type { RequestOf } from '../wire/requests.ts'
import type { Response, ResponseOf } from '../wire/responses.ts'
import { openIbkr } from './open.ts'
import type { Ibkr, TradingOptions } from './open.ts'
import { ACCOUNT, memoryOrderIds, START, World } from './peer.testing.ts'

export const ORDER_CLIENT = 30
export const DATA_CLIENT = 31

/** SPY, today's expiry, 700 call. */
export const OPTION: OptionContract = {
  kind: 'option',
  symbol: 'SPY' as Ticker,
  exchange: 'SMART',
  currency: 'USD' as Currency,
  expiry: '2026-01-09' as CalendarDate,
  strike: price(700),
  right: 'C',
  tradingClass: 'SPY',
  multiplier: 100,
  conId: 700_001 as ConId,
  priceIncrements: [
    { from: price(0), tick: price(0.01) },
    { from: price(3), tick: price(0.05) },
  ],
  settlement: 'PM',
  lastTradingAt: (START + 6 * 3_600_000) as OptionContract['lastTradingAt'],
}

const { includeExpired: _expired, ...PLAIN } = emptyContract

/** As the Gateway names it: no primaryExchange, no includeExpired. */
export const WIRE_OPTION: ResponseOf<'openOrder'>['contract'] = {
  ...PLAIN,
  conId: OPTION.conId,
  symbol: 'SPY',
  secType: 'OPT',
  lastTradeDateOrContractMonth: '20260109',
  strike: 700,
  right: 'C',
  multiplier: '100',
  exchange: 'SMART',
  currency: 'USD',
  localSymbol: 'SPY   260109C00700000',
  tradingClass: 'SPY',
}

export function detailsOf(
  reqId: number,
  contract: Partial<ResponseOf<'contractDetails'>['contract']> = {},
): ResponseOf<'contractDetails'> {
  return {
    kind: 'contractDetails',
    reqId,
    contract: { ...WIRE_OPTION, ...contract },
    lastTradeDate: '20260109',
    marketName: 'SPY',
    minTick: 0.01,
    mdSizeMultiplier: null,
    orderTypes: '',
    validExchanges: 'SMART,CBOE',
    priceMagnifier: 1,
    underConId: 1,
    longName: 'SPDR',
    contractMonth: '202601',
    industry: '',
    category: '',
    subcategory: '',
    timeZoneId: 'US/Eastern',
    tradingHours: '20260109:0930-20260109:1615',
    liquidHours: '20260109:0930-20260109:1615',
    evRule: '',
    evMultiplier: null,
    secIds: [],
    aggGroup: null,
    underSymbol: 'SPY',
    underSecType: 'STK',
    marketRuleIds: '109,32',
    realExpirationDate: '20260109',
    stockType: '',
    sizeMinTick: null,
    minSize: 1,
    sizeIncrement: 1,
    suggestedSizeIncrement: 1,
    fund: null,
    ineligibilityReasons: [],
  }
}

const ref = (name: string): ClientOrderId => name as ClientOrderId

export function orderOf(name: string, terms: Partial<Order> = {}): Approved<Order> {
  const order: Order = {
    id: ref(name),
    structureId: 'run-1' as StructureId,
    parentId: null,
    oca: null,
    role: 'entry',
    contract: OPTION,
    side: 'BUY',
    quantity: 2,
    terms: { type: 'LMT', limit: price(2) },
    timeInForce: 'DAY',
    ...terms,
  }
  return order as unknown as Approved<Order> // approval is not what is tested here
}

/** Entry, take-profit and stop, as `bracket()` makes them. */
export function bracketOf(name = 'run'): readonly Approved<Order>[] {
  const oca = { name: `${name}-1`, type: 'reduce-with-block' } as const
  const exit = { parentId: ref(`${name}-1`), oca, side: 'SELL', timeInForce: 'GTC' } as const
  return [
    orderOf(`${name}-1`),
    orderOf(`${name}-2`, {
      ...exit,
      role: 'take-profit',
      terms: { type: 'LMT', limit: price(3.05) },
    }),
    orderOf(`${name}-3`, {
      ...exit,
      role: 'stop-loss',
      terms: { type: 'STP', trigger: price(1.5) },
    }),
  ]
}

type Placed = Pick<RequestOf<'placeOrder'>, 'orderId' | 'order'>

/** What the Gateway says of an order that lives. */
export function openOrderOf(
  { orderId, order }: Placed,
  state: { readonly status: string; readonly permId?: number; readonly clientId?: number },
): ResponseOf<'openOrder'> {
  return {
    kind: 'openOrder',
    orderId,
    contract: WIRE_OPTION,
    order: {
      ...liveOrder,
      action: order.action,
      totalQuantity: order.totalQuantity ?? 0,
      orderType: order.orderType,
      lmtPrice: order.lmtPrice ?? 0,
      auxPrice: order.auxPrice ?? 0,
      tif: order.tif,
      account: order.account,
      orderRef: order.orderRef,
      parentId: order.parentId,
      ocaGroup: order.ocaGroup,
      ocaType: order.ocaGroup === '' ? 3 : order.ocaType,
      clientId: state.clientId ?? ORDER_CLIENT,
      permId: state.permId ?? 9_000 + orderId,
    },
    orderState: { ...liveOrderState, status: state.status },
  }
}

export function statusOf(
  orderId: number,
  status: string,
  more: Partial<ResponseOf<'orderStatus'>> = {},
): ResponseOf<'orderStatus'> {
  return {
    kind: 'orderStatus',
    orderId,
    status,
    filled: 0,
    remaining: 2,
    avgFillPrice: 0,
    permId: 9_000 + orderId,
    parentId: 0,
    lastFillPrice: 0,
    clientId: ORDER_CLIENT,
    whyHeld: '',
    mktCapPrice: 0,
    ...more,
  }
}

export function executionOf(
  orderId: number,
  more: Partial<ResponseOf<'execDetails'>> = {},
): ResponseOf<'execDetails'> {
  return {
    kind: 'execDetails',
    reqId: -1,
    orderId,
    contract: WIRE_OPTION,
    execId: '0000e0d5.1.1.01',
    time: '20260109 10:00:05 US/Eastern',
    account: ACCOUNT,
    exchange: 'CBOE',
    side: 'BOT',
    shares: 2,
    price: 2,
    permId: 9_000 + orderId,
    clientId: ORDER_CLIENT,
    liquidation: 0,
    cumQty: 2,
    avgPrice: 2,
    orderRef: `run-${orderId}`,
    evRule: '',
    evMultiplier: null,
    modelCode: '',
    lastLiquidity: 2,
    pendingPriceRevision: false,
    submitter: '',
    ...more,
  }
}

export function commissionOf(execId: string, commission: number | null): Response {
  return {
    kind: 'commissionReport',
    execId,
    commission,
    currency: 'USD',
    realizedPnl: null,
    yield: null,
    yieldRedemptionDate: '',
  }
}

export function completedOf(
  orderRef: string,
  state: { readonly status: string; readonly completedStatus: string; readonly filled: number },
): ResponseOf<'completedOrder'> {
  return {
    kind: 'completedOrder',
    contract: WIRE_OPTION,
    order: {
      ...completedOrderTerms,
      action: 'BUY',
      totalQuantity: 2,
      orderType: 'LMT',
      orderRef,
      permId: 77,
      filledQuantity: state.filled,
    },
    orderState: {
      status: state.status,
      completedTime: '20260109 10:00:05 US/Eastern',
      completedStatus: state.completedStatus,
    },
  }
}

/** Answers with which a snapshot completes: nothing held, nothing open. */
export function quietAccount(world: World): void {
  world.answer('reqPositions', () => [{ kind: 'positionEnd' }])
  world.answer('reqAllOpenOrders', () => [{ kind: 'openOrderEnd' }])
  world.answer('reqCompletedOrders', () => [{ kind: 'completedOrdersEnd' }])
  world.answer('reqExecutions', ({ reqId }) => [{ kind: 'execDetailsEnd', reqId }])
  world.answer('reqPnL', ({ reqId }) => [
    { kind: 'pnl', reqId, dailyPnl: -12.5, unrealizedPnl: null, realizedPnl: null },
  ])
  world.answer('reqAccountSummary', ({ reqId }) => {
    const row = (tag: string, value: string, currency: string): Response => ({
      kind: 'accountSummary',
      reqId,
      account: ACCOUNT,
      tag,
      value,
      currency,
    })
    return [
      row('AccountType', 'MARGIN', ''),
      row('NetLiquidation', '100000.25', 'USD'),
      row('AvailableFunds', '90000', 'USD'),
      row('SettledCash', '80000', 'USD'),
      row('ExchangeRate', '1.08', 'EUR'),
      { kind: 'accountSummaryEnd', reqId },
    ]
  })
  world.answer('reqContractDetails', ({ reqId }) => [
    detailsOf(reqId),
    { kind: 'contractDetailsEnd', reqId },
  ])
  world.answer('reqMarketRule', ({ ruleId }) => [
    {
      kind: 'marketRule',
      ruleId,
      increments: [
        { lowEdge: 0, increment: 0.01 },
        { lowEdge: 3, increment: 0.05 },
      ],
    },
  ])
}

export interface Rig {
  readonly world: World
  readonly ibkr: Ibkr
  readonly reports: OrderReport[]
  readonly links: string[]
}

/** Both connections up, on a scripted Gateway. */
export async function upRig(
  options: Partial<TradingOptions> = {},
  world: World = new World(),
): Promise<Rig> {
  quietAccount(world)
  const ibkr = openIbkr({
    look: null,
    clock: world.clock,
    prng: world.prng,
    connect: world.connect,
    mode: 'simulation',
    declared: null,
    account: ACCOUNT,
    orderIds: memoryOrderIds(),
    latch: { read: () => null },
    notice: () => undefined,
    ...options,
  })
  const reports: OrderReport[] = []
  const links: string[] = []
  ibkr.broker.onReport((report) => reports.push(report))
  ibkr.broker.onLink((up, epoch) => links.push(`${up ? 'up' : 'down'} ${epoch}`))
  await world.run(10)
  return { world, ibkr, reports, links }
}

/** `run-1 held`, `run-2 cancel-reported`, `filled 2 of run-1`, `commission 1.3`. */
export function said(reports: readonly OrderReport[]): readonly string[] {
  return reports.map((report) => {
    if (report.kind === 'filled') return `filled ${report.fill.quantity} of ${report.fill.orderId}`
    if (report.kind === 'commission') return `commission ${report.commission / 1e6}`
    const { evidence, orderId } = report
    return `${orderId} ${evidence.kind === 'reported' ? evidence.as : evidence.kind}`
  })
}
