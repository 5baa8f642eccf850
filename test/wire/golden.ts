import { emptyContract } from '../../src/wire/contract.ts'
import type { Request, RequestOf } from '../../src/wire/requests.ts'
import { type AnyCodec, bytes, type Case, decoded, encoded, lacking, same } from './evidence.ts'
import { goldenOrders } from './golden-orders.ts'

/** What the bot sends, and the bytes by hand: fields between `|`, each ends in NUL. */
export interface Golden {
  readonly name: string
  readonly request: Request
  readonly at193: string
  /** Where it differs from 193. */
  readonly at200?: string
}

const stock = {
  ...emptyContract,
  symbol: 'SPY',
  secType: 'STK',
  exchange: 'SMART',
  currency: 'USD',
} as const

const option = {
  ...stock,
  conId: 700001,
  secType: 'OPT',
  lastTradeDateOrContractMonth: '20260320',
  strike: 572.5,
  right: 'C',
  multiplier: '100',
  tradingClass: 'SPY',
} as const

const quote: RequestOf<'reqMktData'> = {
  kind: 'reqMktData',
  reqId: 1000002,
  contract: option,
  comboLegs: [],
  deltaNeutralContract: null,
  genericTicks: '100,101,106',
  snapshot: false,
  regulatorySnapshot: false,
  options: [],
}

const history: RequestOf<'reqHistoricalData'> = {
  kind: 'reqHistoricalData',
  reqId: 1000004,
  contract: { ...stock, conId: 756733 },
  endDateTime: '20260310-14:30:00',
  barSize: '1 min',
  duration: '1 D',
  useRTH: true,
  whatToShow: 'TRADES',
  formatDate: 2,
  comboLegs: [],
  keepUpToDate: false,
  options: [],
}

const details: RequestOf<'reqContractDetails'> = {
  kind: 'reqContractDetails',
  reqId: 1000000,
  contract: stock,
  secIdType: '',
  secId: '',
  issuerId: '',
}

const executions: RequestOf<'reqExecutions'> = {
  kind: 'reqExecutions',
  reqId: 1000007,
  clientId: 0,
  account: 'DU1234567',
  time: '',
  symbol: '',
  secType: '',
  exchange: '',
  side: '',
  lastNDays: null,
  specificDates: [],
}

const bars: RequestOf<'reqRealTimeBars'> = {
  kind: 'reqRealTimeBars',
  reqId: 1000006,
  contract: option,
  barSize: 5,
  whatToShow: 'TRADES',
  useRTH: true,
  options: [],
}

const TAGS = 'AccountType,NetLiquidation,AvailableFunds,SettledCash,TotalCashValue,$LEDGER:ALL'

