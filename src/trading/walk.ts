import type { StructureId } from '../domain/order.ts'
import type { Quote } from '../domain/quote.ts'
import { walkStep } from '../orders/price-walk.ts'
import { isAdjustable } from '../orders/resting.ts'
import { splitByRole } from './alive.ts'
import { replaced } from './send.ts'
import type { Turn } from './turn.ts'
import { familyOf } from './views.ts'

/**
 * The limit of an entry brought to where it should be by now: level-triggered, so a tick that was
 * missed costs nothing. A step is a new decision to enter: behind a gate there is none, and what
 * the broker refused to change is left as it is.
 */
export function entriesWalked(turn: Turn, id: StructureId, quote: Quote | null): void {
  const family = familyOf(turn.state, id)
  if (quote === null || family === null) return
  const { entries } = splitByRole(family.orders)
  if (entries.length === 0) return
  const { at: now, rules, state } = turn
  const { symbol } = family.structure.contract
  if (state.gates.some((gate) => gate.symbol === null || gate.symbol === symbol)) return
  const { quoteAgeMsMax } = rules.limits
  const seen = { now, quote, quoteAgeMsMax, allowDelayed: rules.allowDelayed }
  for (const order of entries) {
    if (!isAdjustable(order) || order.changeRefused === true) continue
    const change = walkStep({ order, ...seen }, rules.entry)
    if (change === null) continue
    const far = order.side === 'BUY' ? quote.ask : quote.bid
    const fence = far === null ? null : { epoch: state.epoch, at: now, quoteAt: quote.aliveAt, far }
    replaced(turn, { ...change, ...(fence && { fence }) }, quote)
  }
}
