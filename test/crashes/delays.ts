import { assert } from '../../src/base/assert.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import { newYorkDate, nextSession, sessionOf } from '../../src/domain/calendar.ts'
import type { Session } from '../../src/domain/calendar.ts'
import type { CalendarDate } from '../../src/domain/contract.ts'
import { daysBetween } from '../../src/domain/date.ts'
import type { CrashPoint } from '../simulation/crashes.ts'

/** How long nobody lives (F87). */
export const DELAYS = [
  '1 s',
  'after the close',
  'next session',
  'after the weekend',
  'after expiry',
] as const
export type Delay = (typeof DELAYS)[number]

const MINUTE = 60_000
const AFTER_OPEN_MS = 5 * MINUTE
const AFTER_CLOSE_MS = 10 * MINUTE
/** Sessions so many days apart have a weekend between them; a holiday alone leaves two. */
const WEEKEND_DAYS = 3

/** Each point twice: at once, and after one of the long times; by turns also of every tenth point. */
export function delaysOf(point: number): readonly Delay[] {
  const long = DELAYS.slice(1)
  const turn = (point + Math.floor(point / 10)) % long.length
  return ['1 s', long[turn] ?? 'next session']
}

/** From a crash to the next start. What holds nothing has no expiry: then the next session. */
export function msOf(delay: Delay, { at, remains }: CrashPoint): number {
  return delay === '1 s' ? 1_000 : startAfter(delay, { at, remains }) - at
}

function startAfter(
  delay: Exclude<Delay, '1 s'>,
  { at, remains }: Pick<CrashPoint, 'at' | 'remains'>,
): number {
  const today = newYorkDate(at)
  switch (delay) {
    case 'after the close':
      return Math.max(at + 1_000, (sessionOf(today)?.close ?? at) + AFTER_CLOSE_MS)
    case 'next session':
      return afterOpen(following(today))
    case 'after the weekend':
      return afterOpen(afterWeekend(today))
    default: {
      const ends = remains.gateway.core
        .positions()
        .flatMap(({ contract }) => (contract.kind === 'option' ? [contract.lastTradingAt] : []))
      return afterOpen(following(newYorkDate(Math.max(at, ...ends) as EpochMs)))
    }
  }
}

function afterOpen({ open }: Session): number {
  return open + AFTER_OPEN_MS
}

function following(date: CalendarDate): Session {
  const next = nextSession(date)
  assert(next !== null, 'the calendar goes on')
  return next
}

function afterWeekend(date: CalendarDate): Session {
  const next = following(date)
  return daysBetween(date, next.date) >= WEEKEND_DAYS ? next : afterWeekend(next.date)
}
