import type { EpochMs } from '../base/clock.ts'
import type { ConId, Tradable } from './contract.ts'
import type { Price } from './money.ts'

/**
 * `null` is unknown: the broker's -1, 0 and 1.7e308 never get past translation.
 * Of a combo: the net of its legs for one unit bought, so a credit is negative.
 */
export interface Quote {
  readonly bid: Price | null
  readonly ask: Price | null
  readonly last: Price | null
  readonly bidSize: number | null
  readonly askSize: number | null
  readonly volume: number | null
  readonly openInterest: number | null
  readonly delta: number | null
  /** Its own last tick. */
  readonly receivedAt: EpochMs
  /**
   * The last proof that its line is alive; ages count from here. Its own tick, or, for a streaming
   * line without change, a heartbeat that was answered while the farm was OK.
   */
  readonly aliveAt: EpochMs
  readonly delayed: boolean
  readonly halted: boolean
  /** Simulator only: derived from trades or from a model because no quote was recorded. */
  readonly synthetic: boolean
  /** Of a combo: the sides of each leg, in their order. */
  readonly legs?: readonly { readonly bid: Price | null; readonly ask: Price | null }[]
}

/** What a contract and its underlying are worth, for what is held; `at` is the older of the two. */
export interface Mark {
  readonly conId: ConId
  readonly bid: Price | null
  readonly ask: Price | null
  readonly spot: Price | null
  readonly at: EpochMs
}

export interface Candidate {
  readonly contract: Tradable
  readonly quote: Quote
}
