import type { Brand } from '../base/brand.ts'
import type { EpochMs } from '../base/clock.ts'
import type { Side, Tradable } from './contract.ts'
import type { Price } from './money.ts'

export type ClientOrderId = Brand<string, 'ClientOrderId'> // travels as IBKR orderRef

/** What was opened as one unit; named after the entry that opened it. */
export type StructureId = Brand<string, 'StructureId'>

export type OrderTerms =
  | { readonly type: 'MKT' }
  | { readonly type: 'LMT'; readonly limit: Price }
  | { readonly type: 'STP'; readonly trigger: Price }

export interface OcaGroup {
  readonly name: string
  /**
   * One unit: cancel. More: reduce, so that a partial take-profit does not strip the stop. IBKR's
   * ocaType 1 and 2. Without block (3) two of them may fill at one moment: carried, never chosen.
   */
  readonly type: 'cancel-with-block' | 'reduce-with-block' | 'reduce-without-block'
}

export interface Order {
  readonly id: ClientOrderId
  readonly structureId: StructureId | null // null: closes what no structure explains
  readonly parentId: ClientOrderId | null
  readonly oca: OcaGroup | null
  readonly role: 'entry' | 'take-profit' | 'stop-loss' | 'close'
  readonly contract: Tradable
  readonly side: Side
  readonly quantity: number // units of the contract
  readonly terms: OrderTerms
  readonly timeInForce: 'DAY' | 'GTC' | 'IOC'
  /** Of an entry: its limit may be moved up to here. Risk counts it from the start. */
  readonly worst?: Price
  /** Of an entry; rows of earlier versions have none. */
  readonly fence?: Fence
}

/** Where the limit of an entry begins, and the price it never passes; of the quote decided on. */
export interface WalkBounds {
  readonly first: Price
  readonly worst: Price
}

/** What an entry is bound to (P5): the encoder looks at it once more before bytes leave. */
export interface Fence {
  readonly epoch: number
  readonly at: EpochMs // when it was decided
  /** When the quote it was decided on was proven alive. */
  readonly quoteAt: EpochMs
  /** The far side of that quote. */
  readonly far: Price
}

export interface OrderChange {
  readonly orderId: ClientOrderId
  readonly quantity: number
  readonly terms: OrderTerms
  /** Of a step of an entry: it is a decision of its own, by a quote of its own. */
  readonly fence?: Fence
}

/**
 * Cast only in risk/review and in orders/{bracket,price-walk,protect,flatten}; test/tidy checks it.
 */
export type Approved<T> = Brand<T, 'Approved'>

/** promises.md says what each status means and proves; the comments only group them. */
export type OrderStatus =
  // ours: durable, then handed to the socket
  | 'intent'
  | 'sending'
  // may be alive, dead or filled: worst case is assumed until there is proof
  | 'unknown'
  // alive at the broker
  | 'staged'
  | 'acked'
  | 'held'
  | 'working'
  | 'cancel-pending'
  | 'replace-pending'
  // said to be cancelled, still watched for late fills
  | 'quarantine-cancelled'
  // terminal, by proof
  | ProvenStatus
  // never handed to the socket
  | 'denied'

export type ProvenStatus = 'filled' | 'cancelled' | 'rejected' | 'expired'

/** What an order is at the broker, which a preset or a cap may have made of it (10349). */
export interface EchoedTerms {
  readonly terms: OrderTerms
  readonly timeInForce: string
}

/** Everything that can bear on a status; covers every row of the table in promises.md. */
export type OrderEvidence =
  | { readonly kind: 'denied'; readonly reason: string } // risk, validity window, epoch fence
  | { readonly kind: 'handed-over' } // the frame is with the socket
  /** `cancel-pending`: listed by the broker as being cancelled, by whomever. */
  | {
      readonly kind: 'reported'
      readonly as: 'staged' | 'acked' | 'held' | 'working' | 'cancel-pending'
    }
  | { readonly kind: 'inactive' } // refused, or not at work for now: only a query tells
  | { readonly kind: 'fills-changed'; readonly filled: number } // a fill or its correction
  | ({ readonly kind: 'echoed' } & EchoedTerms) // how the broker holds it; statuses do not change
  | { readonly kind: 'cancel-requested' }
  | { readonly kind: 'replace-requested'; readonly change: OrderChange }
  | { readonly kind: 'cancel-reported' }
  | { readonly kind: 'cancel-refused'; readonly hint: string } // or a change, while one is open
  | { readonly kind: 'reject-reported'; readonly vendorCode: number; readonly reason: string }
  | { readonly kind: 'parent-missing' } // 10006, on a child: the one case that may be sent again
  | { readonly kind: 'warned'; readonly vendorCode: number; readonly message: string }
  | { readonly kind: 'outcome-lost'; readonly reason: string } // link down, deadline, crash
  | { readonly kind: 'proven'; readonly status: ProvenStatus; readonly by: Proof }

export type Proof =
  | 'fills'
  | 'completed-order'
  | 'absent-everywhere' // from open orders, completed orders and executions of one epoch
  | 'quarantine-over'
  | 'session-end'

/** Cancels of an order that were sent, and when the last one was. */
export interface CancelsSent {
  readonly times: number
  readonly at: EpochMs
  /** Of an entry that must end: why. Another cause, or another epoch, counts anew. */
  readonly cause: string | null
  readonly epoch: number
  /** Whether the broker had named it by then, so that it could leave. */
  readonly isHeardOf: boolean
}

export interface TrackedOrder extends Order {
  readonly status: OrderStatus
  /** What it was when its outcome was lost; some proofs depend on it. */
  readonly unknownFrom: OrderStatus | null
  readonly filled: number
  readonly pendingChange: OrderChange | null
  /** Of an entry: the furthest limit that was asked for, whatever became of it. */
  readonly walkedTo?: Price
  /** A change of it was refused: it lives on as it is, and asking again would be refused again. */
  readonly changeRefused?: true
  /** Changes in a row whose outcome was lost: they were not heard of, or not taken yet (2102). */
  readonly changesLost?: number
  readonly cancels?: CancelsSent
  /** The broker lists it as being cancelled: another cancel would say nothing new. */
  readonly cancelSeen?: boolean
  /** How often the broker held it otherwise than it was given; recorded, and repaired (P30). */
  readonly echoes?: number
  readonly permId: number | null
  /** Of the connection it was sent on. Nothing is sent in a later one. */
  readonly epoch: number | null
  /** A child that was sent again after `parent-missing`. Once, or never. */
  readonly resentAt: EpochMs | null
  /** When 10006 said that its parent was missing; null once it was sent again. */
  readonly parentMissedAt: EpochMs | null
  readonly intendedAt: EpochMs
  readonly statusSince: EpochMs
}
