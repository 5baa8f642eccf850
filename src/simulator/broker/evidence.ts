import { unreachable } from '../../base/assert.ts'
import { memoized } from '../../base/memo.ts'
import type { ExecId, Fill } from '../../domain/fill.ts'
import type { ClientOrderId, OrderEvidence } from '../../domain/order.ts'
import type { BrokerOrder } from '../../domain/report.ts'
import type { SimExecution, SimOrder } from './state.ts'

/** What an order's status says, in the words of the port; null when it says nothing. */
export function evidenceOf(order: SimOrder): OrderEvidence | null {
  switch (order.status) {
    case 'ApiPending':
    case 'PendingSubmit':
      return { kind: 'reported', as: order.staged ? 'staged' : 'acked' }
    case 'PreSubmitted':
      return { kind: 'reported', as: 'held' }
    case 'Submitted':
      return { kind: 'reported', as: 'working' }
    case 'Cancelled':
    case 'ApiCancelled':
      return { kind: 'cancel-reported' }
    case 'PendingCancel': // our own cancel said so
    case 'Filled': // the fills say so
      return null
    case 'Inactive':
      return { kind: 'inactive' }
    default:
      return unreachable(order.status)
  }
}

/** Codes by which a change or a cancel is refused; the order lives, or its end is known (6.4). */
const REFUSED_REQUEST: ReadonlySet<number> = new Set([
  104, 105, 134, 329, 2102, 10147, 10148, 10341,
])

/** What an error on an order says; `lives`: the order exists and is not over. */
export function errorEvidence(code: number, text: string, lives: boolean): OrderEvidence {
  if (code === 202) return { kind: 'cancel-reported' }
  if (code === 399) return { kind: 'warned', vendorCode: code, message: text }
  if (code === 10006) return { kind: 'parent-missing' }
  if (REFUSED_REQUEST.has(code) || lives) {
    return { kind: 'cancel-refused', hint: `${code}: ${text}` }
  }
  return { kind: 'reject-reported', vendorCode: code, reason: text }
}

/** An order in a picture of the account; a finished one is proof. A picture shows all of them. */
export const brokerOrder = memoized((order: SimOrder): BrokerOrder => {
  const as = order.status === 'PendingCancel' ? 'cancel-pending' : 'working'
  const alive: OrderEvidence = evidenceOf(order) ?? { kind: 'reported', as }
  const isTheirs = order.orderRef === ''
  return {
    orderId: isTheirs ? null : (order.orderRef as ClientOrderId),
    permId: order.permId,
    contract: order.contract,
    side: order.side,
    quantity: order.quantity - (isTheirs && order.completedAt === null ? order.filled : 0),
    evidence:
      order.completedAt === null
        ? alive
        : { kind: 'proven', status: provenStatus(order), by: 'completed-order' },
  }
})

export const fillOf = memoized((execution: SimExecution): Fill => {
  const { contract, side, quantity, price, at, synthetic, orderRef } = execution
  return {
    execId: execIdOf(execution),
    revision: Number(execution.execId.slice(execution.execId.lastIndexOf('.') + 1)),
    orderId: orderRef as ClientOrderId,
    contract,
    side,
    quantity,
    price,
    at,
    synthetic,
  }
})

export function execIdOf({ execId }: SimExecution): ExecId {
  return execId.slice(0, execId.lastIndexOf('.')) as ExecId
}

function provenStatus(order: SimOrder): 'filled' | 'rejected' | 'expired' | 'cancelled' {
  if (order.status === 'Filled') return 'filled'
  if (order.status === 'Inactive') return 'rejected'
  return order.completedStatus === 'Expired' ? 'expired' : 'cancelled'
}
