import { contract12 } from './contract.ts'
import {
  before,
  block,
  constant,
  double,
  flag,
  int,
  maybeDouble,
  maybeFlag,
  maybeInt,
  message,
  part,
  since,
  tagText,
  text,
  value,
  when,
} from './fields.ts'
import { EMPTY, MAX_DOUBLE, MAX_INT } from './numbers.ts'
import {
  algoParams,
  BAG,
  comboLegs,
  conditions,
  deltaNeutralContract,
  hedgeParam,
  orderComboLegs,
  pegBenchmark,
  scale,
  smartComboRoutingParams,
} from './order-blocks.ts'
import { offsets } from './values.ts'

interface Placed {
  readonly contract: { readonly secType: string; readonly exchange: string }
  readonly order: {
    readonly orderType: string
    readonly deltaNeutralOrderType: string
    readonly competeAgainstBestOffset: number | null
  }
}

const pegBest = ({ order }: Placed): boolean =>
  order.orderType === 'PEG BEST' || order.orderType === 'PEGBEST'

const midOffsets = (message: Placed): boolean =>
  pegBest(message)
    ? message.order.competeAgainstBestOffset === Infinity
    : message.order.orderType === 'PEG MID' || message.order.orderType === 'PEGMID'

/** Fields 14 to 62 of protocol.md 7.1. */
const terms = [
  text('secIdType'),
  text('secId'),
  text('action'),
  maybeDouble('totalQuantity'),
  text('orderType'),
  maybeDouble('lmtPrice'),
  maybeDouble('auxPrice'),
  text('tif'),
  text('ocaGroup'),
  text('account'),
  text('openClose'),
  int('origin', 0),
  text('orderRef'),
  maybeFlag('transmit'), // what an empty one means is not known (protocol.md 7.4)
  int('parentId', 0),
  flag('blockOrder'),
  flag('sweepToFill'),
  int('displaySize', 0),
  int('triggerMethod', 0),
  flag('outsideRth'),
  flag('hidden'),
  when(
    ({ contract }: Placed) => contract.secType === BAG,
    [comboLegs, orderComboLegs, smartComboRoutingParams],
  ),
  constant(EMPTY), // sharesAllocation
  double('discretionaryAmt', 0),
  text('goodAfterTime'),
  text('goodTillDate'),
  text('faGroup'),
  text('faMethod'),
  text('faPercentage'),
  before(177, text('faProfile')),
  text('modelCode'),
  int('shortSaleSlot', 0),
  text('designatedLocation'),
  int('exemptCode', -1),
  int('ocaType', 0),
  text('rule80A'),
  text('settlingFirm'),
  flag('allOrNone'),
  maybeInt('minQty'),
  maybeDouble('percentOffset'),
  flag('eTradeOnly'),
  flag('firmQuoteOnly'),
  maybeDouble('nbboPriceCap'),
  int('auctionStrategy', 0),
  maybeDouble('startingPrice'),
  maybeDouble('stockRefPrice'),
  maybeDouble('delta'),
  maybeDouble('stockRangeLower'),
  maybeDouble('stockRangeUpper'),
  flag('overridePercentageConstraints'),
] as const

/** Fields 62 to 89, and the conditions. */
const strategy = [
  maybeDouble('volatility'),
  maybeInt('volatilityType'),
  text('deltaNeutralOrderType'),
  maybeDouble('deltaNeutralAuxPrice'),
  block('deltaNeutral', ({ order }: Placed) => order.deltaNeutralOrderType !== EMPTY, [
    int('conId', 0),
    text('settlingFirm'),
    text('clearingAccount'),
    text('clearingIntent'),
    text('openClose'),
    flag('shortSale'),
    int('shortSaleSlot', 0),
    text('designatedLocation'),
  ]),
  flag('continuousUpdate'),
  maybeInt('referencePriceType'),
  maybeDouble('trailStopPrice'),
  maybeDouble('trailingPercent'),
  maybeInt('scaleInitLevelSize'),
  maybeInt('scaleSubsLevelSize'),
  maybeDouble('scalePriceIncrement'),
  scale,
  text('scaleTable'),
  text('activeStartTime'),
  text('activeStopTime'),
  text('hedgeType'),
  hedgeParam,
  flag('optOutSmartRouting'),
  text('clearingAccount'),
  text('clearingIntent'),
  flag('notHeld'),
  deltaNeutralContract,
  text('algoStrategy'),
  algoParams,
  text('algoId'),
  flag('whatIf'),
  tagText('orderMiscOptions'),
  flag('solicited'),
  flag('randomizeSize'),
  flag('randomizePrice'),
  pegBenchmark,
  ...conditions,
] as const

/** From field 90 on, and the tail of 7.1. */
const tail = [
  text('adjustedOrderType'),
  maybeDouble('triggerPrice', MAX_DOUBLE),
  maybeDouble('lmtPriceOffset', MAX_DOUBLE),
  maybeDouble('adjustedStopPrice', MAX_DOUBLE),
  maybeDouble('adjustedStopLimitPrice', MAX_DOUBLE),
  maybeDouble('adjustedTrailingAmount', MAX_DOUBLE),
  int('adjustableTrailingUnit', 0),
  text('extOperator'),
  part('softDollarTier', [text('name'), text('value')]),
  maybeDouble('cashQty', MAX_DOUBLE),
  text('mifid2DecisionMaker'),
  text('mifid2DecisionAlgo'),
  text('mifid2ExecutionTrader'),
  text('mifid2ExecutionAlgo'),
  flag('dontUseAutoPriceForHedge'),
  flag('isOmsContainer'),
  flag('discretionaryUpToLimitPrice'),
  maybeFlag('usePriceMgmtAlgo'),
  since(158, maybeInt('duration', MAX_INT)),
  since(160, maybeInt('postToAts', MAX_INT)),
  since(162, flag('autoCancelParent')),
  since(166, text('advancedErrorOverride')),
  since(169, text('manualOrderTime')),
  // Block H.
  since(
    170,
    when(({ contract }: Placed) => contract.exchange === 'IBKRATS', [maybeInt('minTradeQty')]),
  ),
  since(
    170,
    when(pegBest, [maybeInt('minCompeteSize'), value('competeAgainstBestOffset', offsets)]),
  ),
  since(170, when(midOffsets, [maybeDouble('midOffsetAtWhole'), maybeDouble('midOffsetAtHalf')])),
  since(183, text('customerAccount')),
  since(184, flag('professionalCustomer')),
  before(190, since(187, constant(EMPTY))),
  before(190, since(187, constant(MAX_INT))),
  since(189, flag('includeOvernight')),
  since(192, maybeInt('manualOrderIndicator', MAX_INT)),
  since(199, flag('imbalanceOnly')),
] as const

/** protocol.md 7. Also modifies the working order of the same id, and asks what-if. */
export const placeOrder = message('placeOrder', 3, [
  int('orderId'),
  contract12,
  part('order', [...terms, ...strategy, ...tail]),
])
