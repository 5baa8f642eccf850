import { transcribed } from './layout.ts'
import { placeOrder } from './transcribed-orders.ts'

/** protocol.md 6: `contract12`, `contract13`, and without primaryExchange. */
const head = `conId:i symbol secType lastTradeDateOrContractMonth strike:n right multiplier exchange`
const tail = `currency localSymbol tradingClass`
const c12 = `contract.(${head} primaryExchange ${tail})`
const c13 = `contract.(${head} primaryExchange ${tail} includeExpired:b)`
const c11 = `contract.(${head} -primaryExchange ${tail})`

const legs = `?bag/#comboLegs(conId:i ratio:i action exchange)`
const cancel = `=1 reqId:i`

/** protocol.md 6 and 7, in the order of the ids there. */
export const requestLayouts = transcribed({
  reqMktData: [
    1,
    `=11 reqId:i ${c12} ${legs} !deltaNeutralContract(conId:i delta:n price:n)
     genericTicks snapshot:b regulatorySnapshot:b options:t`,
  ],
  cancelMktData: [2, cancel],
  placeOrder: [3, placeOrder],
  cancelOrder: [
    4,
    `..191/=1 orderId:i 169../manualCancelTime 187..189/( = = =2147483647 )
     192../( extOperator manualOrderIndicator:i?max )`,
  ],
  reqOpenOrders: [5, `=1`],
  reqAccountUpdates: [6, `=2 subscribe:b account`],
  reqExecutions: [
    7,
    `=3 reqId:i clientId:i account time symbol secType exchange side
     200../( lastNDays:i?max #specificDates:s )`,
  ],
  reqIds: [8, `=1 count:i`],
  reqContractDetails: [9, `=8 reqId:i ${c13} secIdType secId 176../issuerId`],
  setServerLogLevel: [14, `=1 level:i`],
  reqAutoOpenOrders: [15, `=1 bind:b`],
  reqAllOpenOrders: [16, `=1`],
  reqManagedAccts: [17, `=1`],
  reqHistoricalData: [
    20,
    `reqId:i ${c13} endDateTime barSize duration useRTH:b whatToShow formatDate:i ${legs}
     keepUpToDate:b options:t`,
  ],
  exerciseOptions: [
    21,
    `=2 reqId:i ${c11} action:i quantity:i account override:i
     180../manualOrderTime 183../customerAccount 184../professionalCustomer:b`,
  ],
  cancelHistoricalData: [25, cancel],
  reqCurrentTime: [49, `=1`],
  reqRealTimeBars: [50, `=3 reqId:i ${c12} barSize:i whatToShow useRTH:b options:t`],
  cancelRealTimeBars: [51, cancel],
  // With the count, as the official clients send them.
  calcImpliedVolatility: [54, `=3 reqId:i ${c12} optionPrice:n underPrice:n #:options options:t`],
  calcOptionPrice: [55, `=3 reqId:i ${c12} volatility:n underPrice:n #:options options:t`],
  cancelCalcImpliedVolatility: [56, cancel],
  cancelCalcOptionPrice: [57, cancel],
  reqGlobalCancel: [58, `..191/=1 192../( extOperator manualOrderIndicator:i?max )`],
  reqMarketDataType: [59, `=1 type:i`],
  reqPositions: [61, `=1`],
  reqAccountSummary: [62, `=1 reqId:i group tags`],
  cancelAccountSummary: [63, cancel],
  cancelPositions: [64, `=1`],
  verifyRequest: [65, `...fields`],
  verifyMessage: [66, `...fields`],
  startApi: [71, `=2 clientId:i optionalCapabilities`],
  verifyAndAuthRequest: [72, `...fields`],
  verifyAndAuthMessage: [73, `...fields`],
  reqPositionsMulti: [74, `=1 reqId:i account modelCode`],
  cancelPositionsMulti: [75, cancel],
  reqAccountUpdatesMulti: [76, `=1 reqId:i account modelCode ledgerAndNLV:b`],
  cancelAccountUpdatesMulti: [77, cancel],
  reqSecDefOptParams: [78, `reqId:i symbol futFopExchange secType conId:i`],
  reqMatchingSymbols: [81, `reqId:i pattern`],
  reqHeadTimestamp: [87, `reqId:i ${c13} useRTH:b whatToShow formatDate:i`],
  cancelHeadTimestamp: [90, `reqId:i`],
  reqMarketRule: [91, `ruleId:i`],
  reqPnL: [92, `reqId:i account modelCode`],
  cancelPnL: [93, `reqId:i`],
  reqPnLSingle: [94, `reqId:i account modelCode conId:i`],
  cancelPnLSingle: [95, `reqId:i`],
  reqHistoricalTicks: [
    96,
    `reqId:i ${c13} startDateTime endDateTime count:i whatToShow useRTH:b ignoreSize:b options:t`,
  ],
  reqTickByTickData: [97, `reqId:i ${c12} tickType count:i ignoreSize:b`],
  cancelTickByTickData: [98, `reqId:i`],
  reqCompletedOrders: [99, `apiOnly:b`],
  reqUserInfo: [104, `reqId:i`, 167],
  reqCurrentTimeInMillis: [105, ``, 197],
})
