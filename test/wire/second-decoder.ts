import type { Response, ResponseOf } from '../../src/wire/responses.ts'
import { prefixed } from './packages.ts'

/** An event of the package, its arguments named and in their order (client-library.md 9). */
export interface Heard {
  readonly event: string
  readonly args: Readonly<Record<string, unknown>>
}

/** What the package should say about a response; null: it does not know the message. */
export function eventsOf(response: Response): readonly Heard[] | null {
  const translate = events[response.kind] as ((response: Response) => readonly Heard[]) | undefined
  return translate?.(response) ?? null
}

type Translations = {
  readonly [K in Response['kind']]?: (response: ResponseOf<K>) => readonly Heard[]
}

/** One event whose arguments are the fields, in the order in which we have them. */
const as =
  (event: string) =>
  (response: { readonly kind: string }): readonly Heard[] => [
    { event, args: without(response, 'kind') },
  ]

function without<T extends object, K extends keyof T>(
  value: T,
  ...names: readonly K[]
): Omit<T, K> {
  const left = { ...value }
  for (const name of names) delete left[name]
  return left
}

const one = (event: string, args: Heard['args']): readonly Heard[] => [{ event, args }]

type Contract = ResponseOf<'contractDetails'>['contract']

const contractOf = ({ primaryExchange, ...rest }: Partial<Contract>): object => ({
  ...rest,
  primaryExch: primaryExchange,
})

/** Of messages whose layout has no primaryExchange. */
const bareContractOf = (contract: Contract): object => without(contract, 'primaryExchange')

const events: Translations = {
  tickPrice: ({ reqId, tickType, price, mask }) =>
    one('tickPrice', { reqId, tickType, price, canAutoExecute: (mask & 1) === 1 }),
  tickSize: as('tickSize'),
  tickOptionComputation: as('tickOptionComputation'),
  tickGeneric: as('tickGeneric'),
  tickString: as('tickString'),
  tickSnapshotEnd: as('tickSnapshotEnd'),
  marketDataType: as('marketDataType'),
  tickReqParams: as('tickReqParams'),
  rerouteMktData: as('rerouteMktDataReq'),
  orderStatus: as('orderStatus'),
  error: ({ id, code, text, advancedOrderRejectJson: json }) =>
    id === -1
      ? one('info', { text, code })
      : one('error', { text, code, id, reject: json ? JSON.parse(json) : undefined }),
  openOrder: ({ orderId, contract, order, orderState }) =>
    one('openOrder', {
      orderId,
      contract: { ...bareContractOf(contract), ...comboOf(order) },
      order: { orderId, ...orderOf(order) },
      orderState,
    }),
  completedOrder: ({ contract, order, orderState }) =>
    one('completedOrder', {
      contract: { ...bareContractOf(contract), ...comboOf(order) },
      order: orderOf(order),
      orderState,
    }),
  openOrderEnd: as('openOrderEnd'),
  completedOrdersEnd: as('completedOrdersEnd'),
  orderBound: as('orderBound'),
  accountValue: as('updateAccountValue'),
  portfolioValue: (response) => {
    const contract = contractOf(without(response.contract, 'exchange'))
    return one('updatePortfolio', { contract, ...without(response, 'kind', 'contract') })
  },
  accountUpdateTime: as('updateAccountTime'),
  accountDownloadEnd: as('accountDownloadEnd'),
  nextValidId: as('nextValidId'),
  managedAccounts: ({ accounts }) => one('managedAccounts', { accounts: accounts.join(',') }),
  currentTime: as('currentTime'),
  userInfo: as('userInfo'),
  contractDetails: (response) => one('contractDetails', detailsOf(response)),
  contractDetailsEnd: as('contractDetailsEnd'),
  execDetails: ({ reqId, contract, account, ...rest }) =>
    one('execDetails', {
      reqId,
      contract: bareContractOf(contract),
      execution: { ...without(rest, 'kind'), acctNumber: account },
    }),
  execDetailsEnd: as('execDetailsEnd'),
  commissionReport: ({ realizedPnl, ...rest }) =>
    one('commissionReport', { report: { ...without(rest, 'kind'), realizedPNL: realizedPnl } }),
  position: ({ account, contract, position, avgCost }) =>
    one('position', { account, contract: bareContractOf(contract), position, avgCost }),
  positionEnd: as('positionEnd'),
  positionMulti: ({ reqId, account, contract, position, avgCost, modelCode }) =>
    one('positionMulti', {
      reqId,
      account,
      modelCode,
      contract: bareContractOf(contract),
      position,
      avgCost,
    }),
  positionMultiEnd: as('positionMultiEnd'),
  accountSummary: as('accountSummary'),
  accountSummaryEnd: as('accountSummaryEnd'),
  accountUpdateMulti: as('accountUpdateMulti'),
  accountUpdateMultiEnd: as('accountUpdateMultiEnd'),
  pnl: as('pnl'),
  pnlSingle: as('pnlSingle'),
  secDefOptParam: as('securityDefinitionOptionParameter'),
  secDefOptParamEnd: as('securityDefinitionOptionParameterEnd'),
  marketRule: as('marketRule'),
  symbolSamples: ({ reqId, samples }) =>
    one('symbolSamples', {
      reqId,
      samples: samples.map(({ derivativeSecTypes, ...contract }) => ({
        contract: contractOf(contract),
        derivativeSecTypes,
      })),
    }),
  historicalData: ({ reqId, bars }) =>
    bars.flatMap(({ date, open, high, low, close, volume, wap, count }) =>
      one('historicalData', { reqId, date, open, high, low, close, volume, count, wap }),
    ),
  historicalDataUpdate: ({ reqId, date, open, high, low, close, volume, count, wap }) =>
    one('historicalDataUpdate', { reqId, date, open, high, low, close, volume, count, wap }),
  realTimeBar: as('realtimeBar'),
  headTimestamp: as('headTimestamp'),
  historicalSchedule: ({ sessions, ...rest }) =>
    one('historicalSchedule', {
      ...without(rest, 'kind'),
      sessions: sessions.map(({ start, end, refDate }) => ({
        startDateTime: start,
        endDateTime: end,
        refDate,
      })),
    }),
  historicalTicks: ({ reqId, ticks, done }) =>
    one('historicalTicks', { reqId, ticks, done: done === 1 }),
  historicalTicksBidAsk: ({ reqId, ticks, done }) =>
    one('historicalTicksBidAsk', {
      reqId,
      ticks: ticks.map(({ time, mask, bid, ask, bidSize, askSize }) => ({
        time,
        tickAttribBidAsk: bidAskOf(mask),
        priceBid: bid,
        priceAsk: ask,
        sizeBid: bidSize,
        sizeAsk: askSize,
      })),
      done: done === 1,
    }),
  historicalTicksLast: ({ reqId, ticks, done }) =>
    one('historicalTicksLast', {
      reqId,
      ticks: ticks.map(({ mask, conditions, ...rest }) => ({
        ...rest,
        tickAttribLast: lastOf(mask),
        specialConditions: conditions,
      })),
      done: done === 1,
    }),
  tickByTick: (tick) => {
    const { reqId, type } = tick
    const time = String(tick.time)
    if (type === 4) return one('tickByTickMidPoint', { reqId, time, midpoint: tick.midpoint })
    if (type === 3) {
      const { bid, ask, bidSize, askSize, mask } = tick
      const attributes = bidAskOf(mask)
      return one('tickByTickBidAsk', { reqId, time, bid, ask, bidSize, askSize, attributes })
    }
    const { price, size, exchange, conditions } = tick
    const attributes = lastOf(tick.mask)
    const args = { reqId, type, time, price, size, attributes, exchange, conditions }
    return one('tickByTickAllLast', args)
  },
}

