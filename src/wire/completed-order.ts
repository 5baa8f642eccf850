import { contract11 } from './contract.ts'
import {
  before,
  block,
  double,
  flag,
  int,
  long,
  maybeDouble,
  maybeInt,
  message,
  part,
  since,
  text,
  value,
} from './fields.ts'
import { EMPTY, MAX_DOUBLE, MAX_INT, MAX_LONG } from './numbers.ts'
import {
  algoParams,
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

interface Completed {
  readonly order: { readonly deltaNeutralOrderType: string }
}

/** Fields 12 to 49 of protocol.md 10. */
const terms = [
  text('action'),
  double('totalQuantity'),
  text('orderType'),
  maybeDouble('lmtPrice'),
  maybeDouble('auxPrice'),
  text('tif'),
  text('ocaGroup'),
  text('account'),
  text('openClose'),
  int('origin', 0),
  text('orderRef'),
  long('permId', MAX_LONG),
  flag('outsideRth'),
  flag('hidden'),
  maybeDouble('discretionaryAmt'),
  text('goodAfterTime'),
  text('faGroup'),
  text('faMethod'),
  text('faPercentage'),
  before(177, text('faProfile')),
  text('modelCode'),
  text('goodTillDate'),
  text('rule80A'),
  maybeDouble('percentOffset'),
  text('settlingFirm'),
  int('shortSaleSlot', 0),
  text('designatedLocation'),
  int('exemptCode', -1),
  maybeDouble('startingPrice'),
  maybeDouble('stockRefPrice'),
  maybeDouble('delta'),
  maybeDouble('stockRangeLower'),
  maybeDouble('stockRangeUpper'),
  maybeInt('displaySize', MAX_INT),
  flag('sweepToFill'),
  flag('allOrNone'),
  maybeInt('minQty'),
  int('ocaType', 0),
  int('triggerMethod', 0),
] as const

/** Fields 50 to 75. */
const strategy = [
  maybeDouble('volatility'),
  int('volatilityType', 0),
  text('deltaNeutralOrderType'),
  maybeDouble('deltaNeutralAuxPrice'),
  // Four fields here, where openOrder has eight (trap 4).
  block('deltaNeutral', ({ order }: Completed) => order.deltaNeutralOrderType !== EMPTY, [
    int('conId', 0),
    flag('shortSale'),
    int('shortSaleSlot', 0),
    text('designatedLocation'),
  ]),
  flag('continuousUpdate'),
  int('referencePriceType', 0),
  maybeDouble('trailStopPrice'),
  maybeDouble('trailingPercent'),
  text('comboLegsDescription'),
  comboLegs,
  orderComboLegs,
  smartComboRoutingParams,
  maybeInt('scaleInitLevelSize', MAX_INT),
  maybeInt('scaleSubsLevelSize', MAX_INT),
  maybeDouble('scalePriceIncrement'),
  scale,
  text('hedgeType'),
  hedgeParam,
  text('clearingAccount'),
  text('clearingIntent'),
  flag('notHeld'),
  deltaNeutralContract,
  text('algoStrategy'),
  algoParams,
  flag('solicited'),
] as const

/** Fields 77 to 92. */
const tail = [
  flag('randomizeSize'),
  flag('randomizePrice'),
  pegBenchmark,
  ...conditions,
  maybeDouble('trailStopPrice', MAX_DOUBLE), // a second time (trap 5)
  maybeDouble('lmtPriceOffset', MAX_DOUBLE),
  maybeDouble('cashQty', MAX_DOUBLE),
  flag('dontUseAutoPriceForHedge'),
  flag('isOmsContainer'),
  text('autoCancelDate'),
  double('filledQuantity', 0),
  maybeInt('refFuturesConId', MAX_INT),
  flag('autoCancelParent'),
  text('shareholder'),
  flag('imbalanceOnly'),
  flag('routeMarketableToBbo'),
  long('parentPermId', MAX_LONG),
] as const

/** From field 95 on. */
const newest = [
  since(170, maybeInt('minTradeQty')),
  since(170, maybeInt('minCompeteSize')),
  since(170, value('competeAgainstBestOffset', offsets)),
  since(170, maybeDouble('midOffsetAtWhole')),
  since(170, maybeDouble('midOffsetAtHalf')),
  since(183, text('customerAccount')),
  since(184, flag('professionalCustomer')),
  since(198, text('submitter')),
] as const

/** protocol.md 10. It carries neither order id nor client id: permId and orderRef name it. */
export const completedOrder = message('completedOrder', 101, [
  contract11,
  part('order', [...terms, ...strategy]),
  part('orderState', [text('status')]),
  part('order', tail),
  part('orderState', [text('completedTime'), text('completedStatus')]),
  part('order', newest),
])
