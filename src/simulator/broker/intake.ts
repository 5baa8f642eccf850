import type { EpochMs } from '../../base/clock.ts'
import { nameOf } from '../../domain/contract-key.ts'
import { formatIbTime } from '../../domain/ib-time.ts'
import type { OrderAddress } from '../session/answering.ts'
import { tell } from '../session/answering.ts'
import { change } from './changes.ts'
import type { Condition } from './condition.ts'
import { used } from './conditions.ts'
import { contractsOf } from './combos.ts'
import type { Desk } from './desk.ts'
import { isLive, keep, orderOf, schedule, update } from './desk.ts'
import { end } from './ending.ts'
import { attempt, restingStatus } from './exchange.ts'
import { isHeldByParent, parentOf } from './family.ts'
import { accountRefusal } from './funds.ts'
import { release } from './release.ts'
import type { SimOrder, SimTicket } from './state.ts'
import { orderKey } from './state.ts'
import { parentRefusal, rejected, ticketRefusal } from './validate.ts'

/** A new order, or the new terms of one that lives. */
export function place(desk: Desk, ticket: SimTicket): void {
  const known = orderOf(desk, ticket.clientId, ticket.orderId)
  if (known !== null && isLive(known)) return change(desk, known, ticket)
  if (known?.status === 'Filled') {
    return tell(desk, ticket, { code: 104, text: "Can't modify a filled order" })
  }
  const key = orderKey(ticket.clientId, ticket.orderId)
  // Orders that were entered by hand have ids below 0, which are no client's.
  const isUsed = ticket.orderId > 0 && ticket.orderId <= floorOf(desk, ticket.clientId)
  if (isUsed && !desk.reserved.has(key)) {
    return tell(desk, ticket, { code: 103, text: 'Duplicate order id' })
  }
  const refusal = ticketRefusal(desk, ticket) ?? parentRefusal(desk, ticket)
  if (refusal !== null) return tell(desk, ticket, refusal)
  const floor = Math.max(ticket.orderId, floorOf(desk, ticket.clientId))
  desk.state.orderIdFloor.set(ticket.clientId, floor)
  desk.reserved.delete(key)
  const order = newOrder(desk, ticket)
  keep(desk, order)
  if (ticket.transmit) release(desk, order)
}

export function floorOf(desk: Desk, clientId: number): number {
  return desk.state.orderIdFloor.get(clientId) ?? 0
}

/** The broker's answer to an order: it rests, it fills, or it is rejected. */
export function accept(desk: Desk, { clientId, orderId }: OrderAddress): void {
  const order = orderOf(desk, clientId, orderId)
  if (order === null || order.status !== 'PendingSubmit') return
  const refusal = accountRefusal(desk, order)
  if (refusal !== null) {
    tell(desk, order, rejected(refusal))
    const completedStatus = 'Rejected by System'
    return end(desk, order, { status: 'Inactive', completedStatus, cancelReason: null })
  }
  if (stuck(desk, order)) return
  const accepted = update(desk, order, { ...restingStatus(desk, order), acceptedAt: desk.now })
  awaitHours(desk, accepted)
  desk.emit({ kind: 'open-order', order: accepted })
  attempt(desk, accepted, true)
  const left = orderOf(desk, clientId, orderId)
  if (accepted.timeInForce === 'IOC' && left !== null && isLive(left)) cancelRest(desk, left)
}

/** F49: it has a status, and does not come to the market. */
function stuck(desk: Desk, order: SimOrder): boolean {
  const condition = used(desk, 'stuck', ({ side }) => side === null || side === order.side)
  if (condition === null) return false
  stick(desk, { ...order, acceptedAt: desk.now }, condition)
  return true
}

/** F49: it has this status, at the market or not, and fills nothing; null: for ever. */
export function stick(
  desk: Desk,
  order: SimOrder,
  { status, lastsMs }: Pick<Extract<Condition, { kind: 'stuck' }>, 'status' | 'lastsMs'>,
): void {
  const held = update(desk, order, { status, stuck: true })
  desk.emit({ kind: 'open-order', order: held })
  const { clientId, orderId } = order
  if (lastsMs === null) return
  schedule(desk, (desk.now + lastsMs) as EpochMs, { kind: 'unstick', clientId, orderId })
}

/** It comes to the market after all. */
export function unstick(desk: Desk, { clientId, orderId }: OrderAddress): void {
  const order = orderOf(desk, clientId, orderId)
  if (order?.stuck !== true || !isLive(order)) return
  const { stuck: _, ...free } = order
  const ready = keep(desk, { ...free, ...restingStatus(desk, free) })
  desk.emit({ kind: 'open-order', order: ready })
  attempt(desk, ready, true)
}

/** Regular hours begin for an order that came before them. */
export function goToExchange(desk: Desk, { clientId, orderId }: OrderAddress): void {
  const order = orderOf(desk, clientId, orderId)
  if (order === null || order.status !== 'PreSubmitted' || order.whyHeld !== '') return
  desk.emit({ kind: 'open-order', order: update(desk, order, { status: 'Submitted' }) })
}

export function expire(desk: Desk, { clientId, orderId }: OrderAddress): void {
  const order = orderOf(desk, clientId, orderId)
  if (order === null || !isLive(order)) return
  end(desk, order, { status: 'Cancelled', completedStatus: 'Expired', cancelReason: 'Expired' })
}

function newOrder(desk: Desk, ticket: SimTicket): SimOrder {
  const parent = parentOf(desk, ticket)
  // Children without a group of their own form one under their parent's number (12.5).
  const implied = parent === null ? '' : String(parent.permId)
  return {
    ...ticket,
    ocaGroup: ticket.ocaGroup === '' ? implied : ticket.ocaGroup,
    ocaType: ticket.ocaType === 0 ? 3 : ticket.ocaType,
    account: desk.accountId,
    permId: desk.state.nextPermId++,
    staged: true,
    status: 'PendingSubmit',
    whyHeld: '',
    triggered: false,
    filled: 0,
    averagePrice: 0,
    lastPrice: 0,
    acceptedAt: desk.now,
    completedAt: null,
    completedStatus: '',
  }
}

/** Outside regular hours an order waits, and its owner is told until when (399, section 7.6). */
function awaitHours(desk: Desk, order: SimOrder): void {
  const { contract, clientId, orderId } = order
  const closed = contractsOf(contract).find((each) => !desk.hours.isOpen(each, desk.now))
  if (closed === undefined) return
  const open = desk.hours.nextOpen(closed, desk.now)
  if (open === null || isHeldByParent(desk, order) || order.timeInForce === 'IOC') return
  const what = `${order.side} ${order.quantity} ${nameOf(contract)}`
  const until = formatIbTime(open, 'eastern')
  const warning = `Warning: your order will not be placed at the exchange until ${until}`
  const text = `Order Message: ${what} ${warning}`
  tell(desk, order, { code: 399, text })
  schedule(desk, open, { kind: 'open', clientId, orderId })
}

/** Immediate or cancel: no 202 (12.6). */
function cancelRest(desk: Desk, order: SimOrder): void {
  const pending = update(desk, order, { status: 'PendingCancel' })
  desk.emit({ kind: 'order-status', order: pending })
  const completedStatus = 'Cancelled by System'
  end(desk, pending, { status: 'Cancelled', completedStatus, cancelReason: null })
}
