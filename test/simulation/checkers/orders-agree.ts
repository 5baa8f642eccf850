import type { ClientOrderId } from '../../../src/domain/order.ts'
import { isTerminal } from '../../../src/orders/lifecycle.ts'
import { remainingOf } from '../../../src/simulator/broker/desk.ts'
import { PENDING } from '../record.ts'
import { firstOf, isOfClient, liveOrders, unless } from './checker.ts'
import type { Checker } from './checker.ts'

/** L2, L4: at rest the same orders are alive on both sides, and nothing waits for an answer. */
export function ordersAgree(): Checker {
  return {
    name: 'orders-agree',
    rested(sight) {
      const live = liveOrders(sight).filter(isOfClient)
      const alive = new Map(live.map((order) => [order.orderRef, order]))
      const complaints = [...sight.state.orders.values()].map((order) => {
        const { id, status, quantity, filled } = order
        if (PENDING.has(status)) return `${order.role} ${id} is still ${status} at rest`
        const there = alive.get(id)
        // What its OCA group left nothing of waits for the next picture to say so.
        const over = isTerminal(status) || status === 'quarantine-cancelled' || quantity === filled
        if (there === undefined) return unless(over, `${id} is ${status}, and over at the broker`)
        if (over) return `${order.role} ${id} is ${status}, and alive at the broker`
        const left = remainingOf(there)
        return unless(
          left === quantity - filled,
          `${id}: ${quantity - filled} left, broker ${left}`,
        )
      })
      const strangers = [...alive.keys()].filter(
        (ref) => !sight.state.orders.has(ref as ClientOrderId),
      )
      return firstOf(
        ...complaints,
        unless(strangers.length === 0, `unknown to us: ${strangers.join()}`),
      )
    },
  }
}
