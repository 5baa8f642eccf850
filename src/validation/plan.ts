import type { EpochMs } from '../base/clock.ts'
import { atNewYork, newYorkDate, nextSession, sessionOf } from '../domain/calendar.ts'
import type { Session } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import { addDays } from '../domain/date.ts'

/** Of an open market. */
export interface Stretch {
  readonly from: EpochMs
  readonly to: EpochMs
}

/** When a simulated run begins, what of it counts, and when something is to break. */
export interface Plan {
  readonly start: EpochMs
  readonly stretches: readonly Stretch[]
  readonly faultsAt: readonly EpochMs[]
}

const MINUTE = 60_000
/** Connected, backfilled and reconciled when it begins to count. */
const EARLY_MS = 15 * MINUTE
/** After a night: that it trades again. */
const MORNING_MS = 10 * MINUTE
/** What breaks in the session breaks once everything runs. */
const SETTLED_MS = 8 * MINUTE

/** The sessions from a date on, so many hours of them; what breaks at night needs a night. */
export function planOf(of: {
  readonly date: CalendarDate
  readonly marketMs: number
  /** When a scenario wants to begin, in New York; null: no scenario, or any time. */
  readonly at: string | null
  readonly breaks: boolean
  /** It waits for the first requests: it begins with the bot, in an open market. */
  readonly withStart: boolean
}): Plan | null {
  const first = sessionOf(of.date) ?? nextSession(of.date)
  if (first === null) return null
  if (of.withStart) return fromStart(first, of.marketMs)
  const night = of.at !== null && !isInSession(first, of.at)
  const stretches = night ? aroundNight(first, of.marketMs) : inSessions(first, of.marketMs)
  const [begins, ends] = [stretches[0], stretches.at(-1)]
  if (begins === undefined || ends === undefined) return null
  const start = (begins.from - EARLY_MS) as EpochMs
  const faultsAt = of.breaks ? momentsOf(of.at, { start, begins, to: ends.to }) : []
  return { start, stretches, faultsAt }
}

function fromStart(first: Session, marketMs: number): Plan {
  const start = (first.open + EARLY_MS) as EpochMs
  const from = (start + MINUTE) as EpochMs
  const stretches = inSessions(first, marketMs + (from - first.open))
    .map((each) => ({ from: Math.max(each.from, from) as EpochMs, to: each.to }))
    .filter((each) => each.from < each.to)
  return { start, stretches, faultsAt: [start] }
}

function isInSession({ date, open, close }: Session, time: string): boolean {
  const at = atNewYork(date, time)
  return open <= at && at < close
}

/** Half before the night and half after it; of whole days, the morning after them. */
function aroundNight(first: Session, marketMs: number): readonly Stretch[] {
  const half = marketMs / 2
  const next = nextSession(first.date)
  if (next === null) return []
  if (marketMs >= first.close - first.open) {
    const days = inSessions(first, marketMs)
    const last = days.at(-1)
    const after = last === undefined ? null : nextSession(newYorkDate(last.from))
    if (days.length > 1 || after === null) return days
    return [...days, { from: after.open, to: (after.open + MORNING_MS) as EpochMs }]
  }
  return [
    { from: (first.close - half) as EpochMs, to: first.close },
    { from: next.open, to: (next.open + half) as EpochMs },
  ]
}

function inSessions(first: Session, marketMs: number): readonly Stretch[] {
  const stretches: Stretch[] = []
  let left = marketMs
  for (let day: Session | null = first; day !== null && left > 0; day = nextSession(day.date)) {
    const to = Math.min(day.close, day.open + left)
    stretches.push({ from: day.open, to: to as EpochMs })
    left -= to - day.open
  }
  return stretches
}

function momentsOf(
  time: string | null,
  of: { readonly start: EpochMs; readonly begins: Stretch; readonly to: EpochMs },
): readonly EpochMs[] {
  if (time === null) return [(of.begins.from + SETTLED_MS) as EpochMs]
  const found: EpochMs[] = []
  for (let date = newYorkDate(of.start); atNewYork(date, time) < of.to; date = addDays(date, 1)) {
    const at = atNewYork(date, time)
    if (at >= of.start) found.push(at)
  }
  return found
}

/** The open market from now on, for so long by the clock. */
export function openFrom(from: EpochMs, forMs: number): readonly Stretch[] {
  const until = from + forMs
  const found: Stretch[] = []
  const today = newYorkDate(from)
  let day = sessionOf(today) ?? nextSession(today)
  for (; day !== null && day.open < until; day = nextSession(day.date)) {
    const stretch = { from: Math.max(day.open, from), to: Math.min(day.close, until) }
    if (stretch.from < stretch.to) found.push(stretch as Stretch)
  }
  return found
}

export function lengthOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { from, to }) => sum + (to - from), 0)
}

/** Starts of the minutes that begin and end within them. */
export function minutesOf(stretches: readonly Stretch[]): readonly EpochMs[] {
  return stretches.flatMap(({ from, to }) => {
    const first = Math.ceil(from / MINUTE)
    const count = Math.max(0, Math.floor(to / MINUTE) - first)
    return Array.from({ length: count }, (_, i) => ((first + i) * MINUTE) as EpochMs)
  })
}
