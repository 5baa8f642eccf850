import { assert } from '../base/assert.ts'
import type { ExitPlan } from '../domain/position.ts'
import { bracket } from '../orders/bracket.ts'
import type { Opened } from '../orders/exit-plan.ts'
import { entryLimit, exitPlan } from '../orders/exit-plan.ts'
import type { EntryRequest, Verdict } from '../risk/limits.ts'
import { review } from '../risk/review.ts'
import { placed } from './send.ts'
import type { Turn } from './turn.ts'
import { exitTimeInForce, riskView } from './views.ts'

type Approval = Extract<Verdict, { kind: 'approved' }>

/** Review, and then all at once: the approval, an intent for each order, one group to send. */
export function decideEntry(turn: Turn, proposed: EntryRequest): void {
  const { rules } = turn
  const request = { ...proposed, stopLossPct: rules.stopLossPct ?? proposed.stopLossPct }
  const verdict = review(request, riskView(turn.state, request, turn), rules.limits)
  if (verdict.kind === 'approved') return enter(turn, request, verdict)
  const { refusals, basis } = verdict
  turn.record({ type: 'EntryRefused', request, refusals, basis })
}

function enter(turn: Turn, request: EntryRequest, { entry, basis }: Approval): void {
  const { price } = basis
  assert(price !== null, 'what is approved has a price')
  const opened = { contract: request.candidate.contract, side: request.side, price }
  const limit = entryLimit(opened)
  const plan = planFor(turn, { ...opened, price: limit }, request.stopLossPct)
  if (plan === null) {
    const detail = 'its stop has no price above zero on the ticks of the contract'
    const refusals = [{ rule: 'exit-unpriced', detail }]
    return turn.record({ type: 'EntryRefused', request, refusals, basis })
  }
  const orders = bracket(entry, { entryLimit: limit, plan, nextId: turn.nextId })
  const structureId = orders[0]?.structureId ?? null
  assert(structureId !== null, 'a bracket names its structure')
  const { quantity, maxLoss } = entry
  turn.record({ type: 'EntryApproved', structureId, request, quantity, maxLoss, plan, basis })
  placed(turn, orders)
}

function planFor(turn: Turn, opened: Opened, stopLossPct: number | null): ExitPlan | null {
  const { takeProfitPct } = turn.rules
  const timeInForce = exitTimeInForce(opened.contract, turn.at, turn.rules)
  return exitPlan(opened, { takeProfitPct, stopLossPct, timeInForce })
}
