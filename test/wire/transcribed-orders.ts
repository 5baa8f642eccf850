import type { Rules } from './reference.ts'

/** The three long layouts of orders: protocol.md 7, 9 and 10. */

const c11 = `contract.( conId:i symbol secType lastTradeDateOrContractMonth strike:n right
  multiplier exchange -primaryExchange currency localSymbol tradingClass )`

/** Rules of 7.2, 9 and 11.1 by which optional blocks are there. */
interface Message {
  readonly contract: { readonly secType: string; readonly exchange: string }
  readonly order: {
    readonly orderType: string
    readonly deltaNeutralOrderType: string
    readonly scalePriceIncrement: number | null
    readonly hedgeType: string
    readonly algoStrategy: string
    readonly conditions: readonly unknown[]
    readonly competeAgainstBestOffset: number | null
  }
}

const isPegBest = ({ order }: Message) => ['PEG BEST', 'PEGBEST'].includes(order.orderType)

export const rules: Rules = {
  bag: ({ contract }: Message) => contract.secType === 'BAG',
  fund: ({ contract }: Message) => contract.secType === 'FUND',
  deltaNeutral: ({ order }: Message) => order.deltaNeutralOrderType !== '',
  scale: ({ order }: Message) => (order.scalePriceIncrement ?? 0) > 0,
  hedge: ({ order }: Message) => order.hedgeType !== '',
  algo: ({ order }: Message) => order.algoStrategy !== '',
  pegBench: ({ order }: Message) => ['PEG BENCH', 'PEGBENCH'].includes(order.orderType),
  conditions: ({ order }: Message) => order.conditions.length > 0,
  ibkrats: ({ contract }: Message) => contract.exchange === 'IBKRATS',
  pegBest: isPegBest,
  midOffsets: (message: Message) =>
    isPegBest(message)
      ? message.order.competeAgainstBestOffset === Infinity
      : ['PEG MID', 'PEGMID'].includes(message.order.orderType),
}

/** Blocks that two or three of the layouts share: 7.2, 9 b to g, i, j. */
const comboLegs = `#comboLegs( conId:i ratio:i action exchange openClose:i shortSaleSlot:i
  designatedLocation exemptCode:i ) #orderComboLegs( price:n? ) #smartComboRoutingParams( tag value )`
const scale = `?scale/scale.( priceAdjustValue:n? priceAdjustInterval:i? profitOffset:n? autoReset:b
  initPosition:i? initFillQty:i? randomPercent:b )`
const hedge = `hedgeType ?hedge/hedgeParam`
const deltaNeutralContract = `!deltaNeutralContract( conId:i delta:n price:n )`
const algo = `algoStrategy ?algo/#algoParams( tag value )`
const pegBench = `?pegBench/pegBenchmark.( referenceContractId:i isPeggedChangeAmountDecrease:b
  peggedChangeAmount:n referenceChangeAmount:n referenceExchangeId )`
const conditions = `#conditions( type:i conjunction
    ?type=1/( isMore:b price:n conId:i exchange triggerMethod:i )
    ?type=3/( isMore:b time )
    ?type=4/( isMore:b percent:i )
    ?type=5/( secType exchange symbol )
    ?type=6/( isMore:b volume:i conId:i exchange )
    ?type=7/( isMore:b percent:n conId:i exchange ) )
  ?conditions/( conditionsIgnoreRth:b conditionsCancelOrder:b )`
/** Block A, and fields 63 to 70 of openOrder. */
const deltaNeutral = `?deltaNeutral/deltaNeutral.( conId:i settlingFirm clearingAccount
  clearingIntent openClose shortSale:b shortSaleSlot:i designatedLocation )`
const pegOffsets = `minTradeQty:i? minCompeteSize:i? competeAgainstBestOffset:o?
  midOffsetAtWhole:n? midOffsetAtHalf:n?`

