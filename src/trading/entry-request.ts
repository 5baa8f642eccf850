import type { EpochMs } from '../base/clock.ts'
import { fail, ok } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import type { MarginAsked } from '../domain/margin.ts'
import { walkBounds } from '../orders/price-walk.ts'
import type { EntryRequest } from '../risk/limits.ts'
import { size } from '../risk/size.ts'
import { efficiencyRatio, RATIO_WARNED } from './activity.ts'
import type { Rules } from './command.ts'
import type { State } from './state.ts'
import { riskView } from './views.ts'

interface When {
  readonly state: State
  readonly at: EpochMs
  readonly rules: Rules
}

/** What was proposed, with the terms that it would be entered on by now. */
export function requestOf({ state, at, rules }: When, proposed: EntryRequest): EntryRequest {
  const { candidate, side } = proposed
  const bounds = walkBounds({ ...candidate, side }, rules.entry)
  // Each change of an order counts at IBKR: near its limit an entry makes none.
  const isPressed = efficiencyRatio(state, at) >= RATIO_WARNED
  const walk = isPressed && bounds !== null ? { ...bounds, first: bounds.worst } : bounds
  const stopLossPct = rules.stopLossPct ?? proposed.stopLossPct
  return { ...proposed, stopLossPct, ...(walk !== null && { walk }) }
}

/** What the broker is to be asked about it beforehand, or why there is nothing to ask. */
export function marginAsked(when: When, proposed: EntryRequest): Result<MarginAsked, string> {
  const { state, at, rules } = when
  const request = requestOf(when, proposed)
  const { candidate, side, walk } = request
  const view = riskView(state, request, { at, rules })
  if (!view.armed) return fail('live is not armed for today')
  const quantity = size(request, view, rules.limits)
  if (quantity === 0 || walk === undefined) return fail('not a single unit fits')
  return ok({ contract: candidate.contract, side, quantity, limit: walk.worst })
}
