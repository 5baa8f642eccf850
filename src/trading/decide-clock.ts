import type { Turn } from './turn.ts'

/** Steps of NTP below this are told to nobody. */
const TOLD_MS = 1_000

/**
 * The wall clock was ahead and was set right (F70). Waits of orders, structures and gates are
 * counted from the dates in the state; by those that lie ahead now, an order would be unknown, and
 * what it protects would be bare, for as long as the clock had been ahead.
 */
export function decideClockSetBack(turn: Turn, byMs: number): void {
  turn.record({ type: 'ClockSetBack', byMs })
  if (byMs < TOLD_MS) return
  const by = `${(byMs / 1_000).toFixed(1)} s`
  turn.notify('clock-set-back', `the clock of this machine was set back by ${by}; waits begin anew`)
}
