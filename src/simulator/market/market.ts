import type { EpochMs } from '../../base/clock.ts'
import type {
  CalendarDate,
  ConId,
  IndexContract,
  OptionContract,
  StockContract,
  Ticker,
} from '../../domain/contract.ts'
import type { Bar, BarSize } from '../../domain/bar.ts'
import type { Hours } from '../../domain/calendar.ts'
import type { Price } from '../../domain/money.ts'

/** Which extreme of a minute comes first; to the disadvantage of who holds or waits (rule 3). */
export type Adverse = 'low-first' | 'high-first'
/** While nobody holds or waits: who comes in the middle of a minute has, as a rule, come to buy. */
export const UNWATCHED: Adverse = 'high-first'

/** What the model says of an option, in floats; the units of the wire. */
export interface ModelValues {
  /** Annualised, as a ratio: 0.2 is 20 %. */
  readonly impliedVolatility: number
  readonly price: number
  readonly delta: number
  readonly gamma: number
  /** Per 1 percentage point of volatility. */
  readonly vega: number
  /** Per calendar day. */
  readonly theta: number
  readonly underlyingPrice: number
}

/** Everything quoted of one contract at one moment. `null` is unknown or not quoted. */
export interface MarketQuote {
  readonly bid: Price | null
  readonly ask: Price | null
  readonly last: Price | null
  /** Shares for stock, contracts for options. */
  readonly bidSize: number | null
  readonly askSize: number | null
  readonly lastSize: number | null
  readonly volume: number | null
  readonly openInterest: number | null
  readonly open: Price | null
  readonly high: Price | null
  readonly low: Price | null
  readonly previousClose: Price | null
  readonly model: ModelValues | null
  readonly halted: boolean
  /** Derived, because no quote was recorded (replay) — never set by a generated market. */
  readonly synthetic: boolean
  /** Of the row or step that it comes from: a forward-filled quote carries the age of its row. */
  readonly changedAt: EpochMs
}

export interface TradingSession {
  readonly date: CalendarDate
  readonly open: EpochMs
  readonly close: EpochMs
}

/** What an underlying is listed as. */
export interface Listed {
  readonly contract: StockContract | IndexContract
  readonly longName: string
  readonly primaryExchange: string
  /** Of a US option chain on it; null where it has none (VIX). */
  readonly optionClass: string | null
}

export interface BarsOf {
  readonly size: BarSize
  readonly from: EpochMs
  readonly to: EpochMs
  readonly at: EpochMs
  /** Default: regular. */
  readonly hours?: Hours
}

/**
 * Where prices come from. A pure function of time: asked from any moment, any number of times, in
 * any order, it answers the same, and nothing it answers looks ahead of `at`. So a clone of the
 * Gateway shares its market.
 */
export interface Market {
  readonly origin: 'generated' | 'replay' | 'replay-generated-options' | 'live'
  /** One line for the screen: what is real here and what is made. */
  readonly describe: string
  readonly underlyings: readonly Listed[]
  /**
   * Hours of the contract on a New York date, regular ones unless said otherwise; null when closed.
   * Where it trades in regular hours alone, all hours are those.
   */
  session(contract: ConId, date: CalendarDate, hours?: Hours): TradingSession | null
  /** Everything listed on this underlying that has not expired before `today`, in chain order. */
  options(symbol: Ticker, today: CalendarDate): readonly OptionContract[]
  /** A contract that is listed, or was. */
  contract(id: ConId): StockContract | IndexContract | OptionContract | null
  /** Null before the market begins; outside hours the last quote of the session, with its age. */
  quote(id: ConId, at: EpochMs, adverse: Adverse): MarketQuote | null
  /** When the quote may next differ, strictly after `at`; null when nothing more will come. */
  nextChange(id: ConId, at: EpochMs): EpochMs | null
  /** Trade bars, from <= start < to, that have ended by `at`, oldest first; see `session`. */
  bars(id: ConId, of: BarsOf): readonly Bar[]
  /** The bar that is forming at `at`, from what has happened of it; null without a trade. */
  formingBar(id: ConId, of: Pick<BarsOf, 'size' | 'at' | 'hours'>): Bar | null
  /** The settlement price of the underlying for an option that expired on this date. */
  settlement(symbol: Ticker, expiry: CalendarDate): Price | null
}
