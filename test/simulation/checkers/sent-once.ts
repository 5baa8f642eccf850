import type { ClientOrderId } from '../../../src/domain/order.ts'
import type { GatewayCore } from '../../../src/simulator/broker/core.ts'
import { firstOf, unless } from './checker.ts'
import type { Checker } from './checker.ts'

/** I1, I10: an order has one id on the wire and is placed there once; ids only grow. */
export function sentOnce(): Checker {
  const idOf = new Map<ClientOrderId, number>()
  const frames = new Map<ClientOrderId, number>()
  let highest = 0

  /** Of another process: asked once an order. */
  function idAtBroker(ref: ClientOrderId, { state }: GatewayCore): number | undefined {
    for (const { orderRef, orderId } of state.orders.values()) if (orderRef === ref) return orderId
    return undefined
  }

  return {
    name: 'sent-once',
    sent({ request }, { record, gateway }) {
      if (request.kind !== 'placeOrder' || request.order.whatIf) return null
      const { orderId } = request
      const ref = request.order.orderRef as ClientOrderId
      const before = idOf.get(ref) ?? idAtBroker(ref, gateway.core)
      idOf.set(ref, orderId)
      frames.set(ref, (frames.get(ref) ?? 0) + 1)
      if (before === undefined) {
        const grows = unless(orderId > highest, `order id ${orderId} follows ${highest}`)
        highest = Math.max(highest, orderId)
        return grows
      }
      const allowed = 1 + record.changesOf(ref).length + (record.resends.get(ref) ?? 0)
      const times = frames.get(ref) ?? 0
      return firstOf(
        unless(before === orderId, `${ref} was sent as ${before} and again as ${orderId}`),
        unless(times <= allowed, `${ref} was sent ${times} times, ${allowed} are intended`),
      )
    },
  }
}
