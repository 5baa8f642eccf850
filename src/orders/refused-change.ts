import type { TrackedOrder } from '../domain/order.ts'

/** Changes of one order that came to nothing; then it is left as it is, or another takes over. */
const CHANGES_MAX = 3

/** A change of it is under way, or nobody knows what became of it. */
export function isChanging({ status, pendingChange }: TrackedOrder): boolean {
  return status === 'replace-pending' || (status === 'unknown' && pendingChange !== null)
}

/**
 * It lives, and the broker will not bring it to what it should be: it is cancelled, and another one
 * is placed in its group. A refused price is the plan now, so only a quantity is left to ask for.
 */
export function isStuck(order: TrackedOrder, toQuantity: number): boolean {
  if ((order.changesLost ?? 0) >= CHANGES_MAX) return true
  const resized = toQuantity !== order.quantity
  return order.changeRefused === true && (resized || order.role === 'close')
}