export const goldens: readonly Golden[] = [
  {
    name: 'startApi',
    request: { kind: 'startApi', clientId: 30, optionalCapabilities: '' },
    at193: '71|2|30|',
  },
  { name: 'the heartbeat', request: { kind: 'reqCurrentTime' }, at193: '49|1' },
  { name: 'reqIds', request: { kind: 'reqIds', count: 1 }, at193: '8|1|1' },
  {
    name: 'details of a stock',
    request: details,
    at193: '9|8|1000000|0|SPY|STK||0|||SMART||USD|||0|||',
  },
  {
    name: 'details of an option',
    request: { ...details, contract: { ...option, conId: 0 } },
    at193: '9|8|1000000|0|SPY|OPT|20260320|572.5|C|100|SMART||USD||SPY|0|||',
  },
  {
    name: 'the chain',
    request: {
      kind: 'reqSecDefOptParams',
      reqId: 1000001,
      symbol: 'SPY',
      futFopExchange: '',
      secType: 'STK',
      conId: 756733,
    },
    at193: '78|1000001|SPY||STK|756733',
  },
  { name: 'reqMarketRule', request: { kind: 'reqMarketRule', ruleId: 26 }, at193: '91|26' },
  {
    name: 'a stream of quotes',
    request: quote,
    at193: '1|11|1000002|700001|SPY|OPT|20260320|572.5|C|100|SMART||USD||SPY|0|100,101,106|0|0|',
  },
  {
    name: 'a snapshot',
    request: { ...quote, reqId: 1000003, genericTicks: '', snapshot: true },
    at193: '1|11|1000003|700001|SPY|OPT|20260320|572.5|C|100|SMART||USD||SPY|0||1|0|',
  },
  {
    name: 'the end of a stream',
    request: { kind: 'cancelMktData', reqId: 1000002 },
    at193: '2|1|1000002',
  },
  {
    name: 'delayed quotes',
    request: { kind: 'reqMarketDataType', type: 3 },
    at193: '59|1|3',
  },
  {
    name: 'history',
    request: history,
    at193:
      '20|1000004|756733|SPY|STK||0|||SMART||USD|||0|20260310-14:30:00|1 min|1 D|1|TRADES|2|0|',
  },
  {
    name: 'a stream of bars',
    request: {
      ...history,
      reqId: 1000005,
      endDateTime: '',
      duration: '1800 S',
      keepUpToDate: true,
    },
    at193: '20|1000005|756733|SPY|STK||0|||SMART||USD|||0||1 min|1800 S|1|TRADES|2|1|',
  },
  {
    name: 'the end of a stream of bars',
    request: { kind: 'cancelHistoricalData', reqId: 1000005 },
    at193: '25|1|1000005',
  },
  {
    name: 'real-time bars',
    request: bars,
    at193: '50|3|1000006|700001|SPY|OPT|20260320|572.5|C|100|SMART||USD||SPY|5|TRADES|1|',
  },
  ...goldenOrders(option),
  {
    name: 'cancelOrder',
    request: {
      kind: 'cancelOrder',
      orderId: 41,
      manualCancelTime: '',
      extOperator: '',
      manualOrderIndicator: null,
    },
    at193: '4|41|||2147483647',
  },
  { name: 'reqOpenOrders', request: { kind: 'reqOpenOrders' }, at193: '5|1' },
  { name: 'reqAllOpenOrders', request: { kind: 'reqAllOpenOrders' }, at193: '16|1' },
  {
    name: 'reqCompletedOrders',
    request: { kind: 'reqCompletedOrders', apiOnly: false },
    at193: '99|0',
  },
  {
    name: 'reqExecutions',
    request: executions,
    at193: '7|3|1000007|0|DU1234567|||||',
    at200: '7|3|1000007|0|DU1234567||||||2147483647|0',
  },
  { name: 'reqPositions', request: { kind: 'reqPositions' }, at193: '61|1' },
  {
    name: 'reqAccountUpdates',
    request: { kind: 'reqAccountUpdates', subscribe: true, account: 'DU1234567' },
    at193: '6|2|1|DU1234567',
  },
  {
    name: 'reqAccountSummary',
    request: { kind: 'reqAccountSummary', reqId: 1000008, group: 'All', tags: TAGS },
    at193:
      '62|1|1000008|All|AccountType,NetLiquidation,AvailableFunds,SettledCash,TotalCashValue,$LEDGER:ALL',
  },
  {
    name: 'cancelAccountSummary',
    request: { kind: 'cancelAccountSummary', reqId: 1000008 },
    at193: '63|1|1000008',
  },
  {
    name: 'reqPnL',
    request: { kind: 'reqPnL', reqId: 1000009, account: 'DU1234567', modelCode: '' },
    at193: '92|1000009|DU1234567|',
  },
  { name: 'cancelPnL', request: { kind: 'cancelPnL', reqId: 1000009 }, at193: '93|1000009' },
]

/** Both directions: what is sent, and what a Gateway reads. */
export const goldenCases: readonly Case[] = goldens.flatMap(({ name, request, at193, at200 }) =>
  [[193, at193] as const, [200, at200 ?? at193] as const].map(([version, text]): Case => {
    const wanted = bytes(text)
    const check = (codec: AnyCodec): string | null => {
      const ours = encoded(codec, request, version)
      if (typeof ours === 'string') return ours
      if (!same(ours, wanted)) return Buffer.from(ours).toString().replaceAll('\0', '|')
      return lacking(asRead(request), decoded(codec, wanted, version))
    }
    return { side: 'request', kind: request.kind, name: `${name} at ${version}`, check }
  }),
)

/** Only three requests carry includeExpired, and it is true in none of these. */
function asRead(request: Request): unknown {
  if (!('contract' in request)) return request
  const { includeExpired: _, ...contract } = { includeExpired: false, ...request.contract }
  return { ...request, contract }
}
