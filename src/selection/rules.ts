import type { OptionChain } from '../domain/chain.ts'
import type { CalendarDate, ContractKey, Side } from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import type { Candidate } from '../domain/quote.ts'
import type { EntrySignal } from '../domain/signal.ts'

export interface SelectionRules {
  /** Which structure expresses an outlook. Verticals, condors, short puts become cases here. */
  readonly structure: { readonly kind: 'long-option' }
  readonly expiry:
    | { readonly kind: 'weekly' }
    | { readonly kind: 'dte'; readonly min: number; readonly max: number }
  readonly strike:
    | { readonly kind: 'offset'; readonly steps: number }
    | { readonly kind: 'delta'; readonly target: number }
  readonly spreadPctMax: number
  readonly volumeMin: number
  readonly openInterestMin: number
  readonly candidates: number
}

export interface ChainView {
  readonly chains: readonly OptionChain[] // one for each trading class
  readonly spot: Price
  readonly signal: EntrySignal
  readonly today: CalendarDate
}

export type Picked =
  | { readonly kind: 'picked'; readonly candidate: Candidate; readonly side: Side }
  | {
      readonly kind: 'none'
      readonly why: readonly { readonly key: ContractKey; readonly reason: string }[]
    }
