import type { ClientOrderId } from '../../../src/domain/order.ts'
import { CLIENT_ID_BASE, clientIdOf } from '../../../src/ibkr/session/client-ids.ts'
import { orderKey } from '../../../src/simulator/broker/state.ts'
import { firstOf, unless } from './checker.ts'
import type { Checker, Complaint, Sight } from './checker.ts'

const OURS = clientIdOf('order', CLIENT_ID_BASE)

/**
 * I11: no frame changes or cancels an order that the journal does not know, and none of others ends
 * by our doing. An id on the wire is that of its client: another's order of that number is another.
 */
export function foreignUntouched(): Checker {
  /** Ids that were placed, by what they were placed as. */
  const placed = new Map<string, string>()
  return {
    name: 'foreign-untouched',
    sent({ clientId, request }, sight) {
      if (request.kind === 'reqGlobalCancel') return 'a cancel of everything, of others too'
      const key = orderKey(clientId, request.orderId)
      const isOrder = request.kind === 'placeOrder' && !request.order.whatIf
      if (request.kind === 'placeOrder' && !isOrder) return null
      const ref = isOrder ? request.order.orderRef : (placed.get(key) ?? refOf(key, sight))
      if (isOrder) placed.set(key, ref ?? '')
      return firstOf(
        unless(clientId === OURS, `client ${clientId} sends ${request.kind}`),
        isKnown(ref, sight) ? null : `${request.kind} of ${key} is about an order of others`,
        () => {
          const there = refOf(key, sight)
          return unless(there === null || there === ref, `${key} is ${there}, not ${ref}`)
        },
      )
    },
    happened(event, sight): Complaint {
      if (event.kind !== 'order-status') return null
      const { cancelledBy, orderRef, permId } = event.order
      const ours = cancelledBy === undefined || cancelledBy !== OURS || isKnown(orderRef, sight)
      return unless(ours, `the order of others with perm id ${permId} was cancelled by us`)
    },
  }
}

function refOf(key: string, { gateway }: Sight): string | null {
  return gateway.core.state.orders.get(key)?.orderRef ?? null
}

function isKnown(ref: string | null, { record }: Sight): boolean {
  return ref !== null && record.orders.has(ref as ClientOrderId)
}
