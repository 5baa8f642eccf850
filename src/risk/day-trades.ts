import { unreachable } from '../base/assert.ts'
import { newYorkDate, previousSession } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import type { DayTraded, DayTradePolicy } from './day-trade-policy.ts'
import type { RiskCheck } from './limits.ts'
import { dollars, refuse, UNKNOWN_KIND } from './refusal.ts'

/** The first policy that is in force on this date; null: none says anything of it. */
export function policyOn(
  policies: readonly DayTradePolicy[],
  date: CalendarDate,
): DayTradePolicy | null {
  const inForce = ({ from, until }: DayTradePolicy) =>
    (from === null || from <= date) && (until === null || date <= until)
  return policies.find(inForce) ?? null
}

/**
 * Day trades that were made since the first of so many sessions, and those that may still be: what
 * was opened today may be closed today, by its stop.
 */
export function dayTradesSince(
  trades: readonly DayTraded[],
  today: CalendarDate,
  sessions: number,
): number {
  let first = today
  for (let i = 1; i < sessions; i++) first = previousSession(first)?.date ?? first
  return trades.filter(
    ({ openedOn, closedOn }) =>
      openedOn >= first && (openedOn === today || closedOn.includes(openedOn)),
  ).length
}

/** Never asked about an exit: a way out is worth more than a day trade. */
export const dayTrades: RiskCheck = (_entry, view, limits) => {
  const today = newYorkDate(view.now)
  const policy = policyOn(limits.dayTrades, today)
  if (policy === null) return refuse('day-trades', `no policy of risk.day_trades covers ${today}`)
  switch (policy.kind) {
    case 'off':
      return null
    case 'broker': {
      const left = view.account?.dayTradesLeft ?? null
      if (left === null) return refuse('day-trades', 'the broker does not say how many are left')
      // What is open since today may each take one.
      const open = view.dayTraded.filter(
        ({ openedOn, closedOn }) => openedOn === today && !closedOn.includes(today),
      ).length
      if (left === -1 || left > open) return null
      return refuse(
        'day-trades',
        `${left} are left by the broker, ${open} opened today may need one`,
      )
    }
    case 'count': {
      const { max, sessions, belowEquity } = policy
      const equity = view.baseline?.amount ?? null // as of the close before
      if (view.account?.kind === 'cash' || (equity !== null && equity >= belowEquity)) return null
      const made = dayTradesSince(view.dayTraded, today, sessions)
      if (made < max) return null
      const whose = view.account?.kind === 'unknown' ? `; ${UNKNOWN_KIND}` : ''
      const within = `${made} of ${max} within ${sessions} sessions`
      return refuse(
        'day-trades',
        `${within}; equity ${dollars(equity)} is below ${dollars(belowEquity)}${whose}`,
      )
    }
    default:
      return unreachable(policy)
  }
}
