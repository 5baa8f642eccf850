import type { EpochMs } from '../base/clock.ts'
import type { Money, Price } from '../domain/money.ts'
import type { RestartWindow } from '../domain/restart-windows.ts'
import type { Event } from '../trading/event.ts'

/** What a number of a row of the journal counts; a noun is printed behind it. */
export type Unit = 'dollars' | 'moment' | Counted

type Counted =
  | 'percent' // a ratio: 0.05 is 5 %
  | 'ms'
  | 'minute of the day' // of New York
  | 'decimal'
  | 'id' // compared, never counted
  | 'units' // contracts of an option, shares of a stock
  | Noun

type Noun =
  | 'shares'
  | 'structures'
  | 'orders'
  | 'orders a minute'
  | 'orders a day'
  | 'entries'
  | 'day trades'
  | 'sessions'
  | 'days'

/**
 * Every number that an event can hold, by its own name and that of what it stands in. The compiler
 * sees that none is missing, that exactly money is printed as money, and moments as moments.
 */
const UNITS: Table = {
  '.byMs': 'ms',
  '.clientIdBase': 'id',
  '.commission': 'dollars',
  '.difference': 'dollars',
  '.epoch': 'id',
  '.maxLoss': 'dollars',
  '.permId': 'id',
  '.quantity': 'units',
  'account.at': 'moment',
  'account.availableFunds': 'dollars',
  'account.dailyPnl': 'dollars',
  'account.dayTradesLeft': 'day trades',
  'account.exchangeRates': 'decimal',
  'account.netLiquidation': 'dollars',
  'account.settledCash': 'dollars',
  'baseline.amount': 'dollars',
  'baseline.at': 'moment',
  'baseline.dailyPnl': 'dollars',
  'baseline.netLiquidation': 'dollars',
  'basis.availableFunds': 'dollars',
  'basis.baseline': 'dollars',
  'basis.netLiquidation': 'dollars',
  'basis.openStructures': 'structures',
  'basis.price': 'dollars',
  'basis.quoteAgeMs': 'ms',
  'basis.reserved': 'dollars',
  'basis.settledCash': 'dollars',
  'basis.unitCost': 'dollars',
  'basis.unitLoss': 'dollars',
  'bounds.units': 'units',
  'change.quantity': 'units',
  'contract.conId': 'id',
  'contract.lastTradingAt': 'moment',
  'contract.lateMs': 'ms',
  'contract.multiplier': 'shares',
  'contract.strike': 'dollars',
  'dayTrades.belowEquity': 'dollars',
  'dayTrades.max': 'day trades',
  'dayTrades.sessions': 'sessions',
  'daysToExpiry.max': 'days',
  'daysToExpiry.min': 'days',
  'dte.max': 'days',
  'dte.min': 'days',
  'entryHours.from': 'minute of the day',
  'entryHours.to': 'minute of the day',
  'evidence.filled': 'units',
  'evidence.vendorCode': 'id',
  'fence.at': 'moment',
  'fence.epoch': 'id',
  'fence.far': 'dollars',
  'fence.quoteAt': 'moment',
  'fill.at': 'moment',
  'fill.price': 'dollars',
  'fill.quantity': 'units',
  'fill.revision': 'id',
  'greeks.delta': 'dollars',
  'greeks.gamma': 'dollars',
  'greeks.theta': 'dollars',
  'greeks.vega': 'dollars',
  'hours.close': 'moment',
  'hours.open': 'moment',
  'incident.since': 'moment',
  'legs.ask': 'dollars',
  'legs.bid': 'dollars',
  'legs.ratio': 'units',
  'limits.baselineDifferenceMax': 'dollars',
  'limits.collarPctMax': 'percent',
  'limits.dailyLossPctMax': 'percent',
  'limits.openInterestMin': 'units',
  'limits.openOrdersMax': 'orders',
  'limits.openStructuresMax': 'structures',
  'limits.orderCostMax': 'dollars',
  'limits.ordersPerDayMax': 'orders a day',
  'limits.ordersPerMinuteMax': 'orders a minute',
  'limits.perExpiryMax': 'structures',
  'limits.perUnderlyingMax': 'structures',
  'limits.premiumPctMax': 'percent',
  'limits.quantityMax': 'units',
  'limits.quoteAgeMsMax': 'ms',
  'limits.quoteSizeMin': 'units',
  'limits.riskPerTradePct': 'percent',
  'limits.spreadPctMax': 'percent',
  'limits.structureLossMax': 'dollars',
  'limits.volumeMin': 'units',
  'margin.at': 'moment',
  'margin.code': 'id',
  'margin.commission': 'dollars',
  'margin.equityAfter': 'dollars',
  'margin.initialMarginAfter': 'dollars',
  'margin.limit': 'dollars',
  'margin.quantity': 'units',
  'marks.ask': 'dollars',
  'marks.at': 'moment',
  'marks.bid': 'dollars',
  'marks.conId': 'id',
  'marks.spot': 'dollars',
  'observed.amount': 'dollars',
  'observed.at': 'moment',
  'observed.dailyPnl': 'dollars',
  'observed.netLiquidation': 'dollars',
  'order.permId': 'id',
  'order.quantity': 'units',
  'order.worst': 'dollars',
  'otm.max': 'percent',
  'otm.min': 'percent',
  'outcome.barStart': 'moment',
  'position.cost': 'dollars',
  'position.quantity': 'units',
  'priceIncrements.from': 'dollars',
  'priceIncrements.tick': 'dollars',
  'quote.aliveAt': 'moment',
  'quote.ask': 'dollars',
  'quote.askSize': 'units',
  'quote.bid': 'dollars',
  'quote.bidSize': 'units',
  'quote.delta': 'decimal',
  'quote.last': 'dollars',
  'quote.openInterest': 'units',
  'quote.receivedAt': 'moment',
  'quote.volume': 'units',
  'repeats.max': 'entries',
  'repeats.withinMs': 'ms',
  'request.barClosedAt': 'moment',
  'request.stopLossPct': 'percent',
  'set.since': 'moment',
  'shocks.lossMax': 'dollars',
  'shocks.volatilityPct': 'percent',
  'shocks.movesPct': 'percent',
  'signal.confidence': 'decimal',
  'spot.at': 'moment',
  'spot.price': 'dollars',
  'stopLoss.best': 'dollars',
  'stopLoss.price': 'dollars',
  'takeProfit.best': 'dollars',
  'takeProfit.price': 'dollars',
  'terms.limit': 'dollars',
  'terms.trigger': 'dollars',
  'timeline.at': 'moment',
  'tried.at': 'moment',
  'walk.first': 'dollars',
  'walk.worst': 'dollars',
}

