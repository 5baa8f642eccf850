import type { CalendarDate } from './contract.ts'
import { addDays, calendarDate, isWeekend, monthOf, weekday, yearOf } from './date.ts'
import type { Weekday } from './date.ts'

/**
 * The years these rules are known to hold for: the past as it was traded, the future as the NYSE
 * has announced it (nyse.com, "Holidays & Trading Hours"). Outside them nothing is open.
 */
export const COVERED_YEARS = { first: 2000, last: 2028 } as const

/** Closed on top of the rules: attacks, state funerals, a hurricane. */
const AD_HOC_CLOSED: ReadonlySet<string> = new Set(
  (
    '2001-09-11 2001-09-12 2001-09-13 2001-09-14 2004-06-11 2007-01-02 ' +
    '2012-10-29 2012-10-30 2018-12-05 2025-01-09'
  ).split(' '),
)

/** Closed early on top of the rules: the Fridays after 4 July 2002 and Christmas 2003. */
const AD_HOC_EARLY: ReadonlySet<string> = new Set(['2002-07-05', '2003-12-26'])

export type ClosingTime = '16:00' | '13:00'

/** When the NYSE closes on this date, in New York; null when it does not open. */
export function closingTime(date: CalendarDate): ClosingTime | null {
  const year = yearOf(date)
  if (year < COVERED_YEARS.first || year > COVERED_YEARS.last) return null
  if (isWeekend(date) || AD_HOC_CLOSED.has(date) || isHoliday(date)) return null
  return AD_HOC_EARLY.has(date) || isHalfDay(date) ? '13:00' : '16:00'
}

const holidaysOfYear = new Map<number, ReadonlySet<CalendarDate>>()

function isHoliday(date: CalendarDate): boolean {
  const year = yearOf(date)
  let holidays = holidaysOfYear.get(year)
  if (holidays === undefined) {
    holidays = new Set(holidaysIn(year))
    holidaysOfYear.set(year, holidays)
  }
  return holidays.has(date)
}

/** NYSE rule 7.2: ten holidays a year, nine until Juneteenth was added in 2022. */
function holidaysIn(year: number): readonly CalendarDate[] {
  const newYear = calendarDate({ year, month: 1, day: 1 })
  const juneteenth = calendarDate({ year, month: 6, day: 19 })
  return [
    // A New Year's Day on a Saturday is not moved: 31 December ends the accounting year.
    weekday(newYear) === 6 ? newYear : observed(newYear),
    nth(3, 1, { year, month: 1 }), // Martin Luther King, since 1998
    nth(3, 1, { year, month: 2 }), // Washington's Birthday
    addDays(easterSunday(year), -2), // Good Friday
    lastMondayOfMay(year), // Memorial Day
    ...(year >= 2022 ? [observed(juneteenth)] : []),
    observed(calendarDate({ year, month: 7, day: 4 })),
    nth(1, 1, { year, month: 9 }), // Labor Day
    thanksgiving(year),
    observed(calendarDate({ year, month: 12, day: 25 })),
  ]
}

/** The day after Thanksgiving, Christmas Eve and the eve of Independence Day, where they trade. */
function isHalfDay(date: CalendarDate): boolean {
  const day = date.slice(5)
  switch (monthOf(date)) {
    case 7:
      // Before 2013 a 4 July on a Thursday had its short day on the Friday after, not on the eve.
      return day === '07-03' && (weekday(date) !== 3 || yearOf(date) >= 2013)
    case 11:
      return date === addDays(thanksgiving(yearOf(date)), 1)
    case 12:
      return day === '12-24'
    default:
      return false
  }
}

/** On a Saturday it is kept on the Friday, on a Sunday on the Monday. */
function observed(date: CalendarDate): CalendarDate {
  const day = weekday(date)
  if (day === 6) return addDays(date, -1)
  return day === 7 ? addDays(date, 1) : date
}

interface Month {
  readonly year: number
  readonly month: number
}

function nth(count: number, day: Weekday, of: Month): CalendarDate {
  const first = calendarDate({ ...of, day: 1 })
  return addDays(first, ((day - weekday(first) + 7) % 7) + 7 * (count - 1))
}

function lastMondayOfMay(year: number): CalendarDate {
  return addDays(nth(1, 1, { year, month: 6 }), -7)
}

function thanksgiving(year: number): CalendarDate {
  return nth(4, 4, { year, month: 11 })
}

/** The Gregorian computus (Meeus, Jones and Butcher). */
function easterSunday(year: number): CalendarDate {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const e = b % 4
  const g = Math.floor((8 * b + 13) / 25)
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30
  const l = (32 + 2 * e + 2 * Math.floor(c / 4) - h - (c % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const shifted = h + l - 7 * m + 114
  return calendarDate({ year, month: Math.floor(shifted / 31), day: (shifted % 31) + 1 })
}
