import type { EpochMs } from '../base/clock.ts'
import { atNewYork, newYorkDate, sessionOf } from '../domain/calendar.ts'
import { nextSession, sessionAt } from '../domain/calendar.ts'
import type { Session } from '../domain/calendar.ts'

/** How long a structure may be held, or until which time in New York, like `15:30`. */
export type TimeStop =
  { readonly kind: 'after'; readonly ms: number } | { readonly kind: 'at'; readonly time: string }

/** What must be closed before a session ends is closed from this long before its end on. */
export const SESSION_END_MS = 900_000

/**
 * When a structure that was opened then is closed by time: always within a regular session, because
 * nobody quotes an option outside one. A span that ends outside waits for the next open; a time of
 * day that an early close cuts off counts as the last quarter of an hour of that session.
 */
export function timeStopAt(stop: TimeStop, openedAt: EpochMs): EpochMs {
  if (stop.kind === 'after') {
    const due = (openedAt + stop.ms) as EpochMs
    return sessionAt(due) === null ? (openAfter(due) ?? due) : due
  }
  const on = (session: Session): EpochMs =>
    Math.min(atNewYork(session.date, stop.time), session.close - SESSION_END_MS) as EpochMs
  const today = sessionOf(newYorkDate(openedAt))
  if (today !== null && on(today) > openedAt) return on(today)
  const next = nextSession(newYorkDate(openedAt))
  return next === null ? openedAt : on(next)
}

function openAfter(at: EpochMs): EpochMs | null {
  const today = sessionOf(newYorkDate(at))
  if (today !== null && at < today.open) return today.open
  return nextSession(newYorkDate(at))?.open ?? null
}

export function timeStopText(stop: TimeStop): string {
  return stop.kind === 'after' ? `after ${stop.ms / 60_000} min` : `at ${stop.time} New York time`
}