/** By the last name alone, where all that bear it count the same: of rows of other versions. */
const BY_NAME = new Map<string, Unit | null>()
for (const [field, unit] of Object.entries(UNITS)) {
  const name = field.slice(field.indexOf('.') + 1)
  const known = BY_NAME.get(name)
  BY_NAME.set(name, known === undefined || known === unit ? unit : null)
}

/** Of a path within an event, like `basis.limits.shocks.movesPct[1]`; null: no field of ours. */
export function unitOf(path: string): Unit | null {
  const names = path.replace(/(\[\d+\])+/g, '').split('.')
  const name = names.at(-1) ?? ''
  const field = `${names.at(-2) ?? ''}.${name}`
  return isField(field) ? UNITS[field] : (BY_NAME.get(name) ?? null)
}

function isField(field: string): field is keyof Table {
  return Object.hasOwn(UNITS, field)
}

type Table = Readonly<{
  [Field in Fields<Event, '', ''> as NameIn<Field>]: Field extends `$${string}`
    ? 'dollars'
    : Field extends `@${string}`
      ? 'moment'
      : Counted
}>

type NameIn<Field> = Field extends `${'$' | '@' | '#'}${infer Name}` ? Name : never

/** `$order.worst`, `@fill.at`, `#fill.quantity`: every number, with what its type says of it. */
type Fields<T, In extends string, Name extends string> = T extends
  string | boolean | null | undefined | RestartWindow // which is shown as it was written
  ? never
  : T extends number
    ? `${T extends Money | Price ? '$' : T extends EpochMs ? '@' : '#'}${In}.${Name}`
    : T extends readonly (infer Each)[]
      ? Fields<Each, In, Name>
      : { [Key in keyof T & string]-?: Fields<T[Key], Name, Key> }[keyof T & string]
