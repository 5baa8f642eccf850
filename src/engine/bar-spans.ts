import type { EpochMs } from '../base/clock.ts'
import { barEnd, barMs, barStart } from '../domain/bar.ts'
import type { Bar, BarSeries, BarSize, BarSpan } from '../domain/bar.ts'
import { gaps } from '../domain/bar-series.ts'
import { newYorkDate, previousSession, sessionAt, sessionOf } from '../domain/calendar.ts'
import type { Hours, Session } from '../domain/calendar.ts'
import { addDays } from '../domain/date.ts'

/** IBKR: at most 2,000 bars a request (P18). */
const BARS_MAX = 2000

/** What a track asks about its series. */
export interface Grid {
  readonly size: BarSize
  readonly hours: Hours
}

/** Where the last `count` bars begin that have ended by `now`. */
export function startOfLast(count: number, grid: Grid, now: EpochMs): EpochMs {
  let session = lastSession(now, grid.hours)
  let start = now
  let missing = Math.min(count, BARS_MAX)
  while (session !== null && missing > 0) {
    const closed = closedIn(session, grid, now)
    if (closed.count > 0) start = closed.startOf(Math.max(0, closed.count - missing))
    missing -= closed.count
    session = previousSession(session.date, grid.hours)
  }
  return start
}

/** What a series lacks of these hours in a span; closed hours have no bars to lack. */
export function missingHours(series: BarSeries, wanted: BarSpan, hours: Hours): readonly BarSpan[] {
  const missing: BarSpan[] = []
  const until = newYorkDate(wanted.to)
  for (let date = newYorkDate(wanted.from); date <= until; date = addDays(date, 1)) {
    const session = sessionOf(date, hours)
    if (session === null) continue
    const from = Math.max(session.open, wanted.from) as EpochMs
    const to = Math.min(session.close, wanted.to) as EpochMs
    if (from < to) missing.push(...gaps(series, { from, to }))
  }
  return missing
}

/** One request for all of it: what lies between is asked for again, which costs nothing more. */
export function hull(spans: readonly BarSpan[]): BarSpan | null {
  const first = spans[0]
  const last = spans.at(-1)
  return first === undefined || last === undefined ? null : { from: first.from, to: last.to }
}

/** Of what an answer brought: the bars of these hours that lie, closed, in the span. */
export function closedWithin(
  bars: readonly Bar[],
  { size, hours }: Grid,
  span: BarSpan,
): readonly Bar[] {
  return bars.filter(
    (bar) =>
      bar.start >= span.from &&
      barEnd(bar.start, size, hours) <= span.to &&
      sessionAt(bar.start, hours) !== null,
  )
}

/** The series without what nobody asks for any more. */
export function keepLast(series: BarSeries, count: number): BarSeries {
  if (series.bars.length <= count) return series
  const bars = series.bars.slice(-count)
  const [first] = bars
  if (first === undefined) return series
  const covered = series.covered
    .filter((span) => span.to > first.start)
    .map((span) => (span.from < first.start ? { from: first.start, to: span.to } : span))
  return { ...series, bars, covered }
}

/** The session that is open, or the last one that was. */
function lastSession(now: EpochMs, hours: Hours): Session | null {
  const date = newYorkDate(now)
  const today = sessionOf(date, hours)
  return today !== null && today.open <= now ? today : previousSession(date, hours)
}

interface Closed {
  readonly count: number
  readonly startOf: (index: number) => EpochMs
}

/** The bars of a session that have ended by now. */
function closedIn(session: Session, grid: Grid, now: EpochMs): Closed {
  const { size, hours } = grid
  if (size === '1h') {
    const starts = hoursIn(session, grid, now)
    return { count: starts.length, startOf: (index) => starts[index] ?? now }
  }
  // Of one length each: a session of minutes need not be listed to be counted, once a minute.
  const first = barStart(session.open, size, hours)
  const count = Math.max(0, Math.floor((Math.min(session.close, now) - first) / barMs(size)))
  return { count, startOf: (index) => (first + index * barMs(size)) as EpochMs }
}

function hoursIn(session: Session, { size, hours }: Grid, now: EpochMs): readonly EpochMs[] {
  const starts: EpochMs[] = []
  const until = Math.min(session.close, now)
  for (let at = barStart(session.open, size, hours); at < until; at = barEnd(at, size, hours)) {
    if (barEnd(at, size, hours) <= until) starts.push(at)
  }
  return starts
}
