import type { ClientOrderId, OrderStatus } from '../../../src/domain/order.ts'
import { firstOf, unless } from './checker.ts'
import type { Checker } from './checker.ts'

const OVER: ReadonlySet<OrderStatus> = new Set<OrderStatus>([
  'filled',
  'cancelled',
  'rejected',
  'expired',
  'denied',
])

/** I12: each move starts where the last one ended, and what is over stays over. */
export function statusesFollow(): Checker {
  const last = new Map<ClientOrderId, OrderStatus>()
  return {
    name: 'statuses-follow',
    journaled({ event }) {
      if (event.type === 'OrderIntended') last.set(event.order.id, 'intent')
      if (event.type !== 'OrderMoved') return null
      const { orderId, from, to, evidence } = event
      const before = last.get(orderId)
      last.set(orderId, to)
      // A fill that comes late, and one that is taken back, are the exceptions the table names.
      const revived = OVER.has(from) && !OVER.has(to) && evidence.kind !== 'fills-changed'
      const says = `${orderId} moved from ${from} to ${to} by ${evidence.kind}`
      return firstOf(
        unless(before === from, `${says}, and was ${before ?? 'never intended'}`),
        unless(!revived, says),
      )
    },
  }
}
