import type { EpochMs } from '../base/clock.ts'
import type { OptionChain } from '../domain/chain.ts'
import type { Weekday } from '../domain/date.ts'
import type { CalendarDate, ContractKey, Side } from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import type { Candidate } from '../domain/quote.ts'
import type { EntrySignal } from '../domain/signal.ts'

export interface SelectionRules {
  /** Which structure expresses an outlook. */
  readonly structure:
    | { readonly kind: 'long-option' }
    /** Two options of one expiry, so far apart; the near one is what `strike` finds. */
    | {
        readonly kind: 'vertical'
        readonly width: Price
        /** Near bought and far sold, or near sold and far bought. */
        readonly entry: 'debit' | 'credit'
      }
    /** A hundred shares and a call sold against them. */
    | { readonly kind: 'buy-write' }
    /** A call and a put sold, as far to either side of the spot, each with a wing so far beyond. */
    | { readonly kind: 'iron-condor'; readonly width: Price }
  readonly expiry:
    | {
        /** Of the current trading week; of the next one from `rollFrom` on (R13). */
        readonly kind: 'weekly'
        readonly rollFrom?: WeekTime
      }
    /** Calendar days to expiry, both included, by the exchange's date. */
    | { readonly kind: 'dte'; readonly min: number; readonly max: number }
  /** May an option that expires today be bought? */
  readonly sameDayExpiry: boolean
  readonly strike:
    /** 0 is at the money; 1 the first strike out of the money; -1 the first in the money (R12). */
    | { readonly kind: 'offset'; readonly steps: number }
    /** Absolute: 0.4 is a call of delta 0.4 or a put of delta -0.4. */
    | { readonly kind: 'delta'; readonly target: number }
    /** Out of the money by a ratio of the spot, both included: 0.05 is 5 %. */
    | { readonly kind: 'otm'; readonly min: number; readonly max: number }
  /** Of the mid, as a ratio: 0.02 is 2 %. */
  readonly spreadPctMax: number
  readonly volumeMin: number
  readonly openInterestMin: number
  /** A dry run may decide on delayed quotes; everything that comes of one is marked. */
  readonly allowDelayed: boolean
  /** How many contracts get a streaming line before one is picked. */
  readonly candidates: number
}

/** A moment of the week in New York. */
export interface WeekTime {
  readonly weekday: Weekday
  readonly time: string // `15:00`
}

export interface ChainView {
  readonly chains: readonly OptionChain[] // one for each trading class
  readonly spot: Price
  readonly signal: EntrySignal
  readonly today: CalendarDate
  readonly now: EpochMs
}

/** A contract that was passed over, with every value and threshold that spoke against it. */
export interface PassedOver {
  readonly key: ContractKey
  readonly reason: string
}

export type Picked =
  | {
      readonly kind: 'picked'
      readonly candidate: Candidate
      readonly side: Side
      readonly rejected: readonly PassedOver[]
    }
  | { readonly kind: 'none'; readonly why: readonly PassedOver[] }