const lastOf = (mask: number) => ({ pastLimit: (mask & 1) === 1, unreported: (mask & 2) === 2 })
const bidAskOf = (mask: number) => ({ bidPastLow: (mask & 1) === 1, askPastHigh: (mask & 2) === 2 })

function detailsOf(response: ResponseOf<'contractDetails'>): Heard['args'] {
  const { reqId, contract, lastTradeDate, fund, ...rest } = without(response, 'kind')
  const { secIds, ineligibilityReasons, ...details } = rest
  const { distributionPolicy, ...terms } = fund ?? {}
  return {
    reqId,
    details: {
      ...details,
      contract: { ...contractOf(contract), lastTradeDate },
      secIdList: secIds,
      ineligibilityReasonList: ineligibilityReasons,
      ...prefixed('fund', { ...terms, distributionPolicyIndicator: distributionPolicy }),
    },
  }
}

type Order = ResponseOf<'openOrder'>['order'] | ResponseOf<'completedOrder'>['order']

/** What the package keeps in the contract of an order. */
function comboOf({ comboLegs, comboLegsDescription, deltaNeutralContract }: Order): object {
  return { comboLegs, comboLegsDescription, deltaNeutralContract }
}

function orderOf(order: Order): object {
  const own = without(order, 'comboLegs', 'comboLegsDescription', 'deltaNeutralContract')
  const { deltaNeutral, scale, pegBenchmark, conditions, ...rest } = own
  return {
    ...rest,
    ...prefixed('deltaNeutral', deltaNeutral),
    ...prefixed('scale', scale),
    ...pegBenchmark,
    conditions: conditions.map(({ conjunction, ...condition }) => ({
      ...condition,
      conjunctionConnection: conjunction,
    })),
  }
}
