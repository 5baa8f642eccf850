import type { ExecId, Fill } from '../domain/fill.ts'
import type { ClientOrderId, OrderEvidence, TrackedOrder } from '../domain/order.ts'
import type { Position, PositionCause } from '../domain/position.ts'
import type { BrokerOrder } from '../domain/report.ts'

export interface Ours {
  readonly orders: ReadonlyMap<ClientOrderId, TrackedOrder>
  readonly fills: ReadonlyMap<ExecId, number> // highest revision seen
  readonly positions: readonly Position[]
}

export type Discrepancy =
  | { readonly kind: 'missed-fill'; readonly fill: Fill }
  | {
      readonly kind: 'missed-evidence'
      readonly orderId: ClientOrderId
      readonly evidence: OrderEvidence
    }
  | { readonly kind: 'foreign-order'; readonly order: BrokerOrder }
  | {
      readonly kind: 'position-differs'
      readonly ours: number
      readonly theirs: Position
      readonly cause: PositionCause
    }
