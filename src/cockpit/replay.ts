import type { ReplayAsked } from '../dashboard/cockpit.ts'
import type { ProblemReply, ReplayReply } from '../dashboard/view.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { changedLimits } from '../config/changed-limits.ts'
import type { Entry } from '../journal/rows.ts'
import type { RiskLimits } from '../risk/limits.ts'
import { review } from '../risk/review.ts'
import type { Rules } from '../trading/command.ts'
import type { Event } from '../trading/event.ts'
import { evolve } from '../trading/evolve.ts'
import type { State } from '../trading/state.ts'
import { riskView } from '../trading/views.ts'

type Judged = Extract<Event, { type: 'EntryApproved' | 'EntryRefused' }>

/** Refused after risk had approved: no other limit would have changed that. */
const BEYOND_RISK: ReadonlySet<string> = new Set(['entry-unpriced', 'exit-unpriced'])
/** A person looks at the last ones; all of them are counted. */
const CHANGED_MAX = 500

export interface Replayed {
  readonly pieces: Iterable<readonly Entry[]>
  readonly begin: State
  readonly rules: Rules
  /** Between two pieces: whoever else is asked has a turn. */
  readonly pause: () => Promise<void>
}

/**
 * What every recorded request would have been with other limits: judged by the same review, on the
 * state of that moment, which is folded anew. Limits that are not named stay as they were then.
 */
export async function replayed(
  { limits: asked }: ReplayAsked,
  of: Replayed,
): Promise<Result<ReplayReply, ProblemReply>> {
  const change = changedLimits(asked)
  if (!change.ok) {
    return fail({ error: change.error.join('; '), remedy: 'write limits as in the file: "2%"' })
  }
  let state = of.begin
  let judged = 0
  const changed: ReplayReply['changed'][number][] = []
  for (const piece of of.pieces) {
    for (const { seq, at, event } of piece) {
      if (event.type === 'EntryApproved' || event.type === 'EntryRefused') {
        judged++
        const limits = change.value(event.basis?.limits ?? of.rules.limits)
        const was = wasText(event)
        const would = wouldText(event, limits, { state, at, rules: of.rules })
        if (would.kind !== was) {
          const { candidate, strategy } = event.request
          const { symbol } = candidate.contract
          changed.push({ seq, at, symbol, strategy, was: said(event), would: would.text })
        }
      }
      state = evolve(state, event, at)
    }
    if (changed.length > CHANGED_MAX) changed.splice(0, changed.length - CHANGED_MAX)
    await of.pause()
  }
  return ok({ judged, changed: changed.reverse() })
}

/** What counts as the same: the units, or which rules refused; not their numbers. */
function wasText(event: Judged): string {
  if (event.type === 'EntryApproved') return `approved, ${units(event.quantity)}`
  return event.refusals.map(({ rule }) => rule).join(', ')
}

function said(event: Judged): string {
  if (event.type === 'EntryApproved') return `approved, ${units(event.quantity)}`
  return refusedText(event.refusals)
}

function wouldText(
  event: Judged,
  limits: RiskLimits,
  { state, at, rules }: { readonly state: State; readonly at: Entry['at']; readonly rules: Rules },
): { readonly kind: string; readonly text: string } {
  const { request } = event
  const verdict = review(request, riskView(state, request, { at, rules }), limits)
  if (verdict.kind === 'refused') {
    const { refusals } = verdict
    return { kind: refusals.map(({ rule }) => rule).join(', '), text: refusedText(refusals) }
  }
  const beyond =
    event.type === 'EntryRefused' && event.refusals.some((r) => BEYOND_RISK.has(r.rule))
  if (beyond) return { kind: wasText(event), text: said(event) }
  const text = `approved, ${units(verdict.entry.quantity)}`
  return { kind: text, text }
}

function refusedText(
  refusals: readonly { readonly rule: string; readonly detail: string }[],
): string {
  return `refused: ${refusals.map(({ rule, detail }) => `${rule} (${detail})`).join('; ')}`
}

function units(quantity: number): string {
  return `${quantity} unit${quantity === 1 ? '' : 's'}`
}