/** protocol.md 7.1. Numbers count the fields of 192 to 200, as the table there. */
export const placeOrder = `
  orderId:i
  contract.( conId:i symbol secType lastTradeDateOrContractMonth strike:n right multiplier
    exchange primaryExchange currency localSymbol tradingClass )
  order.(
    secIdType secId action totalQuantity:n orderType lmtPrice:n? auxPrice:n? tif ocaGroup account
    openClose origin:i orderRef transmit:b parentId:i blockOrder:b sweepToFill:b displaySize:i
    triggerMethod:i outsideRth:b hidden:b ?bag/( ${comboLegs} ) =
    discretionaryAmt:n goodAfterTime goodTillDate faGroup faMethod faPercentage ..176/faProfile
    modelCode shortSaleSlot:i designatedLocation exemptCode:i ocaType:i rule80A settlingFirm
    allOrNone:b minQty:i? percentOffset:n? eTradeOnly:b firmQuoteOnly:b nbboPriceCap:n?
    auctionStrategy:i startingPrice:n? stockRefPrice:n? delta:n?
    stockRangeLower:n? stockRangeUpper:n? overridePercentageConstraints:b
    volatility:n? volatilityType:i? deltaNeutralOrderType deltaNeutralAuxPrice:n? ${deltaNeutral}
    continuousUpdate:b referencePriceType:i? trailStopPrice:n? trailingPercent:n?
    scaleInitLevelSize:i? scaleSubsLevelSize:i? scalePriceIncrement:n? ${scale} scaleTable
    activeStartTime activeStopTime ${hedge} optOutSmartRouting:b clearingAccount clearingIntent
    notHeld:b ${deltaNeutralContract} ${algo} algoId whatIf:b orderMiscOptions:t solicited:b
    randomizeSize:b randomizePrice:b ${pegBench} ${conditions}
    adjustedOrderType triggerPrice:n?max lmtPriceOffset:n?max adjustedStopPrice:n?max
    adjustedStopLimitPrice:n?max adjustedTrailingAmount:n?max adjustableTrailingUnit:i extOperator
    softDollarTier.( name value ) cashQty:n?max mifid2DecisionMaker mifid2DecisionAlgo
    mifid2ExecutionTrader mifid2ExecutionAlgo dontUseAutoPriceForHedge:b isOmsContainer:b
    discretionaryUpToLimitPrice:b usePriceMgmtAlgo:b?
    158../duration:i?max 160../postToAts:i?max 162../autoCancelParent:b
    166../advancedErrorOverride 169../manualOrderTime
    170../( ?ibkrats/minTradeQty:i? ?pegBest/( minCompeteSize:i? competeAgainstBestOffset:o? )
      ?midOffsets/( midOffsetAtWhole:n? midOffsetAtHalf:n? ) )
    183../customerAccount 184../professionalCustomer:b 187..189/( = =2147483647 )
    189../includeOvernight:b 192../manualOrderIndicator:i?max 199../imbalanceOnly:b )`

const margins = `initMarginBefore maintMarginBefore equityWithLoanBefore initMarginChange
  maintMarginChange equityWithLoanChange initMarginAfter maintMarginAfter equityWithLoanAfter`
const margin = (suffix: string): string => margins.replaceAll(/\w+/g, `$&${suffix}:n?max`)

