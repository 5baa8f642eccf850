import type { OrderAddress } from '../session/answering.ts'
import { answerAt, tell } from '../session/answering.ts'
import type { Desk } from './desk.ts'
import { isLive, isWorking, orderOf, schedule, update } from './desk.ts'
import { end } from './ending.ts'
import { attempt } from './exchange.ts'
import { accountRefusal } from './funds.ts'
import { release } from './release.ts'
import { cancelDelayed, cancelLost, filledBefore } from './races.ts'
import type { SimOrder, SimTicket } from './state.ts'
import { changeRefusal, lateRefusal, rejected, ticketRefusal } from './validate.ts'

/** New terms are asked for: refused at once, or under way, or, while staged, taken silently. */
export function change(desk: Desk, order: SimOrder, ticket: SimTicket): void {
  if (!order.staged && order.status === 'PendingSubmit') {
    return tell(desk, ticket, {
      code: 2102,
      text: 'Unable to modify this order as it is still being processed.',
    })
  }
  const refusal =
    lateRefusal(desk, ticket) ?? changeRefusal(order, ticket) ?? ticketRefusal(desk, ticket)
  if (refusal !== null) return tell(desk, ticket, refusal)
  if (!order.staged) {
    return schedule(desk, answerAt(desk, order.clientId), { kind: 'modify', ticket })
  }
  const { quantity, type, limit, trigger } = ticket
  const changed = update(desk, order, { quantity, type, limit, trigger })
  if (ticket.transmit) release(desk, changed)
}

/** New terms reach the order they are for, which may have filled or changed in the meantime. */
export function applyChange(desk: Desk, ticket: SimTicket): void {
  const order = orderOf(desk, ticket.clientId, ticket.orderId)
  const late = lateRefusal(desk, ticket)
  if (late !== null || order === null) return late === null ? undefined : tell(desk, ticket, late)
  const { quantity, type, limit, trigger } = ticket
  // What lowers an order is taken whatever rests beside it.
  const isLess = quantity < order.quantity && order.side === 'SELL'
  const refusal = isLess ? null : accountRefusal(desk, { ...order, quantity, type, limit, trigger })
  if (refusal !== null) return tell(desk, order, rejected(refusal))
  const changed = update(desk, order, { quantity, type, limit, trigger })
  desk.emit({ kind: 'open-order', order: changed })
  if (changed.type === 'STP') desk.emit({ kind: 'open-order', order: changed }) // 12.3: twice
  attempt(desk, changed, true)
}

/** A cancel goes out: the order may still fill until it arrives. */
export function requestCancel(desk: Desk, address: OrderAddress & { readonly by: number }): void {
  const { by, clientId, orderId } = address
  const order = orderOf(desk, clientId, orderId)
  if (order === null) {
    const text = `OrderId ${orderId} that needs to be cancelled is not found.`
    return tell(desk, { clientId: by, orderId }, { code: 10147, text })
  }
  if (cancelLost(desk, order, by)) return
  if (!isLive(order) || order.status === 'PendingCancel') return tooLate(desk, order, by)
  if (isWorking(order)) {
    const pending = update(desk, order, { status: 'PendingCancel' })
    desk.emit({ kind: 'order-status', order: pending })
  }
  const open = cancelDelayed(desk, order)
  const work = { kind: 'cancel', clientId, orderId, by } as const
  if (open !== null) return schedule(desk, open, { ...work, waits: true })
  schedule(desk, answerAt(desk, clientId), work)
}

/** The cancel arrives. */
export function applyCancel(desk: Desk, address: OrderAddress & { readonly by: number }): void {
  const order = orderOf(desk, address.clientId, address.orderId)
  if (order === null) return
  if (!isLive(order)) return tooLate(desk, order, address.by)
  const completedStatus = 'Cancelled by Trader'
  filledBefore(desk, order)
  end(desk, order, { status: 'Cancelled', completedStatus, cancelReason: '', by: address.by })
}

function tooLate(desk: Desk, { orderId, status }: SimOrder, by: number): void {
  const which = `OrderId ${orderId} that needs to be cancelled`
  const text = `${which} cannot be cancelled, state: ${status}.`
  tell(desk, { clientId: by, orderId }, { code: 10148, text })
}
