import type { Desk } from './desk.ts'
import { current, isLive, remainingOf, update } from './desk.ts'
import { coverLeft, liveChildren } from './family.ts'
import type { SimOrder } from './state.ts'
import { orderKey } from './state.ts'

export interface Ending {
  readonly status: 'Cancelled' | 'Inactive' | 'Filled'
  /** What the completed order says. */
  readonly completedStatus: string
  /** The reason behind `Order Canceled - reason:`; null sends no 202. */
  readonly cancelReason: string | null
  readonly by?: number
}

/** Ends an order, says so to its owner, and lets its children follow. */
export function end(desk: Desk, order: SimOrder, how: Ending): void {
  const ended = update(desk, current(desk, order), {
    status: how.status,
    completedStatus: how.completedStatus,
    completedAt: desk.now,
    staged: false,
    whyHeld: '',
    ...(how.by !== undefined && how.by !== order.clientId && { cancelledBy: how.by }),
  })
  forget(desk, ended)
  desk.emit({ kind: how.status === 'Filled' ? 'open-order' : 'order-status', order: ended })
  if (how.cancelReason !== null) {
    desk.emit({
      kind: 'order-error',
      clientId: ended.clientId,
      orderId: ended.orderId,
      code: 202,
      text: `Order Canceled - reason:${how.cancelReason}`,
    })
  }
  childrenFollow(desk, ended)
}

/** Nothing waits for an order that is over. */
function forget(desk: Desk, order: SimOrder): void {
  const key = orderKey(order.clientId, order.orderId)
  desk.state.pending = desk.state.pending.filter(
    ({ work }) =>
      !(
        (work.kind === 'expire' || work.kind === 'open' || work.kind === 'accept') &&
        orderKey(work.clientId, work.orderId) === key
      ),
  )
}

/** Children of a parent that ended unfilled go; else they remain for what it filled, not more. */
export function childrenFollow(desk: Desk, parent: SimOrder): void {
  for (const child of liveChildren(desk, parent)) {
    const now = current(desk, child)
    if (isLive(now)) shrink(desk, now, coverLeft(desk, parent, now))
  }
}

/** Lowers what remains of an order to at most this; at nothing it is over. */
export function shrink(desk: Desk, order: SimOrder, remainingMax: number): void {
  if (remainingOf(order) <= remainingMax) return
  if (remainingMax > 0) {
    const smaller = update(desk, order, { quantity: order.filled + remainingMax })
    if (!smaller.staged && smaller.status !== 'PendingSubmit') {
      desk.emit({ kind: 'open-order', order: smaller })
    }
    return
  }
  if (order.filled > 0) {
    const smaller = update(desk, order, { quantity: order.filled })
    end(desk, smaller, filledEnding(smaller))
    return
  }
  end(desk, order, {
    status: 'Cancelled',
    completedStatus: 'Cancelled by System',
    cancelReason: '',
  })
}

export function filledEnding(order: SimOrder): Ending {
  return { status: 'Filled', completedStatus: `Filled Size: ${order.filled}`, cancelReason: null }
}
