import type { EpochMs } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import { fail, ok } from '../base/result.ts'
import type { Zone } from './calendar.ts'
import { momentOf, wallClock, zoneNamed } from './calendar.ts'
import type { CalendarDate } from './contract.ts'
import { compactDate, parseDate } from './date.ts'

/** When a contract trades on one date; no spans: closed. */
export interface DayHours {
  readonly date: CalendarDate
  readonly spans: readonly { readonly open: EpochMs; readonly close: EpochMs }[]
}

/**
 * `liquidHours` and `tradingHours` of contractDetails (protocol.md, section 9):
 * `20260105:0930-20260105:1600;20260106:CLOSED`, in the contract's time zone. A span belongs to the
 * date it closes on, so a Sunday evening counts towards the Monday.
 */
export function parseLiquidHours(
  text: string,
  zoneName: string,
): Result<readonly DayHours[], string> {
  const zone = zoneNamed(zoneName)
  if (zone === null) return fail(`expected a time zone, was "${zoneName}"`)
  const days = new Map<CalendarDate, DayHours>()
  for (const part of text.split(';').filter((each) => each !== '')) {
    const hours = parsePart(part, zone)
    if (hours === null) return fail(`expected yyyymmdd:hhmm-yyyymmdd:hhmm or CLOSED, was "${part}"`)
    const spans = [...(days.get(hours.date)?.spans ?? []), ...hours.spans]
    days.set(hours.date, { date: hours.date, spans })
  }
  return ok([...days.values()])
}

/** The end of trading on this date; null when it is closed or the hours do not reach so far. */
export function lastCloseOn(days: readonly DayHours[], date: CalendarDate): EpochMs | null {
  return days.find((day) => day.date === date)?.spans.at(-1)?.close ?? null
}

/** As a Gateway writes them. */
export function formatLiquidHours(days: readonly DayHours[], zone: Zone): string {
  return days.flatMap((day) => formatDay(day, zone)).join(';')
}

function formatDay(day: DayHours, zone: Zone): readonly string[] {
  if (day.spans.length === 0) return [`${compactDate(day.date)}:CLOSED`]
  return day.spans.map(({ open, close }) => `${stamp(open, zone)}-${stamp(close, zone)}`)
}

function stamp(at: EpochMs, zone: Zone): string {
  const wall = wallClock(zone, at)
  const time = [wall.hour, wall.minute].map((value) => String(value).padStart(2, '0')).join('')
  return `${compactDate(wall.date)}:${time}`
}

function parsePart(part: string, zone: Zone): DayHours | null {
  const closed = /^(\d{8}):CLOSED$/.exec(part)
  if (closed !== null) {
    const date = parseDate(closed[1] ?? '')
    return date === null ? null : { date, spans: [] }
  }
  const [from = '', to = '', ...rest] = part.split('-')
  const open = parseStamp(from, zone)
  const close = parseStamp(to, zone)
  if (open === null || close === null || rest.length > 0 || close.at <= open.at) return null
  return { date: close.date, spans: [{ open: open.at, close: close.at }] }
}

function parseStamp(
  text: string,
  zone: Zone,
): { readonly date: CalendarDate; readonly at: EpochMs } | null {
  const parts = /^(\d{8}):(\d{2})(\d{2})$/.exec(text)
  const date = parseDate(parts?.[1] ?? '')
  const hour = Number(parts?.[2])
  const minute = Number(parts?.[3])
  if (date === null || hour > 23 || minute > 59) return null
  return { date, at: momentOf(zone, date, { hour, minute, second: 0 }) }
}
