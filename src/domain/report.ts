import type { EpochMs } from '../base/clock.ts'
import type { Account } from './account.ts'
import type { Side, Tradable } from './contract.ts'
import type { ExecId, Fill } from './fill.ts'
import type { Money } from './money.ts'
import type { ClientOrderId, EchoedTerms, OrderEvidence } from './order.ts'
import type { Position } from './position.ts'

/** What a broker says. Reports repeat, reorder and go missing. */
export type OrderReport =
  | {
      readonly kind: 'evidence'
      readonly orderId: ClientOrderId
      readonly evidence: OrderEvidence
    }
  | { readonly kind: 'filled'; readonly fill: Fill }
  | { readonly kind: 'commission'; readonly execId: ExecId; readonly commission: Money }

export interface BrokerOrder {
  readonly orderId: ClientOrderId | null // null: not ours
  readonly permId: number
  readonly contract: Tradable
  readonly side: Side
  /** Of an open order of others what is left of it: its fills are in no book of ours. */
  readonly quantity: number
  readonly evidence: OrderEvidence
  /** Of an open order of ours: how it is held. */
  readonly held?: EchoedTerms
  /** A change of it is under way: that it lives says nothing of its new terms. */
  readonly changing?: boolean
}

/** One complete picture of the account, taken together within one connection epoch. */
export interface BrokerSnapshot {
  readonly requestedAt: EpochMs
  readonly epoch: number
  readonly openOrders: readonly BrokerOrder[]
  readonly completedOrders: readonly BrokerOrder[]
  readonly fills: readonly Fill[]
  readonly positions: readonly Position[]
  /** Null: the broker does not say what it comes to, and then nothing is entered. */
  readonly account: Account | null
  readonly whyNoAccount?: string
  /** Of others, and not to be named: left out of the lists above. Each is said once. */
  readonly leftOut?: readonly string[]
  /** Something is left out now, whether or not it is said again: risk cannot count it. */
  readonly unnamed?: true
}