/** protocol.md 9. An unset value is what its column "Live" shows. */
export const openOrder = `
  orderId:i ${c11}
  order.(
    action totalQuantity:n orderType lmtPrice:n? auxPrice:n? tif ocaGroup account openClose origin:i
    orderRef clientId:i permId:i outsideRth:b hidden:b discretionaryAmt:n goodAfterTime
    sharesAllocation faGroup faMethod faPercentage ..176/faProfile modelCode goodTillDate rule80A
    percentOffset:n settlingFirm shortSaleSlot:i designatedLocation exemptCode:i auctionStrategy:i
    startingPrice:n? stockRefPrice:n? delta:n? stockRangeLower:n? stockRangeUpper:n?
    displaySize:i?max blockOrder:b sweepToFill:b allOrNone:b minQty:i? ocaType:i eTradeOnly:b
    firmQuoteOnly:b nbboPriceCap:n? parentId:i triggerMethod:i volatility:n? volatilityType:i
    deltaNeutralOrderType deltaNeutralAuxPrice:n? ${deltaNeutral} continuousUpdate:b
    referencePriceType:i trailStopPrice:n? trailingPercent:n? basisPoints:n? basisPointsType:i?
    comboLegsDescription ${comboLegs} scaleInitLevelSize:i?max scaleSubsLevelSize:i?max
    scalePriceIncrement:n? ${scale} ${hedge} optOutSmartRouting:b clearingAccount clearingIntent
    notHeld:b ${deltaNeutralContract} ${algo} solicited:b whatIf:b )
  orderState.(
    status ${margin('')} commission:n? minCommission:n? maxCommission:n? commissionCurrency
    195../( marginCurrency ${margin('OutsideRth')} suggestedSize:n?min rejectReason
      #orderAllocations( account position:n positionDesired:n positionAfter:n desiredAllocQty:n
        allowedAllocQty:n isMonetary:b ) )
    warningText )
  order.(
    randomizeSize:b randomizePrice:b ${pegBench} ${conditions} adjustedOrderType
    triggerPrice:n?max trailStopPrice:n?max lmtPriceOffset:n?max adjustedStopPrice:n?max
    adjustedStopLimitPrice:n?max adjustedTrailingAmount:n?max adjustableTrailingUnit:i
    softDollarTier.( name value displayName ) cashQty:n dontUseAutoPriceForHedge:b isOmsContainer:b
    discretionaryUpToLimitPrice:b usePriceMgmtAlgo:b
    158../duration:i? 160../postToAts:i? 162../autoCancelParent:b 170../( ${pegOffsets} )
    183../customerAccount 184../professionalCustomer:b 185../bondAccruedInterest:n?
    189../includeOvernight:b 193../( extOperator manualOrderIndicator:i?max )
    198../submitter 199../imbalanceOnly:b )`

/** protocol.md 10. */
export const completedOrder = `
  ${c11}
  order.(
    action totalQuantity:n orderType lmtPrice:n? auxPrice:n? tif ocaGroup account openClose origin:i
    orderRef permId:i outsideRth:b hidden:b discretionaryAmt:n goodAfterTime faGroup faMethod
    faPercentage ..176/faProfile modelCode goodTillDate rule80A percentOffset:n? settlingFirm
    shortSaleSlot:i designatedLocation exemptCode:i startingPrice:n? stockRefPrice:n? delta:n?
    stockRangeLower:n? stockRangeUpper:n? displaySize:i?max sweepToFill:b allOrNone:b minQty:i?
    ocaType:i triggerMethod:i volatility:n? volatilityType:i deltaNeutralOrderType
    deltaNeutralAuxPrice:n?
    ?deltaNeutral/deltaNeutral.( conId:i shortSale:b shortSaleSlot:i designatedLocation )
    continuousUpdate:b referencePriceType:i trailStopPrice:n? trailingPercent:n?
    comboLegsDescription ${comboLegs} scaleInitLevelSize:i?max scaleSubsLevelSize:i?max
    scalePriceIncrement:n? ${scale} ${hedge} clearingAccount clearingIntent notHeld:b
    ${deltaNeutralContract} ${algo} solicited:b )
  orderState.( status )
  order.(
    randomizeSize:b randomizePrice:b ${pegBench} ${conditions} trailStopPrice:n?max
    lmtPriceOffset:n?max cashQty:n dontUseAutoPriceForHedge:b isOmsContainer:b autoCancelDate
    filledQuantity:n refFuturesConId:i?max autoCancelParent:b shareholder imbalanceOnly:b
    routeMarketableToBbo:b parentPermId:l?max )
  orderState.( completedTime completedStatus )
  order.(
    170../( ${pegOffsets} ) 183../customerAccount 184../professionalCustomer:b 198../submitter )`
