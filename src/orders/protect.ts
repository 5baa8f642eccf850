import type { EpochMs } from '../base/clock.ts'
import type { Approved, ClientOrderId, Order, OrderChange, TrackedOrder } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import type { Quote } from '../domain/quote.ts'

export interface ProtectionView {
  readonly now: EpochMs
  readonly structure: Structure
  readonly exits: readonly TrackedOrder[] // of this structure, not proven dead
  readonly quote: Quote | null // for local triggers; unknown, stale or halted triggers nothing
}

export interface ProtectionTerms {
  readonly quoteAgeMsMax: number
  readonly stopLateMsMax: number // then a stop that was passed is replaced by a close
  readonly childResendMs: number // after `parent-missing`, once
  readonly nextId: () => ClientOrderId
}

export interface Protection {
  readonly place: readonly Approved<Order>[] // reduce-only, so approved by construction
  readonly resend: readonly Approved<Order>[] // children that missed their parent; same ids, once
  readonly replace: readonly Approved<OrderChange>[]
  readonly cancel: readonly ClientOrderId[]
  readonly triggered: Structure['triggered']
}
