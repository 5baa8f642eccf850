import { transcribed } from './layout.ts'
import { completedOrder, openOrder } from './transcribed-orders.ts'

const c11 = `contract.( conId:i symbol secType lastTradeDateOrContractMonth strike:n right
  multiplier exchange -primaryExchange currency localSymbol tradingClass )`
const end = `=1 reqId:i`

/** protocol.md 11.1, the fund block included. */
const contractDetails = `
  ..163/=8 reqId:i contract.( symbol secType lastTradeDateOrContractMonth ) 182../lastTradeDate
  contract.( strike:n right exchange currency localSymbol ) marketName
  contract.( tradingClass conId:i ) minTick:n ..163/mdSizeMultiplier:i contract.( multiplier )
  orderTypes validExchanges priceMagnifier:i underConId:i longName contract.( primaryExchange )
  contractMonth industry category subcategory timeZoneId tradingHours liquidHours
  evRule evMultiplier:n? #secIds( tag value ) aggGroup:i underSymbol underSecType marketRuleIds
  realExpirationDate stockType 163/sizeMinTick:n
  164../( minSize:n sizeIncrement:n suggestedSizeIncrement:n )
  179../?fund/fund.( name family type frontLoad backLoad backLoadTimeInterval managementFee closed:b
    closedForNewInvestors:b closedForNewMoney:b notifyAmount minimumInitialPurchase
    subsequentMinimumPurchase blueSkyStates blueSkyTerritories distributionPolicy assetType )
  186../#ineligibilityReasons( id description )`

/** protocol.md 11.2. */
const execDetails = `
  reqId:i orderId:i ${c11} execId time account exchange side shares:n price:n permId:i clientId:i
  liquidation:i cumQty:n avgPrice:n orderRef evRule evMultiplier:n? modelCode lastLiquidity:i
  178../pendingPriceRevision:b 198../submitter`

/** protocol.md 8 to 11, in the order of the ids there. */
export const responseLayouts = transcribed({
  tickPrice: [1, `=6 reqId:i tickType:i price:n size:n mask:i`],
  tickSize: [2, `=6 reqId:i tickType:i size:n`],
  orderStatus: [
    3,
    `orderId:i status filled:n remaining:n avgFillPrice:n permId:i parentId:i lastFillPrice:n
     clientId:i whyHeld mktCapPrice:n`,
  ],
  error: [4, `..193/=2 id:i code:i text 166../advancedOrderRejectJson 194../errorTime:i`],
  openOrder: [5, openOrder],
  accountValue: [6, `=2 key value currency account`],
  portfolioValue: [
    7,
    `=8 contract.( conId:i symbol secType lastTradeDateOrContractMonth strike:n right multiplier
       -exchange primaryExchange currency localSymbol tradingClass )
     position:n marketPrice:n marketValue:n avgCost:n unrealizedPnl:n realizedPnl:n account`,
  ],
  accountUpdateTime: [8, `=1 time`],
  nextValidId: [9, `=1 orderId:i`],
  contractDetails: [10, contractDetails],
  execDetails: [11, execDetails],
  managedAccounts: [15, `=1 accounts:c`],
  historicalData: [
    17,
    `reqId:i ..195/( start end )
     #bars( date open:n high:n low:n close:n volume:n wap:n count:i )`,
  ],
  tickOptionComputation: [
    21,
    `reqId:i tickType:i tickAttrib:i impliedVol:n?-1 delta:n?-2 optPrice:n?-1 pvDividend:n?-1
     gamma:n?-2 vega:n?-2 theta:n?-2 undPrice:n?-1`,
  ],
  tickGeneric: [45, `=6 reqId:i tickType:i value:n`],
  tickString: [46, `=6 reqId:i tickType:i value`],
  currentTime: [49, `=1 time:i`],
  realTimeBar: [50, `=3 reqId:i time:i open:n high:n low:n close:n volume:n wap:n count:i`],
  contractDetailsEnd: [52, end],
  openOrderEnd: [53, `=1`],
  accountDownloadEnd: [54, `=1 account`],
  execDetailsEnd: [55, end],
  tickSnapshotEnd: [57, end],
  marketDataType: [58, `=1 reqId:i type:i`],
  commissionReport: [
    59,
    `=1 execId commission:n?max currency realizedPnl:n?max yield:n?max yieldRedemptionDate`,
  ],
  position: [61, `=3 account ${c11} position:n avgCost:n`],
  positionEnd: [62, `=1`],
  accountSummary: [63, `=1 reqId:i account tag value currency`],
  accountSummaryEnd: [64, end],
  positionMulti: [71, `=1 reqId:i account ${c11} position:n avgCost:n modelCode`],
  positionMultiEnd: [72, end],
  accountUpdateMulti: [73, `=1 reqId:i account modelCode key value currency`],
  accountUpdateMultiEnd: [74, end],
  secDefOptParam: [
    75,
    `reqId:i exchange underConId:i tradingClass multiplier #expirations:s #strikes:n`,
  ],
  secDefOptParamEnd: [76, `reqId:i`],
  symbolSamples: [
    79,
    `reqId:i #samples( conId:i symbol secType primaryExchange currency #derivativeSecTypes:s
       176../( description issuerId ) )`,
  ],
  tickReqParams: [81, `reqId:i minTick:n bboExchange snapshotPermissions:i`],
  headTimestamp: [88, `reqId:i timestamp`],
  // Open, close, high, low.
  historicalDataUpdate: [90, `reqId:i count:i date open:n close:n high:n low:n wap:n volume:n`],
  rerouteMktData: [91, `reqId:i conId:i exchange`],
  marketRule: [93, `ruleId:i #increments( lowEdge:n increment:n )`],
  pnl: [94, `reqId:i dailyPnl:n?max unrealizedPnl:n?max realizedPnl:n?max`],
  pnlSingle: [
    95,
    `reqId:i position:n dailyPnl:n?max unrealizedPnl:n?max realizedPnl:n?max value:n?max`,
  ],
  historicalTicks: [96, `reqId:i #ticks( time:i =0 price:n size:n ) done:i`],
  historicalTicksBidAsk: [
    97,
    `reqId:i #ticks( time:i mask:i bid:n ask:n bidSize:n askSize:n ) done:i`,
  ],
  historicalTicksLast: [
    98,
    `reqId:i #ticks( time:i mask:i price:n size:n exchange conditions ) done:i`,
  ],
  tickByTick: [
    99,
    `reqId:i type:i time:i ?type=1/( price:n size:n mask:i exchange conditions )
     ?type=2/( price:n size:n mask:i exchange conditions )
     ?type=3/( bid:n ask:n bidSize:n askSize:n mask:i ) ?type=4/midpoint:n`,
  ],
  orderBound: [100, `permId:i clientId:i orderId:i`],
  completedOrder: [101, completedOrder],
  completedOrdersEnd: [102, ``],
  historicalSchedule: [106, `reqId:i start end timeZone #sessions( start end refDate )`, 165],
  userInfo: [107, `reqId:i whiteBrandingId`, 167],
  historicalDataEnd: [108, `reqId:i start end`, 196],
  currentTimeInMillis: [109, `time:i`, 197],
})
