import type { Brand } from '../base/brand.ts'
import { assert, unreachable } from '../base/assert.ts'
import type { EpochMs } from '../base/clock.ts'
import type { Currency, Price } from './money.ts'

export type ConId = Brand<number, 'ConId'>

export type Ticker = Brand<string, 'Ticker'>

/** `2026-01-09`, in the exchange's time zone. */
export type CalendarDate = Brand<string, 'CalendarDate'>

export type Right = 'C' | 'P'

export type Side = 'BUY' | 'SELL'

/** Where and in what a contract is quoted. */
export interface Venue {
  readonly exchange: string
  readonly currency: Currency
}

/** Enough to ask IBKR for a contract, before it is known to exist. */
export interface StockKey extends Venue {
  readonly kind: 'stock'
  readonly symbol: Ticker
}

export interface IndexKey extends Venue {
  readonly kind: 'index'
  readonly symbol: Ticker
}

export interface OptionKey extends Venue {
  readonly kind: 'option'
  readonly symbol: Ticker
  readonly expiry: CalendarDate
  readonly strike: Price
  readonly right: Right
  /** Tells apart what shares all of the above: SPX and SPXW may expire on one date. */
  readonly tradingClass: string
  readonly multiplier: number
}

export interface ComboKey {
  readonly kind: 'combo'
  readonly legs: readonly {
    readonly key: StockKey | OptionKey
    readonly ratio: number
    readonly side: Side
  }[]
}

export type ContractKey = StockKey | OptionKey | ComboKey

/** What bars are of and options are on. */
export type UnderlyingKey = StockKey | IndexKey

export interface Listing extends Venue {
  /** Shares per unit of price: 1 for stock, 100 for most options and their combos. */
  readonly multiplier: number
  /** Ascending by `from`: the tick grows with the price. */
  readonly priceIncrements: readonly { readonly from: Price; readonly tick: Price }[]
}

/** A date on which a contract trades less than the exchange's calendar says; closed: no hours. */
export interface OddDay {
  readonly date: CalendarDate
  readonly hours: { readonly open: EpochMs; readonly close: EpochMs } | null
}

export interface StockContract extends StockKey, Listing {
  readonly conId: ConId
  /** By its own hours, as they were published; left out: none is known. */
  readonly oddDays?: readonly OddDay[]
}

/** Observed, and has options; cannot be traded. */
export interface IndexContract extends IndexKey {
  readonly conId: ConId
}

export interface OptionContract extends OptionKey, Listing {
  readonly conId: ConId
  /** Which price of the last day decides: the opening (AM) or the close (PM). */
  readonly settlement: 'AM' | 'PM'
  /** From the contract's own hours. An AM-settled option ends the day before it settles. */
  readonly lastTradingAt: EpochMs
  readonly oddDays?: readonly OddDay[]
  /** How long it trades after the exchange's close on other days, where that is longer (SPXW). */
  readonly lateMs?: number
}

export interface ComboLeg {
  readonly contract: OptionContract | StockContract
  readonly ratio: number // positive integer; shares for a stock leg
  readonly side: Side // when the combo is bought; reversed when it is sold
}

export interface ComboContract extends Listing {
  readonly kind: 'combo'
  readonly symbol: Ticker
  readonly legs: readonly ComboLeg[]
}

/** What an order may name. */
export type Tradable = StockContract | OptionContract | ComboContract

export type Contract = Tradable | IndexContract

/** The legs of one unit; a stock or an option is its own only leg. */
export function legsOf(contract: Tradable): readonly ComboLeg[] {
  switch (contract.kind) {
    case 'stock':
    case 'option':
      return [{ contract, ratio: 1, side: 'BUY' }]
    case 'combo':
      return contract.legs
    default:
      return unreachable(contract)
  }
}

/** The price step at this price: that of the highest `from` at or below it. */
export function tickAt(listing: Listing, price: Price): Price {
  const size = Math.abs(price) // a combo's credit is negative
  const [lowest, ...higher] = listing.priceIncrements
  assert(lowest !== undefined, 'a listing has a price increment')
  return higher.reduce((tick, step) => (step.from <= size ? step.tick : tick), lowest.tick)
}
