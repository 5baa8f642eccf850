import type { StructureId } from '../domain/order.ts'
import type { Quote } from '../domain/quote.ts'
import { isDoubtful, isDying } from '../orders/lifecycle.ts'
import { whyStill } from '../orders/stillness.ts'
import type { Turn } from './turn.ts'
import { familyOf, isEntry } from './views.ts'
import type { Family } from './views.ts'

/**
 * While nothing trades, a position without any exit, resting or on its way, cannot be closed by
 * anybody but a person elsewhere, who is paged (P30). So is one that a halt keeps from closing,
 * whatever rests. The message stays the same, so it is told once in the time that notices have for
 * repeating themselves.
 */
export function bareTold(turn: Turn, id: StructureId, quote: Quote | null): void {
  const family = familyOf(turn.state, id)
  if (family === null || family.structure.quantity === 0) return
  const bare = isBare(turn, family)
  if (!bare && family.structure.triggered === null) return
  const still = whyStill(family.structure.contract, quote, turn.at)
  if (still === null) return
  const what = still === 'halted' ? 'its contract is halted' : 'the market is closed'
  if (bare) {
    turn.notify(
      'bare-position',
      `${id} holds a position without an exit at the broker, and ${what}`,
    )
  } else if (still === 'halted') {
    turn.notify('close-halted', `${id} is to be closed, and ${what}`)
  }
}

/** Of a combo no stop rests: the engine watches it. */
function isBare(turn: Turn, { structure, orders }: Family): boolean {
  if (structure.plan.stopLoss?.watchedBy === 'local') return false
  return !orders.some(
    (order) => !isEntry(order) && !isDying(order.status) && !isDoubtful(order, turn.at),
  )
}

/** A close at the market that fills nothing for so long has nobody on its other side. */
const UNFILLED_MS = 30_000

/** It goes on trying, and only a person can do more: who is paged, once, as above (F58). */
export function unfilledTold(turn: Turn, id: StructureId, quote: Quote | null): void {
  const family = familyOf(turn.state, id)
  if (family === null || family.structure.quantity === 0) return
  const waits = family.orders.some(
    ({ role, status, terms, statusSince }) =>
      role === 'close' &&
      status === 'working' &&
      terms.type === 'MKT' &&
      turn.at - statusSince >= UNFILLED_MS,
  )
  if (!waits || whyStill(family.structure.contract, quote, turn.at) !== null) return
  turn.notify(
    'close-unfilled',
    `${id} is to be closed, and nobody takes the other side at the market`,
  )
}
