import { assert } from '../base/assert.ts'
import type { ExitPlan } from '../domain/position.ts'
import { bracket } from '../orders/bracket.ts'
import type { Opened } from '../orders/exit-plan.ts'
import { exitPlan } from '../orders/exit-plan.ts'
import type { EntryRequest, Verdict } from '../risk/limits.ts'
import { review } from '../risk/review.ts'
import { requestOf } from './entry-request.ts'
import { placed } from './send.ts'
import { watchRepeats } from './throttle.ts'
import type { Turn } from './turn.ts'
import { exitTimeInForce, riskView } from './views.ts'

type Approval = Extract<Verdict, { kind: 'approved' }>

/** Review, and then all at once: the approval, an intent for each order, one group to send. */
export function decideEntry(turn: Turn, proposed: EntryRequest): void {
  const request = requestOf(turn, proposed)
  const view = riskView(turn.state, request, turn)
  const verdict = review(request, view, turn.rules.limits)
  if (verdict.kind === 'approved') return enter(turn, request, verdict)
  const { refusals, basis } = verdict
  turn.record({ type: 'EntryRefused', request, refusals, basis })
  watchRepeats(turn, request, view)
}

function enter(turn: Turn, request: EntryRequest, { entry, basis }: Approval): void {
  const { walk } = request
  const refused = (rule: string, detail: string) =>
    turn.record({ type: 'EntryRefused', request, refusals: [{ rule, detail }], basis })
  if (walk === undefined) {
    return refused('entry-unpriced', 'no limit above zero on the ticks of the contract')
  }
  const { first, worst } = walk
  const opened = { contract: request.candidate.contract, side: request.side, price: first }
  const plan = planFor(turn, opened, request.stopLossPct)
  if (plan === null) {
    return refused('exit-unpriced', 'its stop has no price above zero on the contract’s ticks')
  }
  const { quote } = request.candidate
  const far = request.side === 'BUY' ? quote.ask : quote.bid
  assert(far !== null, 'what is approved has both sides')
  const fence = { epoch: turn.state.epoch, at: turn.at, quoteAt: quote.aliveAt, far }
  const orders = bracket(entry, { entryLimit: first, worst, plan, nextId: turn.nextId, fence })
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
