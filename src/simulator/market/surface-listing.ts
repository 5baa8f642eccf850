import type { CalendarDate } from '../../domain/contract.ts'
import { addDays, calendarDate, daysBetween, monthOf, weekday, yearOf } from '../../domain/date.ts'
import type { OptionListing } from './generated-profile.ts'
import type { SessionList } from './market-sessions.ts'

/** Daily expiries reach two weeks ahead, weekly ones two months, monthly ones half a year. */
const DAILY_SESSIONS = 10
const WEEKS = 8
const MONTHS = 6

/**
 * The expiries that US exchanges list on a date, today's own included, ascending: every session for
 * the next two weeks (broad ETFs and indexes) or Fridays only, then Fridays, then the third Friday
 * of each month; when Friday is a holiday, the session before it.
 */
export function expiriesFrom(
  today: CalendarDate,
  style: OptionListing['expiries'],
  sessions: SessionList,
): readonly CalendarDate[] {
  const dates = new Set<CalendarDate>()
  const add = (date: CalendarDate): void => {
    const session = sessions.get(sessions.numberUpTo(date))
    if (session !== null && session.date >= today) dates.add(session.date)
  }
  if (style === 'daily') {
    const last = sessions.numberUpTo(addDays(today, -1))
    for (let ahead = 1; ahead <= DAILY_SESSIONS; ahead++) {
      const session = sessions.get(last + ahead)
      if (session !== null) dates.add(session.date)
    }
  }
  const friday = addDays(today, (12 - weekday(today)) % 7)
  for (let week = 0; week < WEEKS; week++) add(addDays(friday, 7 * week))
  for (let month = 0; month <= MONTHS; month++) add(thirdFriday(today, month))
  return [...dates].sort()
}

function thirdFriday(from: CalendarDate, monthsAhead: number): CalendarDate {
  const month = monthOf(from) - 1 + monthsAhead
  const year = yearOf(from) + Math.floor(month / 12)
  const first = calendarDate({ year, month: (month % 12) + 1, day: 1 })
  return addDays(first, ((12 - weekday(first)) % 7) + 14)
}

/** Strikes lie close together around the money and for near expiries, wider apart elsewhere. */
const CLOSE_REACH = 0.15
const WIDE_REACH = 0.35
const CLOSE_DAYS = 45

/** In multiples of the listing's strike step, ascending. */
export function strikesFor(reference: number, step: number, days: number): readonly number[] {
  const wide = Math.round((step === 2.5 ? 10 : 5 * step) / step)
  const strikes: number[] = []
  const first = Math.max(1, Math.ceil((reference * (1 - WIDE_REACH)) / step))
  const last = Math.floor((reference * (1 + WIDE_REACH)) / step)
  for (let strike = first; strike <= last; strike++) {
    const isClose = Math.abs((strike * step) / reference - 1) <= CLOSE_REACH && days <= CLOSE_DAYS
    if (isClose || strike % wide === 0) strikes.push(strike)
  }
  return strikes
}

/** Everything listed on a date: expiries with their strikes, in multiples of the strike step. */
export function listingOn(
  today: CalendarDate,
  reference: number,
  { listing, sessions }: { readonly listing: OptionListing; readonly sessions: SessionList },
): readonly { readonly expiry: CalendarDate; readonly strikes: readonly number[] }[] {
  return expiriesFrom(today, listing.expiries, sessions).map((expiry) => ({
    expiry,
    strikes: strikesFor(reference, listing.strikeStep, daysBetween(today, expiry)),
  }))
}
