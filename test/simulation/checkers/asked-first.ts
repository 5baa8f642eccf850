import type { EpochMs } from '../../../src/base/clock.ts'
import type { ClientOrderId } from '../../../src/domain/order.ts'
import type { RequestOf } from '../../../src/wire/requests.ts'
import { unless } from './checker.ts'
import type { Checker } from './checker.ts'

/** Eight seconds for the answer, and what the last quote takes. */
const ASKED_MS = 15_000
const REFERENCE = 'what-if'

/**
 * P41, F54: an entry leaves only after the broker was asked what that much of it would do; and what
 * was only asked about is an order nowhere, neither at the broker nor in the journal.
 */
export function askedFirst(): Checker {
  const asked = new Map<string, { readonly at: EpochMs; readonly quantity: number }>()
  const sent = new Set<string>()
  return {
    name: 'asked-first',
    sent({ request }, { record, now }) {
      if (request.kind !== 'placeOrder') return null
      const { totalQuantity, orderRef } = request.order
      const quantity = totalQuantity ?? 0
      if (request.order.whatIf) {
        asked.set(keyOf(request), { at: now, quantity })
        return null
      }
      // A walk goes on for a minute: what is journaled as a change is no entry of its own.
      if (record.changes.has(orderRef as ClientOrderId)) return null
      if (record.orders.get(orderRef as ClientOrderId)?.role !== 'entry') return null
      if (sent.has(orderRef)) return null
      sent.add(orderRef)
      const question = asked.get(keyOf(request))
      const isAsked = question !== undefined && now - question.at <= ASKED_MS
      return unless(
        isAsked && question.quantity >= quantity,
        `entry ${orderRef} of ${quantity} units leaves, and nobody asked about it`,
      )
    },
    happened(event) {
      const isOrder = 'order' in event && event.order.orderRef.includes(REFERENCE)
      return unless(!isOrder, 'what was only asked about has become an order')
    },
    journaled({ event }) {
      const isOrder = event.type === 'OrderIntended' && event.order.id.includes(REFERENCE)
      return unless(!isOrder, 'a question was journaled as an order')
    },
  }
}

function keyOf({ contract, order }: RequestOf<'placeOrder'>): string {
  const legs = order.comboLegs.map(({ conId, ratio, action }) => `${action} ${ratio} ${conId}`)
  return `${order.action} ${contract.conId} ${legs.join()}`
}
