import type { EpochMs } from '../base/clock.ts'
import { momentOf, wallClock, zoneNamed } from './calendar.ts'
import type { TimeOfDay, Zone } from './calendar.ts'
import { addDays, weekday } from './date.ts'
import type { Weekday } from './date.ts'

/** An announced time in which the Gateway or IBKR restarts (limits-and-codes.md section 5). */
export interface RestartWindow {
  /** On which it begins. */
  readonly days: ReadonlySet<Weekday>
  readonly from: TimeOfDay
  /** Not after `from`: on the day after. */
  readonly to: TimeOfDay
  readonly zone: Zone
  /** As it was written. */
  readonly text: string
}

/** What IBKR announces for North America. Its status page changes: all of it is configuration. */
export const DEFAULT_RESTART_WINDOWS: readonly string[] = [
  'Sun-Fri 00:15-01:45 America/New_York',
  'Fri 23:00-03:00 America/New_York',
]

/** How long the Gateway's own restart may take; it needs no login, but on Sundays. */
const AUTO_RESTART_MINUTES = 10

/** The window of the Gateway's own restart, which begins at this time each day. */
export function autoRestartWindow({ time, zone }: { time: string; zone: Zone }): RestartWindow {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  const ends = (hour * 60 + minute + AUTO_RESTART_MINUTES) % (24 * 60)
  const to = { hour: Math.floor(ends / 60), minute: ends % 60, second: 0 }
  const days = new Set<Weekday>([1, 2, 3, 4, 5, 6, 7])
  const from = { hour, minute, second: 0 }
  return { days, from, to, zone, text: `auto-restart ${time} ${zone}` }
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
const SHAPE = /^(\w{3})(?:-(\w{3}))? (\d\d):(\d\d)-(\d\d):(\d\d) (\S+)$/

/** `Sun-Fri 00:15-01:45 America/New_York`; null when it says no such thing. */
export function parseRestartWindow(text: string): RestartWindow | null {
  const [, first = '', last = first, ...rest] = SHAPE.exec(text) ?? []
  const [fromHour, fromMinute, toHour, toMinute] = rest.slice(0, 4).map(Number)
  const zone = zoneNamed(rest[4] ?? '')
  const days = daysFrom(dayOf(first), dayOf(last))
  const from = timeOf(fromHour, fromMinute)
  const to = timeOf(toHour, toMinute)
  if (zone === null || days === null || from === null || to === null) return null
  return { days, from, to, zone, text }
}

/** The window that this moment lies in, and when it ends; null: in none. */
export function restartWindowAt(
  windows: readonly RestartWindow[],
  at: EpochMs,
): { readonly window: RestartWindow; readonly until: EpochMs } | null {
  for (const window of windows) {
    const { date: today } = wallClock(window.zone, at)
    for (const date of [today, addDays(today, -1)]) {
      if (!window.days.has(weekday(date))) continue
      const from = momentOf(window.zone, date, window.from)
      const ends = minutes(window.to) > minutes(window.from) ? date : addDays(date, 1)
      const until = momentOf(window.zone, ends, window.to)
      if (at >= from && at < until) return { window, until }
    }
  }
  return null
}

function minutes({ hour, minute }: TimeOfDay): number {
  return hour * 60 + minute
}

function dayOf(name: string): number {
  return DAYS.findIndex((day) => day === name)
}

/** From one day of the week to the other, over its end. */
function daysFrom(first: number, last: number): ReadonlySet<Weekday> | null {
  if (first < 0 || last < 0) return null
  const count = ((last - first + 7) % 7) + 1
  return new Set(Array.from({ length: count }, (_, i) => (((first + i) % 7) + 1) as Weekday))
}

function timeOf(hour = -1, minute = -1): TimeOfDay | null {
  return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 ? { hour, minute, second: 0 } : null
}
