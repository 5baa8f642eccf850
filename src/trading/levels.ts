import type { LevelCause, TradingState } from '../domain/account.ts'
import { newYorkDate } from '../domain/calendar.ts'
import { dayLoss } from '../risk/checks.ts'
import { dollars } from '../risk/refusal.ts'
import type { Turn } from './turn.ts'

const HEIGHT: Readonly<Record<TradingState, number>> = {
  active: 0,
  'reduce-only': 1,
  halt: 2,
  kill: 3,
}

export interface LevelChange {
  readonly to: TradingState
  readonly cause: LevelCause
  readonly reason: string
}

/** Upwards only, and told once. The way down is `levelLifted`. */
export function levelSet(turn: Turn, change: LevelChange): void {
  const { tradingState, levelCause } = turn.state
  // A person's `reduce` outlasts the date that would have ended the daily loss; and once panic
  // flattens, a kill of ours is its kill: two that flatten would oversell.
  const takesOver =
    (change.cause === 'operator' && levelCause === 'daily-loss') ||
    (change.cause === 'panic' && levelCause !== 'panic')
  const rise = HEIGHT[change.to] - HEIGHT[tradingState]
  if (rise < 0 || (rise === 0 && !takesOver)) return
  turn.record({ type: 'TradingStateChanged', ...change })
  const alert = change.cause === 'daily-loss' ? 'daily-loss' : 'level-raised'
  turn.notify(alert, `${change.to}: ${change.reason}`)
}

/** By a person, or by the New York date for the daily loss. */
export function levelLifted(turn: Turn, change: Omit<LevelChange, 'to'>): void {
  if (turn.state.tradingState === 'active') return
  turn.record({ type: 'TradingStateChanged', to: 'active', ...change })
  turn.notify('level-lifted', `active again: ${change.reason}`)
}

/** A person resumes on a date whose loss was reached: that latch ends with the date alone (P45). */
export function backToLoss(turn: Turn, reason: string): void {
  const to = 'reduce-only'
  turn.record({ type: 'TradingStateChanged', to, cause: 'daily-loss', reason })
  turn.notify('loss-day-goes-on', `${to}: ${reason}`)
}

/** At the limit nothing is entered until the next New York date (R17). */
export function watchDailyLoss(turn: Turn): void {
  const { state, rules, at } = turn
  if (state.tradingState !== 'active') return endOfLossDay(turn)
  const day = dayLoss(state, rules.limits.dailyLossPctMax)
  if (day === null || day.lost < day.max || state.baseline?.date !== newYorkDate(at)) return
  const reason = `lost ${dollars(day.lost)} today, the limit is ${dollars(day.max)}`
  levelSet(turn, { to: 'reduce-only', cause: 'daily-loss', reason })
}

function endOfLossDay(turn: Turn): void {
  const { levelCause, baseline } = turn.state
  if (levelCause !== 'daily-loss' || turn.state.tradingState !== 'reduce-only') return
  const today = newYorkDate(turn.at)
  if (baseline !== null && today <= baseline.date) return
  levelLifted(turn, { cause: 'new-date', reason: `it is ${today} in New York` })
}
