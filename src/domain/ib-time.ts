import type { EpochMs } from '../base/clock.ts'
import type { TimeOfDay } from './calendar.ts'
import { momentOf, NEW_YORK, UTC, wallClock, zoneNamed } from './calendar.ts'
import { compactDate, parseDate } from './date.ts'

/**
 * `20250117 15:27:04 US/Eastern`, or `20250117-15:27:04`, which is UTC (protocol.md, section 3).
 * Null when it is neither: a time without a zone, as below server version 174, could be any.
 */
export function parseIbTime(text: string): EpochMs | null {
  const parts = /^(\d{8})(?:-| +)(\d{2}):(\d{2}):(\d{2})(?: +(\S.*))?$/.exec(text)
  const [, day = '', hour, minute, second, zoneName] = parts ?? []
  const date = parseDate(day)
  const time = timeOfDay(hour, minute, second)
  const zone = zoneNamed(zoneName ?? (text[8] === '-' ? 'UTC' : ''))
  return date === null || time === null || zone === null ? null : momentOf(zone, date, time)
}

/** How a time is written: in New York with its zone, in UTC, or in New York without a word. */
export type IbTimeForm = 'eastern' | 'utc' | 'zoneless'

/** `20250117 15:27:04 US/Eastern`, `20250117-20:27:04`, `20250117  15:27:04`. */
export function formatIbTime(at: EpochMs, form: IbTimeForm): string {
  const wall = wallClock(form === 'utc' ? UTC : NEW_YORK, at)
  const date = compactDate(wall.date)
  const time = [wall.hour, wall.minute, wall.second].map(twoDigits).join(':')
  if (form === 'utc') return `${date}-${time}`
  return form === 'eastern' ? `${date} ${time} US/Eastern` : `${date}  ${time}`
}

function timeOfDay(...parts: readonly (string | undefined)[]): TimeOfDay | null {
  const [hour = 99, minute = 99, second = 99] = parts.map(Number)
  return hour < 24 && minute < 60 && second < 60 ? { hour, minute, second } : null
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
