import { assert } from '../base/assert.ts'
import type { CalendarDate } from './contract.ts'

/** 1 is Monday, 7 is Sunday (ISO 8601). */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7

interface YearMonthDay {
  readonly year: number
  readonly month: number // 1 to 12
  readonly day: number
}

/** `2026-01-09` or, as on the wire, `20260109`; null when it is no date. */
export function parseDate(text: string): CalendarDate | null {
  const parts = /^([1-9]\d{3})(-?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])$/.exec(text)
  if (parts === null) return null
  const date = `${parts[1]}-${parts[3]}-${parts[4]}` as CalendarDate
  return dateOf(dayNumber(date)) === date ? date : null
}

/** `20260109`, as on the wire. */
export function compactDate(date: CalendarDate): string {
  return date.replaceAll('-', '')
}

export function yearOf(date: CalendarDate): number {
  return Number(date.slice(0, 4))
}

export function monthOf(date: CalendarDate): number {
  return Number(date.slice(5, 7))
}

export function addDays(date: CalendarDate, days: number): CalendarDate {
  return dateOf(dayNumber(date) + days)
}

export function weekday(date: CalendarDate): Weekday {
  return (((((dayNumber(date) + 3) % 7) + 7) % 7) + 1) as Weekday // 1970-01-01 was a Thursday
}

export function isWeekend(date: CalendarDate): boolean {
  return weekday(date) >= 6
}

/** Calendar days from one date to the other: the days to expiry, seen from `from`. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return dayNumber(to) - dayNumber(from)
}

/** Days since 1970-01-01. Howard Hinnant, "chrono-compatible low-level date algorithms". */
export function dayNumber(date: CalendarDate): number {
  const month = monthOf(date)
  const year = yearOf(date) - (month <= 2 ? 1 : 0)
  const era = Math.floor(year / 400)
  const yearOfEra = year - era * 400
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + Number(date.slice(8)) - 1
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** Every tick of a day asks for the same one. */
let lastDate: { readonly days: number; readonly date: CalendarDate } | null = null

/** The date `days` after 1970-01-01. */
export function dateOf(days: number): CalendarDate {
  if (lastDate?.days !== days) lastDate = { days, date: dateAfter(days) }
  return lastDate.date
}

function dateAfter(days: number): CalendarDate {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  return calendarDate({ year, month, day })
}

export function calendarDate({ year, month, day }: YearMonthDay): CalendarDate {
  assert(year >= 0 && year <= 9999, 'a year has four digits')
  const pad = (value: number, width: number): string => String(value).padStart(width, '0')
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}` as CalendarDate
}
