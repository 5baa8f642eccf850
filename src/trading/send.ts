import type { Approved, Order, OrderChange, TrackedOrder } from '../domain/order.ts'
import type { Quote } from '../domain/quote.ts'
import { isCancellable, statusAfter } from '../orders/lifecycle.ts'
import type { Turn } from './turn.ts'
import { moved } from './turn.ts'

/**
 * Durable before it is sent: one intent each, then the group as one command. `quote`: the newest
 * that was known, where no approval of the same turn names it.
 */
export function placed(
  turn: Turn,
  orders: readonly Approved<Order>[],
  quote: Quote | null = null,
): void {
  if (orders.length === 0) return
  for (const order of orders) {
    turn.record({ type: 'OrderIntended', order, ...(quote !== null && { quote }) })
  }
  turn.send({ kind: 'place', orders })
}

export function resent(turn: Turn, order: Approved<Order>): void {
  turn.record({ type: 'ChildResent', orderId: order.id })
  turn.send({ kind: 'resend-child', order })
}

/** `quote`: by which the new price was found, if by one. */
export function replaced(
  turn: Turn,
  change: Approved<OrderChange>,
  quote: Quote | null = null,
): void {
  const order = turn.state.orders.get(change.orderId)
  const evidence = { kind: 'replace-requested', change } as const
  if (order === undefined || statusAfter(order, evidence) !== 'replace-pending') return
  turn.record({ type: 'ReplaceIntended', change, quote })
  moved(turn, order, evidence)
  turn.send({ kind: 'replace', change })
}

/** Asks once; one that is asked already, over, or not heard of yet is left alone. */
export function cancelled(turn: Turn, order: TrackedOrder): void {
  const current = turn.state.orders.get(order.id) ?? order
  if (isCancellable(current)) cancelSent(turn, current)
}

/** Whatever is known of it: a cancel adds no risk. */
export function cancelSent(turn: Turn, order: TrackedOrder, cause: string | null = null): void {
  turn.record({
    type: 'CancelIntended',
    orderId: order.id,
    ...(cause !== null && { cause }),
  })
  moved(turn, order, { kind: 'cancel-requested' })
  turn.send({ kind: 'cancel', orderId: order.id })
}
