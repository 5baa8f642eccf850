import type { Desk } from './desk.ts'
import { isLive, orderOf, remainingOf } from './desk.ts'
import type { SimOrder, SimTicket } from './state.ts'

export function parentOf(desk: Desk, order: SimTicket): SimOrder | null {
  return order.parentId === 0 ? null : orderOf(desk, order.clientId, order.parentId)
}

export function liveChildren(desk: Desk, parent: SimOrder): readonly SimOrder[] {
  return childrenOf(desk, parent).filter(isLive)
}

/** An order, its parent and all that hang on that parent: what the last `transmit` releases. */
export function familyOf(desk: Desk, order: SimOrder): readonly SimOrder[] {
  const head = parentOf(desk, order) ?? order
  return [head, ...childrenOf(desk, head)]
}

/** A child waits for the first fill of its parent. */
export function isHeldByParent(desk: Desk, order: SimOrder): boolean {
  const parent = parentOf(desk, order)
  return parent !== null && isLive(parent) && parent.filled === 0
}

/**
 * How much of an order may fill now. A child follows what its parent has filled: the children in
 * one OCA group may together fill that much, and not more while the parent goes on filling.
 */
export function allowance(desk: Desk, order: SimOrder): number {
  const parent = parentOf(desk, order)
  if (parent === null || !isLive(parent)) return remainingOf(order)
  return Math.min(remainingOf(order), coverLeft(desk, parent, order))
}

/** What the parent has filled and the child, or its OCA group, has not yet closed. */
export function coverLeft(desk: Desk, parent: SimOrder, child: SimOrder): number {
  let closed = 0
  for (const each of childrenOf(desk, parent)) {
    if (each.orderId === child.orderId || isSameGroup(each, child)) closed += each.filled
  }
  return Math.max(0, parent.filled - closed)
}

export function isSameGroup(one: SimOrder, other: SimOrder): boolean {
  return one.ocaGroup !== '' && one.ocaGroup === other.ocaGroup && one.clientId === other.clientId
}

export function childrenOf(desk: Desk, parent: SimOrder): readonly SimOrder[] {
  const children: SimOrder[] = []
  for (const order of desk.state.orders.values()) {
    if (order.parentId === parent.orderId && order.clientId === parent.clientId) {
      children.push(order)
    }
  }
  return children
}
