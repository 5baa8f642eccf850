import type { EpochMs } from '../base/clock.ts'
import { unreachable } from '../base/assert.ts'
import type { Result } from '../base/result.ts'
import { fail, ok } from '../base/result.ts'
import { atNewYork, previousSession } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import { addDays, daysBetween, isWeekend, weekday } from '../domain/date.ts'
import type { SelectionRules } from './rules.ts'

/** More would share out the few strikes in reach among too many dates. */
const EXPIRIES_MAX = 3

export interface Today {
  readonly today: CalendarDate
  readonly now: EpochMs
}

/**
 * Which of the listed expiries may be bought, best first. Never a date that is not listed, never a
 * Saturday or Sunday, today's only if the rules say so (R13).
 */
export function expiriesFor(
  listed: readonly CalendarDate[],
  rules: Pick<SelectionRules, 'expiry' | 'sameDayExpiry'>,
  at: Today,
): Result<readonly CalendarDate[], string> {
  const earliest = rules.sameDayExpiry ? at.today : addDays(at.today, 1)
  const open = listed.filter((expiry) => expiry >= earliest && !isWeekend(expiry))
  switch (rules.expiry.kind) {
    case 'weekly':
      return weekly(open, rules, at)
    case 'dte':
      return inRange(open, rules.expiry, at.today)
    default:
      return unreachable(rules.expiry)
  }
}

/** The last expiry that is listed in the trading week: Thursday's when Friday is a holiday. */
function weekly(
  open: readonly CalendarDate[],
  rules: Pick<SelectionRules, 'expiry' | 'sameDayExpiry'>,
  at: Today,
): Result<readonly CalendarDate[], string> {
  const friday = addDays(fridayOf(at.today), isNextWeek(rules, at) ? 7 : 0)
  const monday = addDays(friday, -4)
  const expiry = open
    .filter((each) => each >= monday && each <= friday)
    .sort()
    .at(-1)
  if (expiry === undefined) return fail(`no expiry listed in the week to ${friday}`)
  return ok([expiry])
}

/** On its last trading day the week is over, unless what expires today may be bought. */
function isNextWeek(
  { expiry, sameDayExpiry }: Pick<SelectionRules, 'expiry' | 'sameDayExpiry'>,
  { today, now }: Today,
): boolean {
  const friday = fridayOf(today)
  const lastSession = previousSession(addDays(friday, 1))
  const lastDay = lastSession === null ? friday : lastSession.date
  if (sameDayExpiry ? today > lastDay : today >= lastDay) return true
  if (expiry.kind !== 'weekly' || expiry.rollFrom === undefined) return false
  const rollDate = addDays(friday, expiry.rollFrom.weekday - 5)
  return now >= atNewYork(rollDate, expiry.rollFrom.time)
}

/** Of the week that begins on Monday. */
function fridayOf(date: CalendarDate): CalendarDate {
  return addDays(date, 5 - weekday(date))
}

/** The three nearest to the middle of the range; of two as near, the earlier. */
function inRange(
  open: readonly CalendarDate[],
  { min, max }: { readonly min: number; readonly max: number },
  today: CalendarDate,
): Result<readonly CalendarDate[], string> {
  const fromMiddle = (expiry: CalendarDate): number =>
    Math.abs(daysBetween(today, expiry) - (min + max) / 2)
  const inside = open.filter((expiry) => {
    const days = daysBetween(today, expiry)
    return days >= min && days <= max
  })
  if (inside.length === 0) return fail(`no expiry listed ${min} to ${max} days after ${today}`)
  const ranked = [...inside].sort((a, b) => fromMiddle(a) - fromMiddle(b) || (a < b ? -1 : 1))
  return ok(ranked.slice(0, EXPIRIES_MAX))
}
