import type { EpochMs } from '../../base/clock.ts'
import type { Adverse } from './market.ts'

/** The underlying of generated options, step by step; sessions and steps are numbered. */
export interface SpotSource {
  /** A step is the same whatever is adverse: of a generated path every second is known. */
  readonly isOnePath: boolean
  /** The last session that has steps and has begun by `at`; -1 for none. */
  sessionAt(at: EpochMs): number
  /** Of a session; 0 where there is none. */
  steps(session: number): number
  /** The last step by `at`, which may lie after the session; -1 before the first. */
  indexAt(session: number, at: EpochMs): number
  /** In dollars, and the at-the-money volatility of the market. */
  step(place: Place): { readonly at: EpochMs; readonly price: number; readonly level: number }
  /** Traded since the open; never decreases. */
  shares(session: number, index: number): number
}

/** One step of one session. */
export interface Place {
  readonly session: number
  readonly index: number
  readonly adverse: Adverse
}

/** The first step of a session by which so many shares had traded; -1 when they never did. */
export function firstStepWith(source: SpotSource, session: number, shares: number): number {
  const steps = source.steps(session)
  let low = -1
  let high = steps
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (source.shares(session, middle) >= shares) high = middle
    else low = middle
  }
  return high < steps ? high : -1
}

/** The last session with steps before this one; -1 for none. */
export function sessionBefore(source: SpotSource, session: number): number {
  let before = session - 1
  while (before >= 0 && source.steps(before) === 0) before -= 1
  return before
}
