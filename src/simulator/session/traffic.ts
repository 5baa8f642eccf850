import type { Request } from '../../wire/requests.ts'
import type { Response } from '../../wire/responses.ts'

/** Which of the Gateway's services a message belongs to; null: the session itself. */
export type Service = 'history' | 'quotes' | 'contracts' | 'orders' | 'queries' | 'account'

export const SERVICES = ['history', 'quotes', 'contracts', 'orders', 'queries', 'account'] as const

const REQUESTS: Readonly<Record<Service, readonly Request['kind'][]>> = {
  history: [
    'reqHistoricalData',
    'cancelHistoricalData',
    'reqHeadTimestamp',
    'cancelHeadTimestamp',
    'reqHistoricalTicks',
  ],
  quotes: [
    'reqMktData',
    'cancelMktData',
    'reqTickByTickData',
    'cancelTickByTickData',
    'reqRealTimeBars',
    'cancelRealTimeBars',
  ],
  contracts: ['reqContractDetails', 'reqSecDefOptParams', 'reqMarketRule', 'reqMatchingSymbols'],
  orders: ['placeOrder', 'cancelOrder', 'reqGlobalCancel'],
  queries: ['reqOpenOrders', 'reqAllOpenOrders', 'reqCompletedOrders', 'reqExecutions'],
  account: [
    'reqPositions',
    'reqPositionsMulti',
    'reqAccountUpdates',
    'reqAccountUpdatesMulti',
    'reqAccountSummary',
    'reqPnL',
    'reqPnLSingle',
  ],
}

const RESPONSES: Readonly<Record<Service, readonly Response['kind'][]>> = {
  history: [
    'historicalData',
    'historicalDataEnd',
    'historicalDataUpdate',
    'historicalSchedule',
    'headTimestamp',
    'historicalTicks',
    'historicalTicksBidAsk',
    'historicalTicksLast',
  ],
  quotes: [
    'tickPrice',
    'tickSize',
    'tickOptionComputation',
    'tickGeneric',
    'tickString',
    'tickSnapshotEnd',
    'tickByTick',
    'tickReqParams',
    'marketDataType',
    'realTimeBar',
  ],
  contracts: [
    'contractDetails',
    'contractDetailsEnd',
    'secDefOptParam',
    'secDefOptParamEnd',
    'marketRule',
    'symbolSamples',
  ],
  orders: ['openOrder', 'orderStatus', 'execDetails', 'commissionReport', 'orderBound'],
  queries: ['openOrderEnd', 'completedOrder', 'completedOrdersEnd', 'execDetailsEnd'],
  account: [
    'position',
    'positionEnd',
    'positionMulti',
    'positionMultiEnd',
    'accountValue',
    'portfolioValue',
    'accountUpdateTime',
    'accountDownloadEnd',
    'accountSummary',
    'accountSummaryEnd',
    'accountUpdateMulti',
    'accountUpdateMultiEnd',
    'pnl',
    'pnlSingle',
  ],
}

function byKind<K extends string>(of: Readonly<Record<Service, readonly K[]>>): Map<K, Service> {
  return new Map(SERVICES.flatMap((service) => of[service].map((kind) => [kind, service] as const)))
}

const serviceOfRequest = byKind(REQUESTS)
const serviceOfResponse = byKind(RESPONSES)

export function askedOf(request: Request): Service | null {
  return serviceOfRequest.get(request.kind) ?? null
}

export function saidBy(response: Response): Service | null {
  return serviceOfResponse.get(response.kind) ?? null
}

/** Ends something that was asked for before. */
export function isCancel({ kind }: Request): boolean {
  return kind.startsWith('cancel') && kind !== 'cancelOrder'
}
