import { EMPTY, MAX_INT } from './numbers.ts'
import {
  block,
  choice,
  double,
  flag,
  flagged,
  int,
  list,
  maybeDouble,
  maybeInt,
  tagList,
  text,
  variant,
  when,
} from './fields.ts'

/** The optional groups that placeOrder, openOrder and completedOrder share (protocol.md 7.2, 9). */

/** secType of a combination. */
export const BAG = 'BAG'

interface OrderMessage {
  readonly order: {
    readonly orderType: string
    readonly algoStrategy: string
    readonly hedgeType: string
    readonly scalePriceIncrement: number | null
    readonly conditions: readonly unknown[]
  }
}

export const comboLegs = list('comboLegs', [
  int('conId', 0),
  int('ratio', 0),
  text('action'),
  text('exchange'),
  int('openClose', 0),
  int('shortSaleSlot', 0),
  text('designatedLocation'),
  int('exemptCode', -1),
])

/** Price per leg, in the order of comboLegs. */
export const orderComboLegs = list('orderComboLegs', [maybeDouble('price')])

export const smartComboRoutingParams = tagList('smartComboRoutingParams')

export const scale = block(
  'scale',
  ({ order }: OrderMessage) => order.scalePriceIncrement !== null && order.scalePriceIncrement > 0,
  [
    maybeDouble('priceAdjustValue'),
    maybeInt('priceAdjustInterval'),
    maybeDouble('profitOffset'),
    flag('autoReset'),
    maybeInt('initPosition'),
    maybeInt('initFillQty'),
    flag('randomPercent'),
  ],
)

export const hedgeParam = when(
  ({ order }: OrderMessage) => order.hedgeType !== EMPTY,
  [text('hedgeParam')],
)

export const deltaNeutralContract = flagged('deltaNeutralContract', [
  int('conId', 0),
  double('delta', 0),
  double('price', 0),
])

export const algoParams = when(
  ({ order }: OrderMessage) => order.algoStrategy !== EMPTY,
  [tagList('algoParams')],
)

const pegBenchmarkItems = [
  int('referenceContractId', 0),
  flag('isPeggedChangeAmountDecrease'),
  double('peggedChangeAmount', 0),
  double('referenceChangeAmount', 0),
  text('referenceExchangeId'),
] as const

/** Clients name the type with and without the space; the Gateway with. */
export const pegBenchmark = block(
  'pegBenchmark',
  ({ order }: OrderMessage) => order.orderType === 'PEG BENCH' || order.orderType === 'PEGBENCH',
  pegBenchmarkItems,
)

const conjunction = text('conjunction') // `a` and, `o` or: how the next one is joined

const anyCondition = choice('type', [
  variant(1, [
    conjunction,
    flag('isMore'),
    maybeDouble('price'),
    int('conId', 0),
    text('exchange'),
    int('triggerMethod', 0),
  ]),
  variant(3, [conjunction, flag('isMore'), text('time')]),
  variant(4, [conjunction, flag('isMore'), maybeInt('percent', MAX_INT)]),
  variant(5, [conjunction, text('secType'), text('exchange'), text('symbol')]),
  variant(6, [
    conjunction,
    flag('isMore'),
    maybeInt('volume', MAX_INT),
    int('conId', 0),
    text('exchange'),
  ]),
  variant(7, [
    conjunction,
    flag('isMore'),
    maybeDouble('percent'),
    int('conId', 0),
    text('exchange'),
  ]),
])

/** Types: 1 price, 3 time, 4 margin, 5 execution, 6 volume, 7 percent change. */
export const conditions = [
  list('conditions', [anyCondition]),
  when(
    ({ order }: OrderMessage) => order.conditions.length > 0,
    [flag('conditionsIgnoreRth'), flag('conditionsCancelOrder')],
  ),
] as const
