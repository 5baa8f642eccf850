import type { Fill } from '../domain/fill.ts'
import type { OrderEvidence, TrackedOrder } from '../domain/order.ts'
import { amountText } from '../domain/money.ts'
import type { Quote } from '../domain/quote.ts'
import { exitPlan } from '../orders/exit-plan.ts'
import { isTerminal } from '../orders/lifecycle.ts'
import { hasTrailed } from '../orders/trailing.ts'
import { mayAdd } from './alive.ts'
import { isOwn } from './evolve-fill.ts'
import type { Turn } from './turn.ts'
import { moved } from './turn.ts'

/** Evidence on an order, and what follows from it for the plan of its structure. */
export function settled(turn: Turn, before: TrackedOrder, evidence: OrderEvidence): boolean {
  const changed = moved(turn, before, evidence)
  const after = turn.state.orders.get(before.id)
  if (after?.role === 'entry' && mayAdd(before) && !mayAdd(after)) repriced(turn, after)
  return changed
}

/**
 * In any status, once by exec id. Answers the order as it is then; null when it was known, or when
 * the order is not ours: that is for reconciliation to find.
 */
export function booked(turn: Turn, fill: Fill, quote: Quote | null = null): TrackedOrder | null {
  const before = turn.state.orders.get(fill.orderId)
  const known = turn.state.fills.get(fill.execId)
  if (before === undefined || (known !== undefined && known.revision >= fill.revision)) return null
  if (known === undefined && fill.estimated !== true) estimatesEnded(turn, fill)
  turn.record({ type: 'OrderFilled', fill, quote })
  const after = turn.state.orders.get(fill.orderId) ?? before
  settled(turn, before, { kind: 'fills-changed', filled: after.filled })
  if (fill.estimated === true) return after
  const over = isTerminal(before.status) || before.status === 'quarantine-cancelled'
  // The legs of a combo are told after the combo itself, also after its last fill; a correction is
  // of a fill that was told in time.
  if (known === undefined && over && isOwn(before.contract, fill.contract)) {
    const late = `late fill: ${fill.quantity} of ${before.id}, which was ${before.status}`
    turn.notify('late-fill', late)
  }
  if (after.filled > before.quantity) {
    turn.notify('overfilled', `${before.id} filled ${after.filled} of ${before.quantity}`)
  }
  if (known !== undefined) turn.notify('fill-corrected', `${fill.execId} was corrected`)
  return after
}

/**
 * The execution came after all: it takes the place of what was only taken to have happened, also of
 * another order of its structure and side: which of two exits filled no position can tell.
 */
function estimatesEnded(turn: Turn, { orderId, contract, side, quantity }: Fill): void {
  const { fills, orders } = turn.state
  const structureId = orders.get(orderId)?.structureId ?? null
  let left = quantity
  for (const known of fills.values()) {
    if (known.estimated !== true || known.side !== side || known.quantity === 0) continue
    // Two that close what no structure explains have nothing in common but that.
    const isAlike = structureId !== null && orders.get(known.orderId)?.structureId === structureId
    if (!isAlike && known.orderId !== orderId) continue
    if (!isOwn(contract, known.contract) || left === 0) continue
    const units = Math.min(left, known.quantity)
    left -= units
    const fill = { ...known, revision: known.revision + 1, quantity: known.quantity - units }
    turn.record({ type: 'OrderFilled', fill, quote: null })
  }
}

/** Exits are priced off the option's own fill price (R7), once all of it is known. */
function repriced(turn: Turn, entry: TrackedOrder): void {
  const structure = entry.structureId === null ? null : turn.state.structures.get(entry.structureId)
  if (!structure || structure.quantity === 0 || structure.triggered !== null) return
  const { takeProfitPct, stopLossPct } = turn.rules
  const { id, plan, contract, openPrice } = structure
  const priced = exitPlan(
    { contract, side: entry.side, price: openPrice },
    { takeProfitPct, stopLossPct, timeInForce: plan.timeInForce },
  )
  if (priced === null) return
  const takeProfit = plan.takeProfit && (priced.takeProfit ?? plan.takeProfit)
  // A correction of the fill does not loosen what has trailed since.
  const stays = hasTrailed(plan.stopLoss)
  const stopLoss = stays ? plan.stopLoss : plan.stopLoss && (priced.stopLoss ?? plan.stopLoss)
  const samePrices =
    takeProfit?.price === plan.takeProfit?.price && stopLoss?.price === plan.stopLoss?.price
  if (samePrices) return
  const reason = `the entry filled at ${amountText(openPrice)}`
  turn.record({
    type: 'PlanChanged',
    structureId: id,
    plan: { ...plan, takeProfit, stopLoss },
    reason,
  })
}
