import type { EpochMs } from '../../../src/base/clock.ts'
import { sessionAt } from '../../../src/domain/calendar.ts'
import { legsOf } from '../../../src/domain/contract.ts'
import type { ClientOrderId, OrderStatus, StructureId } from '../../../src/domain/order.ts'
import { holds } from '../../../src/simulator/broker/conditions.ts'
import { orderKey } from '../../../src/simulator/broker/state.ts'
import type { Event } from '../../../src/trading/event.ts'
import { firstOf, liveOrders, unless } from './checker.ts'
import type { Checker, Complaint, Sight } from './checker.ts'

/** Exits and cancels go before everything else that waits for its turn. */
const SENT_MS_MAX = 1_000
/** What rests is cancelled first, and that is waited for. */
const CLOSING_MS_MAX = 15_000
/** As the order connection says it. */
const PACED = 'no room for '
/** The last look counts by the wire; what it missed the next picture shows, and that is asked for. */
const MISCOUNTED = 'were seen to be held'
const COUNTED_MS_MAX = 5_000
/** Did not leave, or nobody knows whether it did. */
const UNSENT: ReadonlySet<OrderStatus> = new Set<OrderStatus>(['denied', 'unknown'])

/**
 * I8: no gate, and no level, holds back what reduces risk. While nothing fails and the link is up,
 * every exit, change and cancel that is journaled leaves; and what is to be closed is being closed.
 */
export function exitsNotHeld(): Checker {
  const wanted = new Map<string, EpochMs>()
  const refs = new Map<string, string>()
  const closing = new Map<StructureId, EpochMs>()
  const miscounted = new Map<StructureId, EpochMs>()

  function free({ quietSince, record, latched }: Sight): boolean {
    return quietSince !== null && record.upSince !== null && latched?.by !== 'panic'
  }

  function unsent(sight: Sight): Complaint {
    const { now, record } = sight
    if (!free(sight)) wanted.clear()
    for (const [id, at] of miscounted) {
      const held = sight.state.structures.get(id)?.quantity ?? 0
      if (held === 0 || !free(sight)) miscounted.delete(id)
      else if (now - at > COUNTED_MS_MAX) return `no exit of ${id} leaves for ${now - at} ms`
    }
    for (const [what, at] of wanted) {
      if (now - at <= SENT_MS_MAX) continue
      wanted.delete(what)
      const gates = record.gates.map(({ gate }) => gate).join(', ') || 'no gate'
      return `${what} was journaled and did not leave, at level ${record.level} behind ${gates}`
    }
    return null
  }

  return {
    name: 'exits-not-held',
    journaled({ at, event }, sight) {
      const { record } = sight
      if (event.type === 'RunStarted') wanted.clear()
      if (event.type === 'ExitTriggered') closing.set(event.structureId, at)
      // Until the picture is taken over it is not known what there is to change or to cancel.
      const what = free(sight) ? reducing(event) : null
      if (what !== null) wanted.set(what, at)
      if (event.type !== 'OrderMoved' || !UNSENT.has(event.to)) return null
      const { evidence, orderId } = event
      // IBKR's rate of messages is no gate: the next beat tries again, and I16 counts the time.
      if ('reason' in evidence && evidence.reason.startsWith(PACED)) {
        for (const of of ['the order', 'a change of']) wanted.delete(`${of} ${orderId}`)
        return null
      }
      // What is not at the broker has no number there to cancel it by: of an earlier date, as a rule.
      const isThere = liveOrders(sight).some(({ orderRef }) => orderRef === orderId)
      if (evidence.kind === 'outcome-lost' && !isThere) wanted.delete(`a cancel of ${orderId}`)
      const { role = null, structureId = null } = record.orders.get(orderId) ?? {}
      const isDenied = evidence.kind === 'denied' && role !== 'entry'
      if (isDenied && evidence.reason.includes(MISCOUNTED) && structureId !== null) {
        if (!miscounted.has(structureId)) miscounted.set(structureId, at)
        wanted.delete(`the order ${orderId}`)
        return null
      }
      if (isDenied) wanted.delete(`the order ${orderId}`) // another one follows, and is judged
      // What is held no more, by the hand of somebody else, is not to be sold: that is no gate.
      const isHeld = isDenied && free(sight) && isCovered(orderId, sight)
      const says = `${role} ${orderId} was held back: ${JSON.stringify(evidence)}`
      return unless(!isHeld, says)
    },
    sent({ clientId, request }, { gateway, record }) {
      if (request.kind === 'reqGlobalCancel') return null
      const key = orderKey(clientId, request.orderId)
      if (request.kind === 'cancelOrder') {
        const ref = refs.get(key) ?? gateway.core.state.orders.get(key)?.orderRef ?? ''
        wanted.delete(`a cancel of ${ref}`)
        return null
      }
      if (request.order.whatIf) return null
      const ref = request.order.orderRef
      refs.set(key, ref)
      const id = record.orders.get(ref as ClientOrderId)?.structureId ?? null
      if (id !== null) miscounted.delete(id)
      wanted.delete(`the order ${ref}`)
      wanted.delete(`a change of ${ref}`)
      return null
    },
    passed(sight) {
      if (wanted.size + closing.size + miscounted.size === 0) return null
      return firstOf(unsent(sight), () => unclosed(closing, sight))
    },
  }
}

function isCovered(id: ClientOrderId, { record, gateway }: Sight): boolean {
  const order = record.orders.get(id)
  if (order === undefined || order.contract.kind === 'combo') return true
  const held = gateway.core.state.positions.get(order.contract.conId)?.quantity ?? 0
  return Math.abs(held) >= order.quantity
}

/** What was written down to be sent, unless it adds risk. */
function reducing(event: Event): string | null {
  switch (event.type) {
    case 'OrderIntended':
      return event.order.role === 'entry' ? null : `the order ${event.order.id}`
    case 'ReplaceIntended':
      return `a change of ${event.change.orderId}`
    case 'CancelIntended':
      return `a cancel of ${event.orderId}`
    default:
      return null
  }
}

function unclosed(closing: Map<StructureId, EpochMs>, sight: Sight): Complaint {
  const { now, record, state, quietSince, gateway } = sight
  const isStill = gateway.core.state.conditions.some((each) => holds(each, now))
  const session = sessionAt(now)
  if (quietSince === null || record.upSince === null || session === null || isStill) return null
  for (const [id, at] of closing) {
    const { quantity = 0, contract } = state.structures.get(id) ?? {}
    const legs = contract === undefined ? [] : legsOf(contract)
    // None is left, of whomever: the broker overfilled a close into what a person had.
    const isGone = legs.every((leg) => !gateway.core.state.positions.has(leg.contract.conId))
    if (quantity === 0 || isGone) {
      closing.delete(id)
      continue
    }
    if (now - Math.max(at, quietSince, record.upSince, session.open) <= CLOSING_MS_MAX) continue
    if (!isBeingClosed(id, sight))
      return `${id} is to be closed for ${now - at} ms, and nothing closes it`
  }
  return null
}

/** A close works, or everything that rests is being cancelled to make room for one. */
function isBeingClosed(id: StructureId, sight: Sight): boolean {
  const { orders } = sight.record
  const exits = liveOrders(sight).filter(({ orderRef }) => {
    const order = orders.get(orderRef as ClientOrderId)
    return order?.structureId === id && order.role !== 'entry'
  })
  const closes = exits.some(
    ({ orderRef }) => orders.get(orderRef as ClientOrderId)?.role === 'close',
  )
  return closes || (exits.length > 0 && exits.every(({ status }) => status === 'PendingCancel'))
}
