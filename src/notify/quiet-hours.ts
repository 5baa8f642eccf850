import type { EpochMs } from '../base/clock.ts'
import { momentOf, wallClock, zoneNamed, type TimeOfDay, type Zone } from '../domain/calendar.ts'
import { addDays } from '../domain/date.ts'

/** Hours of the day in which only what is critical is told. */
export interface QuietHours {
  readonly from: TimeOfDay
  /** Not after `from`: on the day after. */
  readonly to: TimeOfDay
  readonly zone: Zone
  /** As it was written. */
  readonly text: string
}

const SHAPE = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d) (\S+)$/

/** `22:00-07:00 America/New_York`; null when it says no such thing. */
export function parseQuietHours(text: string): QuietHours | null {
  const [, ...parts] = SHAPE.exec(text) ?? []
  const zone = zoneNamed(parts[4] ?? '')
  const [fromHour, fromMinute, toHour, toMinute] = parts.slice(0, 4).map(Number)
  if (zone === null || fromHour === undefined || fromMinute === undefined) return null
  if (toHour === undefined || toMinute === undefined) return null
  const from = { hour: fromHour, minute: fromMinute, second: 0 }
  const to = { hour: toHour, minute: toMinute, second: 0 }
  // All day is no hours: then a channel is better given `min_level: critical`.
  if (minutesOf(from) === minutesOf(to)) return null
  return { from, to, zone, text }
}

export function isQuiet({ from, to, zone }: QuietHours, at: EpochMs): boolean {
  const now = minutesOf(wallClock(zone, at))
  const [begin, end] = [minutesOf(from), minutesOf(to)]
  return begin < end ? begin <= now && now < end : begin <= now || now < end
}

/** The next moment at which the quiet hours are over. */
export function quietUntil({ to, zone }: QuietHours, at: EpochMs): EpochMs {
  const { date } = wallClock(zone, at)
  const today = momentOf(zone, date, to)
  return today > at ? today : momentOf(zone, addDays(date, 1), to)
}

function minutesOf({ hour, minute }: TimeOfDay): number {
  return hour * 60 + minute
}
