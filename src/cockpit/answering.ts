import { SystemClock } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import type { Role } from '../dashboard/view.ts'
import { answer, type ControlReply, type EngineView } from '../engine/control.ts'
import type { WhatIfAnswer } from '../ibkr/orders/what-if.ts'
import type { Asked } from './control-request.ts'

/** A bot that is alive answers within one turn. */
export const ANSWER_MS_MAX = 5_000

export interface LinkAsked {
  readonly role: Role
  readonly name: string
  /** By a person at a terminal. */
  readonly interactive: boolean
}

/** Who answers: the engine, and the order connection where there is one. */
export interface Answering {
  readonly view: EngineView
  readonly whatIf: (() => Promise<WhatIfAnswer>) | null
  /** Why no person may lift a level now: panic is at work; null: one may. */
  readonly whyNoResume?: () => string | null
  /** A one-time link to the dashboard, or why there is none; left out: it runs without one. */
  readonly link?: (link: LinkAsked) => Promise<Result<string, string>>
}

/** The engine's answer, and what only who asks from outside may not do: for every way in. */
export function answered(
  asked: Exclude<Asked, { kind: 'what-if' | 'dashboard' }>,
  of: Pick<Answering, 'view' | 'whyNoResume'>,
): ControlReply {
  const lifts = asked.kind === 'command' && ['resume', 'arm'].includes(asked.command.kind)
  const objection = lifts ? (whyTooLate(asked) ?? of.whyNoResume?.() ?? null) : null
  return objection === null ? answer(of.view, asked) : { kind: 'refused', reason: objection }
}

/**
 * What lifts a level counts only while somebody waits for it: a bot that was stopped, and reads it
 * when it goes on, would undo what was decided since. What stops counts however old it is.
 */
function whyTooLate({ until = 0 }: { readonly until?: number }): string | null {
  const leftMs = until - new SystemClock().now()
  if (leftMs >= 0 && leftMs <= ANSWER_MS_MAX) return null
  return 'it came too late: nobody waits for it any more; say it again'
}
