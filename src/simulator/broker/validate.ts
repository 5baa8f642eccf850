import type { Price } from '../../domain/money.ts'
import { keyOf } from '../../domain/contract-key.ts'
import { tickAt } from '../../domain/contract.ts'
import type { Listing } from '../../domain/contract.ts'
import { contractsOf } from './combos.ts'
import type { Desk } from './desk.ts'
import { isLive, orderOf } from './desk.ts'
import { parentOf } from './family.ts'
import type { SimOrder, SimTicket } from './state.ts'

export interface Refusal {
  readonly code: number
  readonly text: string
}

/** What the Gateway itself finds wrong with a ticket, before anyone else sees it (6.3). */
export function ticketRefusal(desk: Desk, ticket: SimTicket): Refusal | null {
  const { contract } = ticket
  for (const { conId } of contractsOf(contract)) {
    const listed = desk.market.contract(conId)
    if (listed === null || listed.kind === 'index') {
      return { code: 200, text: 'No security definition has been found for the request' }
    }
    if (listed.kind === 'option' && desk.now >= listed.lastTradingAt) {
      return { code: 392, text: 'Invalid order: contract expired' }
    }
  }
  if (ticket.account !== '' && ticket.account !== desk.accountId) {
    return invalid('Invalid account code')
  }
  if (contract.kind === 'combo' && ticket.type !== 'LMT' && ticket.type !== 'MKT') {
    return { code: 387, text: 'Unsupported order type for this exchange and security type.' }
  }
  const listed = contract.kind === 'combo' ? null : desk.market.contract(contract.conId)
  return termsRefusal(ticket, listed === null || listed.kind === 'index' ? contract : listed)
}

/** Only of a new order: the parent must be there. */
export function parentRefusal(desk: Desk, ticket: SimTicket): Refusal | null {
  if (ticket.parentId === 0) return null
  const parent = parentOf(desk, ticket)
  if (parent === null) return { code: 10006, text: `Missing parent order ${ticket.parentId}` }
  if (isLive(parent) || parent.status === 'Filled') return null
  return rejected('Parent order is cancelled')
}

/** What a modification may not change (section 4); the order lives with its old terms. */
export function changeRefusal(order: SimOrder, ticket: SimTicket): Refusal | null {
  if (keyOf(order.contract) !== keyOf(ticket.contract) || order.side !== ticket.side) {
    return { code: 105, text: 'Order being modified does not match original order' }
  }
  if (order.timeInForce !== ticket.timeInForce || differsInGroup(order, ticket)) {
    return { code: 105, text: 'Order being modified does not match original order' }
  }
  // A limit order may become a market order, as live Gateways accept it (12.2); nothing else may.
  const toMarket = order.type === 'LMT' && ticket.type === 'MKT'
  if (order.type !== ticket.type && !toMarket) {
    return { code: 329, text: 'Order modify failed. Cannot change to the new order type' }
  }
  if (order.parentId !== ticket.parentId) {
    return { code: 10341, text: 'Parent order id cannot be changed' }
  }
  return null
}

/** Against the order as it is when the change reaches it. */
export function lateRefusal(desk: Desk, ticket: SimTicket): Refusal | null {
  const order = orderOf(desk, ticket.clientId, ticket.orderId)
  if (order?.status === 'Filled') return { code: 104, text: "Can't modify a filled order" }
  if (order === null || !isLive(order) || order.status === 'PendingCancel') {
    return { code: 134, text: 'Modify order failed. The order is cancelled or being cancelled' }
  }
  if (ticket.quantity > order.filled) return null
  return { code: 134, text: 'Modify order failed. The new size has been filled already' }
}

export function rejected(reason: string): Refusal {
  return { code: 201, text: `Order rejected - reason:${reason}` }
}

function termsRefusal(ticket: SimTicket, listing: Listing): Refusal | null {
  const { quantity, type, limit, trigger } = ticket
  if (quantity === 0) return { code: 434, text: 'The order size cannot be zero' }
  if (!Number.isInteger(quantity) || quantity < 0) {
    return { code: 10243, text: 'Fractional-sized order cannot be placed via API' }
  }
  const isStop = type === 'STP' || type === 'STP LMT'
  if (isStop && trigger === null) return { code: 403, text: 'Invalid stop price' }
  if ((type === 'LMT' || type === 'STP LMT') && limit === null) {
    return invalid('The limit price is missing')
  }
  if (isStop && ticket.timeInForce === 'IOC') {
    return { code: 111, text: 'The TIF (Time in Force) is invalid for the order type' }
  }
  const prices = [type === 'MKT' || type === 'STP' ? null : limit, isStop ? trigger : null]
  const signed = ticket.contract.kind === 'combo' // a credit is a negative price
  if (prices.every((each) => each === null || isOnGrid(each, listing, signed))) return null
  return {
    code: 110,
    text: 'The price does not conform to the minimum price variation for this contract.',
  }
}

function isOnGrid(price: Price, listing: Listing, signed: boolean): boolean {
  return (price > 0 || signed) && price % tickAt(listing, price) === 0
}

/** A ticket without a group does not touch the one the Gateway gave. */
function differsInGroup(order: SimOrder, ticket: SimTicket): boolean {
  return ticket.ocaGroup !== '' && ticket.ocaGroup !== order.ocaGroup
}

function invalid(cause: string): Refusal {
  return { code: 321, text: `Error validating request.-'bP' : cause - ${cause}` }
}
