/**
 * Stops asking a service that keeps failing. Pure: every function takes the breaker and answers
 * the next one; time is monotonic milliseconds.
 *
 * closed: ask. open: do not ask until `until`. half-open: one probe, whose answer decides. An open
 * time grows with every probe that fails, up to a bound, so that what is asked of a dead service
 * is bounded and a service that is back is found within the longest open time.
 */
export type Breaker =
  /** `failures` in a row; an answer begins anew. */
  | { readonly phase: 'closed'; readonly failures: number }
  /** `openings` in a row, this one included. */
  | { readonly phase: 'open'; readonly openings: number; readonly until: number }
  | { readonly phase: 'half-open'; readonly openings: number; readonly probing: boolean }

export interface BreakerRules {
  /** Failures in a row that open it. */
  readonly failuresMax: number
  readonly openMsMin: number
  readonly openMsMax: number
}

export const CLOSED: Breaker = { phase: 'closed', failures: 0 }

/** As it stands now: what was open long enough is half-open. */
export function breakerAt(breaker: Breaker, nowMs: number): Breaker {
  if (breaker.phase !== 'open' || nowMs < breaker.until) return breaker
  return { phase: 'half-open', openings: breaker.openings, probing: false }
}

/** Whether the service may be asked; while half-open only by the one probe. */
export function mayAsk(breaker: Breaker): boolean {
  return breaker.phase === 'closed' || (breaker.phase === 'half-open' && !breaker.probing)
}

/** Asked, after `mayAsk` said so: while half-open this is the probe. */
export function asked(breaker: Breaker): Breaker {
  return breaker.phase === 'half-open' ? { ...breaker, probing: true } : breaker
}

/** What was asked while it was closed proves nothing for one that is open: it waits its time. */
export function answered(breaker: Breaker): Breaker {
  return breaker.phase === 'open' ? breaker : CLOSED
}

export function failed(breaker: Breaker, rules: BreakerRules, nowMs: number): Breaker {
  switch (breaker.phase) {
    case 'open':
      return breaker
    case 'half-open':
      return breaker.probing ? opened(breaker.openings + 1, rules, nowMs) : breaker
    default: {
      const failures = breaker.failures + 1
      return failures >= rules.failuresMax ? opened(1, rules, nowMs) : { ...breaker, failures }
    }
  }
}

/** The probe ended without proof: nobody waited for it any more. Another may follow. */
export function abandoned(breaker: Breaker): Breaker {
  return breaker.phase === 'half-open' ? { ...breaker, probing: false } : breaker
}

function opened(openings: number, rules: BreakerRules, nowMs: number): Breaker {
  const openMs = Math.min(rules.openMsMax, rules.openMsMin * 2 ** (openings - 1))
  return { phase: 'open', openings, until: nowMs + openMs }
}
