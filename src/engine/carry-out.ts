import { unreachable } from '../base/assert.ts'
import type { Result } from '../base/result.ts'
import type { ClientOrderId, Order, OrderEvidence } from '../domain/order.ts'
import type { OrderReport } from '../domain/report.ts'
import type { Command } from '../trading/command.ts'
import type { Fault, Ports } from './ports.ts'

/** What may leave now. `reducing`: the journal is in an emergency. `nothing`: panic flattens. */
export type Leave = 'all' | 'reducing' | 'nothing'

/** Hands one command to the outside; what the broker port answers is evidence for the core. */
export function carryOut(
  command: Exclude<Command, { kind: 'tick-after' }>,
  ports: Pick<Ports, 'broker'> & { readonly tell: Ports['notifier']['notify'] },
  leave: Leave,
): readonly OrderReport[] {
  const { broker, tell } = ports
  switch (command.kind) {
    case 'place':
      return place(command.orders, broker, leave)
    case 'resend-child':
      return unlessSent(command.order.id, leave, () => broker.resendChild(command.order))
    case 'replace':
      return unlessSent(command.change.orderId, leave, () => broker.replace(command.change))
    case 'cancel':
      return unlessSent(command.orderId, leave, () => broker.cancel(command.orderId))
    case 'notify':
      tell(command)
      return []
    default:
      return unreachable(command)
  }
}

function place(
  orders: Extract<Command, { kind: 'place' }>['orders'],
  broker: Ports['broker'],
  leave: Leave,
): readonly OrderReport[] {
  if (leave === 'nothing') return deny(orders, 'panic flattens; the engine sends nothing')
  if (leave === 'reducing' && orders.some((order) => order.role === 'entry')) {
    return deny(orders, 'the journal is in an emergency; no new risk')
  }
  const handed = broker.place(orders)
  if (!handed.ok) return deny(orders, handed.error.detail)
  return orders.map((order) => report(order.id, { kind: 'handed-over' }))
}

/** What was not sent, or perhaps not, has an outcome that only the broker's picture can tell. */
function unlessSent(
  orderId: ClientOrderId,
  leave: Leave,
  send: () => Result<void, Fault>,
): readonly OrderReport[] {
  if (leave === 'nothing') {
    return [report(orderId, { kind: 'outcome-lost', reason: 'panic flattens; nothing was sent' })]
  }
  const sent = send()
  if (sent.ok) return []
  return [report(orderId, { kind: 'outcome-lost', reason: sent.error.detail })]
}

function deny(orders: readonly Order[], reason: string): readonly OrderReport[] {
  return orders.map((order) => report(order.id, { kind: 'denied', reason }))
}

function report(orderId: ClientOrderId, evidence: OrderEvidence): OrderReport {
  return { kind: 'evidence', orderId, evidence }
}
