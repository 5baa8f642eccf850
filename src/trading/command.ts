import type { NoticeCommand } from '../domain/alert.ts'
import type { UnderlyingKey } from '../domain/contract.ts'
import type { Approved, ClientOrderId, Order, OrderChange } from '../domain/order.ts'
import type { TimeStop } from '../orders/time-stop.ts'
import type { WalkTerms } from '../orders/price-walk.ts'
import type { RiskLimits } from '../risk/limits.ts'
import type { Event } from './event.ts'

export type Command =
  // One bracket, sent together.
  | { readonly kind: 'place'; readonly orders: readonly Approved<Order>[] }
  // After 10006, with the ids it had; every other new order has a new id.
  | { readonly kind: 'resend-child'; readonly order: Approved<Order> }
  | { readonly kind: 'replace'; readonly change: Approved<OrderChange> }
  | { readonly kind: 'cancel'; readonly orderId: ClientOrderId }
  | NoticeCommand
  // One extra tick, for a wait that is shorter than the timer's.
  | { readonly kind: 'tick-after'; readonly delayMs: number }

export interface Decision {
  readonly events: readonly Event[]
  readonly commands: readonly Command[]
}

export interface Rules {
  readonly limits: RiskLimits
  readonly entry: WalkTerms
  /** The only ones that may be entered. */
  readonly underlyings: readonly UnderlyingKey[]
  readonly takeProfitPct: number | null
  readonly stopLossPct: number | null
  /** How far the stop follows the best price since the fill, as a ratio; null: it rests. */
  readonly trailingStopPct: number | null
  /** Held no longer than this; null: as long as its exits and its expiry allow. */
  readonly timeStop: TimeStop | null
  /** An entry older than this is denied, not sent: 5 s. */
  readonly intentMsMax: number
  /** Without an acknowledgement for this long, `sending` becomes `unknown`: 5 s. */
  readonly ackMsMax: number
  /** A snapshot judges an order only if it was asked for this long after the send: 10 s or more. */
  readonly proofAfterMs: number
  /** How long a reported cancel is watched for late fills: 60 s. */
  readonly quarantineMs: number
  readonly stopLateMsMax: number
  /** A child that 10006 refused is sent once more after this: 50 ms. */
  readonly childResendMs: number
  /** A position mismatch unexplained for this long is `halt`: 5 minutes. */
  readonly unexplainedMsMax: number
  /** A structure is closed this long before the last trading time of its option: 60 min (P34). */
  readonly closeBeforeExpiryMs: number
  /** False: every structure is closed before the regular session ends, and its exits are DAY. */
  readonly holdOvernight: boolean
  /** As the owner says, where the broker says neither; null: nobody does. */
  readonly accountKind: 'cash' | 'margin' | null
  /** True in dry-run only, and then every decision is marked. */
  readonly allowDelayed: boolean
}
