import type { EpochMs } from '../base/clock.ts'
import { atNewYork } from '../domain/calendar.ts'
import { combo } from '../domain/combo.ts'
import type {
  CalendarDate,
  ComboContract,
  ConId,
  OptionContract,
  StockContract,
  Ticker,
} from '../domain/contract.ts'
import type { Currency, Money } from '../domain/money.ts'
import { money, price } from '../domain/money.ts'
import type { Position } from '../domain/position.ts'
import type { Margin } from '../domain/margin.ts'
import type { Mark } from '../domain/mark.ts'
import type { Quote } from '../domain/quote.ts'
import type { EntryRequest, RiskLimits, RiskView } from './limits.ts'

/** A Tuesday in regular hours; the option expires that Friday. */
export const today = '2026-03-10' as CalendarDate
export const now = atNewYork(today, '10:30')
const expiry = '2026-03-13' as CalendarDate

const listing = {
  exchange: 'SMART',
  currency: 'USD' as Currency,
  priceIncrements: [{ from: price(0), tick: price(0.01) }],
}

export const stock: StockContract = {
  kind: 'stock',
  conId: 1 as ConId,
  symbol: 'SPY' as Ticker,
  multiplier: 1,
  ...listing,
}

export function option(strike: number, right: 'C' | 'P', expires = expiry): OptionContract {
  return {
    kind: 'option',
    conId: (strike * 10 + (right === 'C' ? 1 : 2)) as ConId,
    symbol: 'SPY' as Ticker,
    expiry: expires,
    strike: price(strike),
    right,
    tradingClass: 'SPY',
    multiplier: 100,
    settlement: 'PM',
    lastTradingAt: atNewYork(expires, '16:00'),
    ...listing,
  }
}

/** Legs as `+1 C600`, each bought or sold once. */
export function spread(
  ...legs: readonly (readonly ['BUY' | 'SELL', OptionContract | StockContract, number?])[]
): ComboContract {
  const made = combo(
    legs.map(([side, contract, ratio = 1]) => ({ side, contract, ratio })),
    { ...listing, multiplier: 100 },
  )
  if (!made.ok) throw new Error(made.error)
  return made.value
}

export function held(contract: Position['contract'], quantity: number): Position {
  return { contract, quantity, cost: 0 as Money }
}

export function quote(changes: Partial<Quote> = {}): Quote {
  return {
    bid: price(2.4),
    ask: price(2.5),
    last: price(2.45),
    bidSize: 10,
    askSize: 10,
    volume: 500,
    openInterest: 1_000,
    delta: 0.5,
    receivedAt: now,
    aliveAt: now,
    delayed: false,
    halted: false,
    synthetic: false,
    ...changes,
  }
}

/** At 2.45, with the underlying at 600. */
export function mark(of: Pick<Mark, 'conId'>): Mark {
  return { conId: of.conId, bid: price(2.4), ask: price(2.5), spot: price(600), at: now }
}

/** The broker would take as much of it as anybody asks for. */
export const margin: Extract<Margin, { kind: 'answered' }> = {
  kind: 'answered',
  at: now,
  quantity: 1_000_000,
  limit: price(0),
  initialMarginAfter: money(0),
  equityAfter: money(1_000_000_000),
  commission: money(0.65),
  warning: '',
}

export function request(changes: Partial<EntryRequest> = {}): EntryRequest {
  return {
    strategy: 'scalp',
    signalKey: 'scalp SPY 1 rise',
    candidate: { contract: option(600, 'C'), quote: quote() },
    side: 'BUY',
    signal: { kind: 'enter', outlook: 'rise', confidence: 0.6, reason: 'test' },
    stopLossPct: 0.5,
    barClosedAt: now,
    spot: { price: price(600), at: now },
    marks: [mark(stock)],
    margin,
    ...changes,
  }
}

/** The premium of golden vectors: the ask is what is paid. */
export function paying(premium: number, changes: Partial<EntryRequest> = {}): EntryRequest {
  const asked = quote({ ask: price(premium), bid: price(premium) })
  return request({ candidate: { contract: option(600, 'C'), quote: asked }, ...changes })
}

export const limits: RiskLimits = {
  riskPerTradePct: 0.01,
  dailyLossPctMax: 0.05,
  openStructuresMax: 3,
  premiumPctMax: 0.95,
  orderCostMax: money(1_000_000),
  structureLossMax: money(1_000_000),
  quoteAgeMsMax: 2_000,
  baselineDifferenceMax: money(250),
  perUnderlyingMax: 10,
  perExpiryMax: 10,
  quantityMax: 1_000,
  collarPctMax: 0.05,
  quoteSizeMin: 1,
  spreadPctMax: 0.5,
  volumeMin: 0,
  openInterestMin: 0,
  daysToExpiry: { min: 0, max: 60 },
  entryHours: { from: 570, to: 960 },
  noEntryWindows: [],
  openOrdersMax: 100,
  ordersPerMinuteMax: 100,
  ordersPerDayMax: 1_000,
  repeats: { max: 100, withinMs: 1_800_000 },
  greeks: {
    delta: money(100_000_000),
    gamma: money(100_000_000),
    vega: money(10_000_000),
    theta: money(10_000_000),
  },
  shocks: { lossMax: money(10_000_000), movesPct: [0.05, 0.1], volatilityPct: 0.25 },
  dayTrades: [{ kind: 'off', from: null, until: null }],
  longOnly: true,
}

export const account: NonNullable<RiskView['account']> = {
  id: 'DU1',
  kind: 'margin',
  baseCurrency: 'USD' as Currency,
  netLiquidation: money(100_000),
  availableFunds: money(100_000),
  settledCash: money(100_000),
  dailyPnl: money(0),
  exchangeRates: new Map(),
  at: now,
}

export const baseline: NonNullable<RiskView['baseline']> = {
  date: today,
  amount: money(100_000),
  netLiquidation: money(100_000),
  dailyPnl: money(0),
  at: now,
}

export function view(changes: Partial<RiskView> = {}): RiskView {
  return {
    now,
    mode: 'paper',
    accountId: 'DU1',
    underlyings: [
      { kind: 'stock', symbol: stock.symbol, exchange: 'SMART', currency: stock.currency },
    ],
    tradingState: 'active',
    gates: [],
    account,
    baseline,
    positions: [],
    structures: [],
    orders: [],
    foreignOrders: 0,
    sent: { minute: 0, today: 0 },
    pastEntries: [],
    dayTraded: [],
    spentSinceAccount: money(0),
    spentSinceMargin: money(0),
    signalKeys: new Map(),
    closeFrom: (now + 3_600_000) as EpochMs,
    allowDelayed: false,
    armed: true,
    ...changes,
  }
}
