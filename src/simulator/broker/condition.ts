import type { EpochMs } from '../../base/clock.ts'
import type { CalendarDate, Side } from '../../domain/contract.ts'
import type { SimOrderStatus } from './order-status.ts'

/** Which contracts: of these underlyings, or of all. */
export interface Scope {
  readonly what: 'all' | 'options'
  /** Null: any. */
  readonly symbols: readonly string[] | null
}

/** How a cancel that comes too late is answered, and what has become of the order (F47). */
export interface CancelRace {
  readonly answer: 161 | 202 | 10147 | 10148
  readonly outcome: 'filled' | 'lives' | 'cancelled'
}

/**
 * What is wrong at the exchange or at the broker. Plain data in the state of the simulated broker:
 * a clone has it, and goes on as the original would.
 */
export type Condition =
  /** F45: a fill takes at most so many units. */
  | { readonly kind: 'lots'; readonly units: number }
  /** F46: an order that completes fills so many units more. */
  | { readonly kind: 'overfills'; readonly units: number }
  /** F46: what fills in an OCA group fills in its other orders as well. */
  | { readonly kind: 'untied' }
  /** F42: a cancelled order turns out to have filled before. */
  | { readonly kind: 'late-fills'; readonly afterMs: number; readonly side: Side | null }
  | ({ readonly kind: 'cancel-race' } & CancelRace)
  /** F47: cancels wait for the next open. */
  | { readonly kind: 'cancels-wait' }
  /** F49: a new order gets this status and does not come to the market. */
  | {
      readonly kind: 'stuck'
      readonly status: SimOrderStatus
      readonly side: Side | null
      /** Null: for ever. */
      readonly lastsMs: number | null
    }
  /** F24: IBKR's simulated stops are not elected, as during a reset. */
  | { readonly kind: 'stops-late' }
  /** The account may write options: what is sold needs no cover. */
  | { readonly kind: 'writes' }
  /** F55, F56: quotes stand still and say so, nothing trades. */
  | ({ readonly kind: 'halted' } & Scope)
  /** F58: quoted, and nobody takes the other side. */
  | ({ readonly kind: 'illiquid' } & Scope)
  /** F57, F72: the session of a date ends then; null: there is none. */
  | { readonly kind: 'closes'; readonly date: CalendarDate; readonly at: EpochMs | null }
  /** F66: prices of an underlying are multiplied from now on; `restated`: past ones as well. */
  | {
      readonly kind: 'multiplied'
      readonly symbol: string
      readonly factor: number
      readonly restated: boolean
    }

export interface Imposed {
  readonly id: number
  readonly since: EpochMs
  /** Null: it lasts. */
  until: EpochMs | null
  /** So many times more; null: always. */
  left: number | null
  /** How often it was looked at and made a difference: a fault that hit nothing proves nothing. */
  uses: number
  readonly condition: Condition
}
