import type { Request, RequestOf } from '../../src/wire/requests.ts'
import type { Call, Speaker } from './packages.ts'
import { contractFor, orderFor, unset } from './second-encoder-order.ts'

/** The package's call for one of our requests, in its own names for things; null: it has none. */
export function callFor(request: Request, speaker: Speaker): Call | null {
  const translate = calls[request.kind] as
    ((request: Request, speaker: Speaker) => Call) | undefined
  return translate?.(request, speaker) ?? null
}

type Calls = {
  readonly [K in Request['kind']]?: (request: RequestOf<K>, speaker: Speaker) => Call
}

const calls: Calls = {
  startApi: () => ['startAPI'],
  setServerLogLevel: ({ level }) => ['setServerLogLevel', level],
  reqIds: ({ count }) => ['reqIds', count],
  reqCurrentTime: () => ['reqCurrentTime'],
  reqUserInfo: ({ reqId }) => ['reqUserInfo', reqId],
  reqManagedAccts: () => ['reqManagedAccts'],
  placeOrder: ({ orderId, contract, order }, speaker) => [
    'placeOrder',
    orderId,
    {
      ...contractFor(contract),
      secIdType: order.secIdType,
      secId: order.secId,
      comboLegs: order.comboLegs,
      deltaNeutralContract: order.deltaNeutralContract ?? undefined,
    },
    orderFor(order, speaker),
  ],
  cancelOrder: ({ orderId, manualCancelTime, ...tags }, { name, version }) => {
    const time = version >= 169 ? manualCancelTime : ''
    const ofPackage = { manualOrderCancelTime: time, ...(version >= 192 ? unset(tags) : {}) }
    return ['cancelOrder', orderId, name === '@stoqey/ib' ? ofPackage : time]
  },
  reqGlobalCancel: ({ extOperator, manualOrderIndicator }, { version }) => [
    'reqGlobalCancel',
    version >= 192 ? unset({ extOperator, manualOrderIndicator }) : {},
  ],
  reqOpenOrders: () => ['reqOpenOrders'],
  reqAllOpenOrders: () => ['reqAllOpenOrders'],
  reqAutoOpenOrders: ({ bind }) => ['reqAutoOpenOrders', bind],
  reqCompletedOrders: ({ apiOnly }) => ['reqCompletedOrders', apiOnly],
  reqExecutions: ({ reqId, clientId, account, time, symbol, secType, exchange, side }) => [
    'reqExecutions',
    reqId,
    { clientId, acctCode: account, time, symbol, secType, exchange, side },
  ],
  exerciseOptions: (request, { version }) => [
    'exerciseOptions',
    request.reqId,
    contractFor(request.contract),
    request.action,
    request.quantity,
    request.account,
    request.override,
    ...[request.manualOrderTime].filter(() => version >= 180),
    ...[request.customerAccount].filter(() => version >= 183),
    ...[request.professionalCustomer].filter(() => version >= 184),
  ],
  reqPositions: () => ['reqPositions'],
  cancelPositions: () => ['cancelPositions'],
  reqPositionsMulti: ({ reqId, account, modelCode }) => [
    'reqPositionsMulti',
    reqId,
    account,
    modelCode,
  ],
  cancelPositionsMulti: ({ reqId }) => ['cancelPositionsMulti', reqId],
  reqAccountUpdates: ({ subscribe, account }) => ['reqAccountUpdates', subscribe, account],
  reqAccountUpdatesMulti: ({ reqId, account, modelCode, ledgerAndNLV }) => [
    'reqAccountUpdatesMulti',
    reqId,
    account,
    modelCode,
    ledgerAndNLV,
  ],
  cancelAccountUpdatesMulti: ({ reqId }) => ['cancelAccountUpdatesMulti', reqId],
  reqAccountSummary: ({ reqId, group, tags }) => ['reqAccountSummary', reqId, group, tags],
  cancelAccountSummary: ({ reqId }) => ['cancelAccountSummary', reqId],
  reqPnL: ({ reqId, account, modelCode }) => ['reqPnL', reqId, account, modelCode],
  cancelPnL: ({ reqId }) => ['cancelPnL', reqId],
  reqPnLSingle: ({ reqId, account, modelCode, conId }) => [
    'reqPnLSingle',
    reqId,
    account,
    modelCode,
    conId,
  ],
  cancelPnLSingle: ({ reqId }) => ['cancelPnLSingle', reqId],
  reqContractDetails: ({ reqId, contract, secIdType, secId, issuerId }, { version }) => [
    'reqContractDetails',
    reqId,
    { ...contractFor(contract), secIdType, secId, ...(version >= 176 ? { issuerId } : {}) },
  ],
  reqMatchingSymbols: ({ reqId, pattern }) => ['reqMatchingSymbols', reqId, pattern],
  reqSecDefOptParams: ({ reqId, symbol, futFopExchange, secType, conId }) => [
    'reqSecDefOptParams',
    reqId,
    symbol,
    futFopExchange,
    secType,
    conId,
  ],
  reqMarketRule: ({ ruleId }) => ['reqMarketRule', ruleId],
  reqMktData: (request) => [
    'reqMktData',
    request.reqId,
    {
      ...contractFor(request.contract),
      comboLegs: request.comboLegs,
      deltaNeutralContract: request.deltaNeutralContract ?? undefined,
    },
    request.genericTicks,
    request.snapshot,
    request.regulatorySnapshot,
  ],
  cancelMktData: ({ reqId }) => ['cancelMktData', reqId],
  reqMarketDataType: ({ type }) => ['reqMarketDataType', type],
  reqTickByTickData: ({ reqId, contract, tickType, count, ignoreSize }) => [
    'reqTickByTickData',
    reqId,
    contractFor(contract),
    tickType,
    count,
    ignoreSize,
  ],
  cancelTickByTickData: ({ reqId }) => ['cancelTickByTickData', reqId],
  calcImpliedVolatility: ({ reqId, contract, optionPrice, underPrice, options }) => [
    'calculateImpliedVolatility',
    reqId,
    contractFor(contract),
    optionPrice,
    underPrice,
    options,
  ],
  cancelCalcImpliedVolatility: ({ reqId }) => ['cancelCalculateImpliedVolatility', reqId],
  calcOptionPrice: ({ reqId, contract, volatility, underPrice, options }) => [
    'calculateOptionPrice',
    reqId,
    contractFor(contract),
    volatility,
    underPrice,
    options,
  ],
  cancelCalcOptionPrice: ({ reqId }) => ['cancelCalculateOptionPrice', reqId],
  reqHistoricalData: (request) => [
    'reqHistoricalData',
    request.reqId,
    { ...contractFor(request.contract), comboLegs: request.comboLegs },
    request.endDateTime,
    request.duration,
    request.barSize,
    request.whatToShow,
    request.useRTH,
    request.formatDate,
    request.keepUpToDate,
    request.options,
  ],
  cancelHistoricalData: ({ reqId }) => ['cancelHistoricalData', reqId],
  reqHeadTimestamp: ({ reqId, contract, whatToShow, useRTH, formatDate }) => [
    'reqHeadTimestamp',
    reqId,
    contractFor(contract),
    whatToShow,
    useRTH,
    formatDate,
  ],
  cancelHeadTimestamp: ({ reqId }) => ['cancelHeadTimestamp', reqId],
  reqHistoricalTicks: (request) => [
    'reqHistoricalTicks',
    request.reqId,
    contractFor(request.contract),
    request.startDateTime,
    request.endDateTime,
    request.count,
    request.whatToShow,
    request.useRTH,
    request.ignoreSize,
    request.options,
  ],
  reqRealTimeBars: ({ reqId, contract, barSize, whatToShow, useRTH, options }) => [
    'reqRealTimeBars',
    reqId,
    contractFor(contract),
    barSize,
    whatToShow,
    useRTH,
    options,
  ],
  cancelRealTimeBars: ({ reqId }) => ['cancelRealTimeBars', reqId],
}
