import type { OrderEvidence, OrderStatus, TrackedOrder } from '../../src/domain/order.ts'
import { isTerminal, mayStillFill } from '../../src/orders/lifecycle.ts'
import { edgeOf } from './edges.ts'

/** All there are: what is none of them is undefined. */
export const STATUSES: ReadonlySet<string> = new Set<OrderStatus>([
  'intent',
  'sending',
  'unknown',
  'staged',
  'acked',
  'held',
  'working',
  'cancel-pending',
  'replace-pending',
  'quarantine-cancelled',
  'filled',
  'cancelled',
  'rejected',
  'expired',
  'denied',
])

export interface Step {
  readonly before: TrackedOrder
  readonly evidence: OrderEvidence
  readonly to: OrderStatus
}

/** What every single step must keep; what is broken, or null. */
export function brokenBy({ before, evidence, to }: Step): string | null {
  const { status: from } = before
  const edge = edgeOf(from, evidence, to)
  if (!STATUSES.has(to)) return `undefined: ${edge}`
  if (to === from) return null
  if (isTerminal(from)) {
    // A fill is a fact in any status, and a correction may take the last one back.
    const byFill = evidence.kind === 'fills-changed'
    if (byFill && (to === 'filled' || (from === 'filled' && to === 'unknown'))) return null
    return `revived: ${edge}`
  }
  if (!isTerminal(to)) return null
  if (evidence.kind === 'proven') return null
  if (to === 'filled' && evidence.kind === 'fills-changed') return null
  if (to === 'denied' && from === 'intent') return null
  return `ended without proof: ${edge}`
}

/** What it may come to is never more than what was meant, whatever happened to it. */
export function beyondIntent(order: TrackedOrder, intended: number): string | null {
  const most = order.filled + mayStillFill(order)
  if (most <= intended) return null
  return `${order.id} (${order.status}) may come to ${most} of ${intended}`
}
