import { unreachable } from '../../base/assert.ts'
import type { EpochMs } from '../../base/clock.ts'
import { atNewYork, newYorkDate } from '../../domain/calendar.ts'
import type { Hours } from '../../domain/calendar.ts'
import type { CalendarDate, ConId } from '../../domain/contract.ts'
import { addDays, calendarDate, monthOf, parseDate, yearOf } from '../../domain/date.ts'
import { parseIbTime } from '../../domain/ib-time.ts'
import type { Market, TradingSession } from '../market/market.ts'
import type { Duration } from './session-history-shape.ts'

/** The longest closure since 2000 was 6 days; a market that is closed for longer has not begun. */
const CLOSURE_DAYS_MAX = 10

/**
 * The end of a request: empty is now, a zone may be named, without one New York is meant, and a
 * date alone is its midnight. Null when it is none of these (10314).
 */
export function parseEnd(text: string, now: EpochMs): EpochMs | null {
  const trimmed = text.trim()
  if (trimmed === '') return now
  const day = parseDate(trimmed)
  if (day !== null) return atNewYork(day, '00:00')
  return parseIbTime(trimmed) ?? parseIbTime(`${trimmed} US/Eastern`)
}

/** A contract, and which of its hours count; default: regular ones. */
export interface Traded {
  readonly market: Market
  readonly contract: ConId
  readonly hours?: Hours
}

/** Where the bars of a request begin: durations count back over trading time, as a Gateway does. */
export function startOf(duration: Duration, end: EpochMs, of: Traded): EpochMs {
  switch (duration.unit) {
    case 'S':
      return secondsBack(duration.count * 1000, end, sessionsBack(of, end))
    case 'D':
      return daysBack(duration.count, end, sessionsBack(of, end))
    case 'W':
      return midnight(addDays(newYorkDate(end), -7 * duration.count))
    case 'M':
      return midnight(monthsBack(newYorkDate(end), duration.count))
    case 'Y':
      return midnight(monthsBack(newYorkDate(end), 12 * duration.count))
    default:
      return unreachable(duration.unit)
  }
}

/** Sessions that had begun by `end`, latest first. */
export function* sessionsBack(
  { market, contract, hours }: Traded,
  end: EpochMs,
): Generator<TradingSession> {
  let closed = 0
  for (let date = newYorkDate(end); closed <= CLOSURE_DAYS_MAX; date = addDays(date, -1)) {
    const session = market.session(contract, date, hours)
    closed = session === null ? closed + 1 : 0
    if (session !== null && session.open < end) yield session
  }
}

function secondsBack(ms: number, end: EpochMs, sessions: Iterable<TradingSession>): EpochMs {
  let left = ms
  let from = end
  for (const { open, close } of sessions) {
    const last = Math.min(close, end)
    if (last - open >= left) return (last - left) as EpochMs
    left -= last - open
    from = open
  }
  return from
}

function daysBack(count: number, end: EpochMs, sessions: Iterable<TradingSession>): EpochMs {
  let from = end
  let left = count
  for (const { open } of sessions) {
    from = open
    if (--left === 0) break
  }
  return from
}

function monthsBack(date: CalendarDate, months: number): CalendarDate {
  const month = yearOf(date) * 12 + monthOf(date) - 1 - months
  return calendarDate({ year: Math.floor(month / 12), month: (month % 12) + 1, day: 1 })
}

function midnight(date: CalendarDate): EpochMs {
  return atNewYork(date, '00:00')
}
