import { unreachable } from '../base/assert.ts'
import type { Fill } from '../domain/fill.ts'
import type { ClientOrderId, OrderEvidence, TrackedOrder } from '../domain/order.ts'
import type { Quote } from '../domain/quote.ts'
import type { OrderReport } from '../domain/report.ts'
import { isCancellable } from '../orders/lifecycle.ts'
import { isChanging } from '../orders/refused-change.ts'
import { sameTerms } from '../orders/resting.ts'
import { unsure } from './decide-link.ts'
import { echoed } from './echoed.ts'
import { fundsRefused } from './low-funds.ts'
import { maintain } from './maintain.ts'
import { cancelled } from './send.ts'
import { booked, settled } from './settle.ts'
import type { Turn } from './turn.ts'
import { isEntry } from './views.ts'

/** Reports repeat, reorder and go missing: each is a fact once, and protection follows at once. */
export function decideReport(turn: Turn, report: OrderReport, quote: Quote | null): void {
  switch (report.kind) {
    case 'filled':
      return reportedFill(turn, report.fill, quote)
    case 'commission': {
      const { execId, commission } = report
      if (turn.state.commissions.get(execId) === commission) return
      return turn.record({ type: 'CommissionReported', execId, commission })
    }
    case 'evidence':
      return reportedEvidence(turn, report.orderId, report.evidence)
    default:
      return unreachable(report)
  }
}

function reportedFill(turn: Turn, fill: Fill, quote: Quote | null): void {
  const order = booked(turn, fill, quote)
  if (order?.structureId != null) maintain(turn, order.structureId, null)
}

function reportedEvidence(turn: Turn, orderId: ClientOrderId, evidence: OrderEvidence): void {
  const before = turn.state.orders.get(orderId)
  if (before === undefined) return
  if (evidence.kind === 'echoed') return echoed(turn, before, evidence)
  const changed = settled(turn, before, evidence)
  followed(turn, before, evidence)
  const { structureId } = before
  if (structureId === null) return
  // Cancels come in families, by the parent or by the group: the next tick sees what is left.
  if (changed && evidence.kind !== 'cancel-reported') maintain(turn, structureId, null)
}

/** What one piece of evidence means beyond the order's own status. */
function followed(turn: Turn, order: TrackedOrder, evidence: OrderEvidence): void {
  switch (evidence.kind) {
    case 'parent-missing':
      if (order.resentAt !== null) return familyRefused(turn, order)
      return turn.send({ kind: 'tick-after', delayMs: turn.rules.childResendMs })
    case 'reject-reported':
      turn.notify(
        'order-refused',
        `${order.role} ${order.id}: ${evidence.vendorCode} ${evidence.reason}`,
      )
      fundsRefused(turn, order, evidence.reason)
      if (order.pendingChange === null) return familyRefused(turn, order)
      return changeRefused(turn, order, evidence.reason)
    case 'cancel-refused':
      if (!isChanging(order)) return
      turn.notify(
        'change-refused',
        `${order.role} ${order.id}: its change is refused: ${evidence.hint}`,
      )
      return changeRefused(turn, order, evidence.hint)
    case 'outcome-lost':
      // One that waits for an answer is unknown now, and asked about; one that lives is in doubt.
      if (!isCancellable(order)) return
      turn.notify('outcome-unknown', `${order.role} ${order.id}: ${evidence.reason}`)
      return unsure(turn, `${order.id}: ${evidence.reason}`)
    case 'denied':
      return turn.notify(
        'order-not-sent',
        `${order.role} ${order.id} was not sent: ${evidence.reason}`,
      )
    default:
      return
  }
}

/** Without all of its exits an entry is not wanted: what is unfilled is cancelled (R8). */
function familyRefused(turn: Turn, child: TrackedOrder): void {
  const parent = child.parentId === null ? undefined : turn.state.orders.get(child.parentId)
  if (parent !== undefined && turn.state.link === 'up') cancelled(turn, parent)
}

/** The order lives on as it was, so that is the plan now: asking again would be refused again. */
function changeRefused(turn: Turn, order: TrackedOrder, why: string): void {
  const { structureId, role, terms, pendingChange } = order
  const structure = structureId === null ? undefined : turn.state.structures.get(structureId)
  if (structure === undefined || !isChanging(order)) return
  if (isEntry(order) || role === 'close') return
  if (pendingChange !== null && sameTerms(pendingChange.terms, terms)) return
  const { takeProfit, stopLoss } = structure.plan
  const plan = {
    ...structure.plan,
    ...(role === 'take-profit' && takeProfit !== null && terms.type === 'LMT'
      ? { takeProfit: { ...takeProfit, price: terms.limit } }
      : {}),
    ...(role === 'stop-loss' && stopLoss !== null && terms.type === 'STP'
      ? { stopLoss: { ...stopLoss, price: terms.trigger } }
      : {}),
  }
  const reason = `the broker refused the change: ${why}`
  turn.record({ type: 'PlanChanged', structureId: structure.id, plan, reason })
}
