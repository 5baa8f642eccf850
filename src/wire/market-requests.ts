import { contract12, contract13 } from './contract.ts'
import {
  constant,
  double,
  flag,
  flagged,
  int,
  list,
  message,
  since,
  spareCount,
  tagText,
  text,
  when,
} from './fields.ts'
import { BAG } from './order-blocks.ts'

const reqId = int('reqId')
const cancel = [constant('1'), reqId] as const
const bareCancel = [reqId] as const

/** Without the order details: quotes and bars need no more of a leg. */
const legs = when(
  ({ contract }: { readonly contract: { readonly secType: string } }) => contract.secType === BAG,
  [list('comboLegs', [int('conId', 0), int('ratio', 0), text('action'), text('exchange')])],
)

/** Contracts, quotes, bars, history: protocol.md 6. */
export const marketRequests = [
  message('reqContractDetails', 9, [
    constant('8'),
    reqId,
    contract13,
    text('secIdType'),
    text('secId'),
    since(176, text('issuerId')),
  ]),
  message('reqMatchingSymbols', 81, [reqId, text('pattern')]),
  message('reqSecDefOptParams', 78, [
    reqId,
    text('symbol'),
    text('futFopExchange'), // empty for a stock: `SMART` is answered with an empty chain (trap 18)
    text('secType'),
    int('conId', 0),
  ]),
  message('reqMarketRule', 91, [int('ruleId')]),

  message('reqMktData', 1, [
    constant('11'),
    reqId,
    contract12,
    legs,
    flagged('deltaNeutralContract', [int('conId', 0), double('delta', 0), double('price', 0)]),
    text('genericTicks'),
    flag('snapshot'),
    flag('regulatorySnapshot'),
    tagText('options'),
  ]),
  message('cancelMktData', 2, cancel),
  message('reqMarketDataType', 59, [constant('1'), int('type')]), // 1 live, 2 frozen, 3 delayed, 4
  message('reqTickByTickData', 97, [
    reqId,
    contract12,
    text('tickType'), // `Last`, `AllLast`, `BidAsk`, `MidPoint`
    int('count', 0),
    flag('ignoreSize'),
  ]),
  message('cancelTickByTickData', 98, bareCancel),
  message('calcImpliedVolatility', 54, [
    constant('3'),
    reqId,
    contract12,
    double('optionPrice'),
    double('underPrice'),
    spareCount('options'),
    tagText('options'),
  ]),
  message('cancelCalcImpliedVolatility', 56, cancel),
  message('calcOptionPrice', 55, [
    constant('3'),
    reqId,
    contract12,
    double('volatility'),
    double('underPrice'),
    spareCount('options'),
    tagText('options'),
  ]),
  message('cancelCalcOptionPrice', 57, cancel),

  message('reqHistoricalData', 20, [
    reqId,
    contract13,
    text('endDateTime'),
    text('barSize'),
    text('duration'),
    flag('useRTH'),
    text('whatToShow'),
    int('formatDate', 1), // 2: intraday bars in epoch seconds
    legs,
    flag('keepUpToDate'),
    tagText('options'),
  ]),
  message('cancelHistoricalData', 25, cancel),
  message('reqHeadTimestamp', 87, [
    reqId,
    contract13,
    flag('useRTH'),
    text('whatToShow'),
    int('formatDate', 1),
  ]),
  message('cancelHeadTimestamp', 90, bareCancel),
  message('reqHistoricalTicks', 96, [
    reqId,
    contract13,
    text('startDateTime'),
    text('endDateTime'),
    int('count'),
    text('whatToShow'),
    flag('useRTH'),
    flag('ignoreSize'),
    tagText('options'),
  ]),
  message('reqRealTimeBars', 50, [
    constant('3'),
    reqId,
    contract12,
    int('barSize'), // seconds; always 5
    text('whatToShow'),
    flag('useRTH'),
    tagText('options'),
  ]),
  message('cancelRealTimeBars', 51, cancel),
] as const
