import type { EpochMs } from '../base/clock.ts'
import type { ClientOrderId, Order, OrderStatus, StructureId } from '../domain/order.ts'
import { covers } from '../engine/health.ts'
import type { Entry } from './rows.ts'

/** A time in which a structure held more than its exits at the broker covered. */
export interface Unprotected {
  readonly structureId: StructureId
  readonly from: EpochMs
  /** Null: still so when the journal ends. */
  readonly to: EpochMs | null
}

interface Followed {
  readonly order: Order
  status: OrderStatus
  filled: number
}

/** From first fill to covered, by the times at which the facts were journaled. */
export function unprotectedSpans(entries: Iterable<Entry>): readonly Unprotected[] {
  const orders = new Map<ClientOrderId, Followed>()
  const watchedByUs = new Set<StructureId>()
  const since = new Map<StructureId, EpochMs>()
  const found: Unprotected[] = []
  for (const { at, event } of entries) {
    if (event.type === 'EntryApproved' || event.type === 'PlanChanged') {
      if (event.plan.stopLoss?.watchedBy === 'local') watchedByUs.add(event.structureId)
      else watchedByUs.delete(event.structureId)
      continue
    }
    const touched = follow(orders, event)
    if (touched === null || watchedByUs.has(touched)) continue
    const from = since.get(touched)
    const bare = isBare(touched, orders)
    if (bare && from === undefined) since.set(touched, at)
    if (bare || from === undefined) continue
    since.delete(touched)
    if (at > from) found.push({ structureId: touched, from, to: at })
  }
  return [...found, ...[...since].map(([structureId, from]) => ({ structureId, from, to: null }))]
}

/** Applies what bears on cover, and says whose. */
function follow(orders: Map<ClientOrderId, Followed>, event: Entry['event']): StructureId | null {
  switch (event.type) {
    case 'OrderIntended':
      orders.set(event.order.id, { order: event.order, status: 'intent', filled: 0 })
      return event.order.structureId
    case 'OrderMoved': {
      const followed = orders.get(event.orderId)
      if (followed === undefined) return null
      followed.status = event.to
      return followed.order.structureId
    }
    case 'OrderFilled': {
      const followed = orders.get(event.fill.orderId)
      if (followed === undefined) return null
      followed.filled += event.fill.quantity
      return followed.order.structureId
    }
    default:
      return null
  }
}

function isBare(structureId: StructureId, orders: ReadonlyMap<ClientOrderId, Followed>): boolean {
  let held = 0
  let covered = 0
  for (const { order, status, filled } of orders.values()) {
    if (order.structureId !== structureId) continue
    held += order.role === 'entry' ? filled : -filled
    covered += covers({ role: order.role, quantity: order.quantity, status, filled })
  }
  return covered < held
}
