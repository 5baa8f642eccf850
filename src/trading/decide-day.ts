import type { Account, DayBaseline } from '../domain/account.ts'
import { newYorkDate } from '../domain/calendar.ts'
import type { Money } from '../domain/money.ts'
import { dollars } from '../risk/refusal.ts'
import { cleared, gated } from './decide-gates.ts'
import { watchDailyLoss } from './levels.ts'
import type { Turn } from './turn.ts'

/** What this observation says the day began with; null while the day's profit is not reliable. */
export function baselineOf(account: Account): DayBaseline | null {
  const { netLiquidation, dailyPnl, at } = account
  if (dailyPnl === null) return null
  const amount = (netLiquidation - dailyPnl) as Money
  return { date: newYorkDate(at), amount, netLiquidation, dailyPnl, at }
}

/**
 * The first reliable observation of a New York date is its baseline and stays it; later ones check
 * it, and a difference blocks entries (P42). Nothing lowers it but the next date, which no clock
 * that is off begins (F70).
 */
export function decideDay(turn: Turn, observed: DayBaseline): void {
  const stored = turn.state.baseline
  const isOff = turn.state.gates.some(({ gate }) => gate === 'skew')
  if (isOff && stored !== null && observed.date !== stored.date) return
  if (stored === null || observed.date > stored.date) {
    watchDailyLoss(turn) // ends the loss of the day before, while that is still known
    turn.record({ type: 'DayOpened', baseline: observed })
    cleared(turn, GATE, `the baseline of ${observed.date} is known`)
  } else if (observed.date === stored.date) {
    checked(turn, stored, observed)
  }
  watchDailyLoss(turn)
}

const GATE = { gate: 'baseline', symbol: null } as const

function checked(turn: Turn, stored: DayBaseline, observed: DayBaseline): void {
  const difference = (observed.amount - stored.amount) as Money
  turn.record({ type: 'BaselineChecked', observed, difference })
  if (Math.abs(difference) <= turn.rules.limits.baselineDifferenceMax) {
    return cleared(turn, GATE, 'stored and observed baseline agree')
  }
  const isKnown = turn.state.gates.some(({ gate }) => gate === GATE.gate)
  const reason = `stored ${dollars(stored.amount)}, observed ${dollars(observed.amount)}`
  gated(turn, { ...GATE, since: turn.at, reason })
  if (isKnown) return
  turn.notify('baseline-differs', `baseline of the day differs: ${reason}; no entries`)
}
