import { unreachable } from '../base/assert.ts'
import type { EpochMs } from '../base/clock.ts'
import type { ExecId } from '../domain/fill.ts'
import type { Money, Price } from '../domain/money.ts'
import type { ClientOrderId, Order, OrderEvidence, OrderStatus } from '../domain/order.ts'
import type { Entry } from './rows.ts'

/** One fact of an order; `to` is what it was from then on. */
export interface OrderStep {
  readonly at: EpochMs
  readonly seq: number
  readonly to: OrderStatus
  readonly text: string
}

export interface OrderFill {
  readonly execId: ExecId
  readonly at: EpochMs
  readonly quantity: number
  readonly price: Price
  /** Null: not told yet. */
  readonly commission: Money | null
}

export interface OrderHistory {
  readonly order: Order
  readonly intendedAt: EpochMs
  readonly status: OrderStatus
  readonly statusSince: EpochMs
  /** Units of the order's own contract. */
  readonly filled: number
  readonly steps: readonly OrderStep[]
  readonly fills: readonly OrderFill[]
}

interface Kept {
  readonly order: Order
  readonly intendedAt: EpochMs
  readonly steps: OrderStep[]
  readonly fills: Map<ExecId, OrderFill & { readonly isOwn: boolean }>
  status: OrderStatus
  since: EpochMs
}

/** Every order that was ever intended, oldest first, with every state it was in. */
export function orderHistories(entries: Iterable<Entry>): readonly OrderHistory[] {
  const orders = new Map<ClientOrderId, Kept>()
  const commissions = new Map<ExecId, Money>()
  for (const { at, seq, event } of entries) {
    if (event.type === 'CommissionReported') commissions.set(event.execId, event.commission)
    if (event.type === 'OrderIntended') {
      const { order } = event
      const steps = [{ at, seq, to: 'intent', text: 'journaled, and not sent yet' } as const]
      const begun = { order, intendedAt: at, steps, fills: new Map(), since: at }
      orders.set(order.id, { ...begun, status: 'intent' })
    }
    if (event.type === 'OrderMoved') {
      const kept = orders.get(event.orderId)
      if (kept === undefined) continue
      kept.steps.push({ at, seq, to: event.to, text: evidenceText(event.evidence) })
      if (kept.status !== event.to) kept.since = at
      kept.status = event.to
    }
    if (event.type === 'OrderFilled') {
      const { execId, orderId, quantity, price, at: filledAt, contract } = event.fill
      const kept = orders.get(orderId)
      if (kept === undefined) continue
      // Legs of a combo move positions; the fill of the combo itself is the one asked for.
      const isOwn = kept.order.contract.kind === contract.kind
      kept.fills.set(execId, { execId, at: filledAt, quantity, price, commission: null, isOwn })
    }
  }
  return [...orders.values()].map((kept) => historyOf(kept, commissions))
}

function historyOf(kept: Kept, commissions: ReadonlyMap<ExecId, Money>): OrderHistory {
  const { order, intendedAt, status, since, steps } = kept
  const own = [...kept.fills.values()].filter(({ isOwn }) => isOwn)
  const filled = own.reduce((sum, { quantity }) => sum + quantity, 0)
  const fills = own.map(({ execId, at, quantity, price }) => {
    return { execId, at, quantity, price, commission: commissions.get(execId) ?? null }
  })
  return { order, intendedAt, status, statusSince: since, filled, steps, fills }
}

/** What bore on a state, in words. */
export function evidenceText(of: OrderEvidence): string {
  switch (of.kind) {
    case 'denied':
      return `never sent: ${of.reason}`
    case 'handed-over':
      return 'handed to the socket'
    case 'reported':
      return `the broker says ${of.as}`
    case 'inactive':
      return 'the broker says inactive: refused, or not at work for now'
    case 'fills-changed':
      return `filled ${of.filled}`
    case 'echoed':
      return `the broker holds it as ${of.terms.type} ${of.timeInForce}`
    case 'cancel-requested':
      return 'a cancel was sent'
    case 'replace-requested':
      return 'a change was sent'
    case 'cancel-reported':
      return 'the broker says cancelled'
    case 'cancel-refused':
      return `the broker refused the cancel or change: ${of.hint}`
    case 'reject-reported':
      return `the broker rejected it: ${of.vendorCode} ${of.reason}`
    case 'parent-missing':
      return 'the broker did not find its parent (10006)'
    case 'warned':
      return `the broker warned: ${of.vendorCode} ${of.message}`
    case 'outcome-lost':
      return `what became of it is not known: ${of.reason}`
    case 'proven':
      return `proven ${of.status} by ${of.by}`
    default:
      return unreachable(of)
  }
}
