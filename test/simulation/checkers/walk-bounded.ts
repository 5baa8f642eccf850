import { price } from '../../../src/domain/money.ts'
import type { ClientOrderId } from '../../../src/domain/order.ts'
import { firstOf, unless } from './checker.ts'
import type { Checker } from './checker.ts'

/**
 * R6, P27: the limit of an entry, as it stands on the wire, goes one way only, never passes the
 * price that risk counted, and none of it is a market order.
 */
export function walkBounded(): Checker {
  const limits = new Map<string, number>()
  return {
    name: 'walk-bounded',
    sent({ request }, { record }) {
      if (request.kind !== 'placeOrder') return null
      const { orderRef: ref, orderType, lmtPrice } = request.order
      const entry = record.orders.get(ref as ClientOrderId)
      if (entry?.role !== 'entry' || entry.structureId === null) return null
      const bounds = record.approvals.get(entry.structureId)?.request.walk
      if (orderType !== 'LMT' || lmtPrice === null) return `entry ${ref} is a ${orderType} order`
      if (bounds === undefined) return `entry ${ref} was approved without a worst price`
      const sign = entry.side === 'BUY' ? 1 : -1
      const limit = price(lmtPrice)
      const before = limits.get(ref) ?? limit
      limits.set(ref, limit)
      return firstOf(
        unless(
          sign * (bounds.worst - limit) >= 0,
          `entry ${ref} at ${limit} is beyond its worst price ${bounds.worst}`,
        ),
        unless(sign * (limit - before) >= 0, `entry ${ref} at ${limit} came from ${before}`),
      )
    },
  }
}
