import type { EpochMs } from '../base/clock.ts'
import { newYorkDate, sessionOf } from './calendar.ts'
import type { Hours } from './calendar.ts'
import type { Ticker } from './contract.ts'
import type { Price } from './money.ts'

export interface Bar {
  readonly start: EpochMs
  readonly open: Price
  readonly high: Price
  readonly low: Price
  readonly close: Price
  readonly volume: number
}

export type BarSize = '1m' | '5m' | '1h'

/** How closed bars arrive, best first; `polled` is counted. */
export type BarSource = 'keep-up-to-date' | 'five-second' | 'quote-line' | 'polled'

export interface BarSpan {
  readonly from: EpochMs
  readonly to: EpochMs
}

/** Closed bars, oldest first, and the spans they are known to cover. */
export interface BarSeries {
  readonly symbol: Ticker
  readonly size: BarSize
  readonly bars: readonly Bar[]
  readonly covered: readonly BarSpan[]
}

const BAR_MS: Readonly<Record<BarSize, number>> = { '1m': 60_000, '5m': 300_000, '1h': 3_600_000 }

/** How long a bar of this size takes, in milliseconds; the first hour of a session takes half. */
export function barMs(size: BarSize): number {
  return BAR_MS[size]
}

/**
 * Where the bar that holds this moment begins, on IBKR's grid: the clock's, except that the first
 * hour of a regular session, 09:30-10:00, is a bar of its own. In all hours it is not.
 */
export function barStart(at: EpochMs, size: BarSize, hours: Hours = 'regular'): EpochMs {
  const grid = gridStart(at, size)
  if (size !== '1h' || hours === 'all') return grid // 09:30 is on the grid of the smaller sizes
  const session = sessionOf(newYorkDate(at))
  return session !== null && grid < session.open && session.open <= at ? session.open : grid
}

/** When the bar that holds this moment is closed. */
export function barEnd(at: EpochMs, size: BarSize, hours: Hours = 'regular'): EpochMs {
  const end = (gridStart(at, size) + BAR_MS[size]) as EpochMs
  if (size !== '1h' || hours === 'all') return end
  const session = sessionOf(newYorkDate(at))
  return session !== null && at < session.open && session.open < end ? session.open : end
}

/** Hours, too, begin at whole hours UTC: New York is never off by a fraction of an hour. */
function gridStart(at: EpochMs, size: BarSize): EpochMs {
  return (Math.floor(at / BAR_MS[size]) * BAR_MS[size]) as EpochMs
}

/** Larger bars from 1-minute bars, oldest first. The last one holds what there is of it so far. */
export function aggregate(
  bars: readonly Bar[],
  size: BarSize,
  hours: Hours = 'regular',
): readonly Bar[] {
  const larger: Bar[] = []
  let last: Bar | undefined
  for (const bar of bars) {
    const start = barStart(bar.start, size, hours)
    if (last !== undefined && last.start === start) {
      last = joined(last, bar)
      larger[larger.length - 1] = last
    } else {
      last = { ...bar, start }
      larger.push(last)
    }
  }
  return larger
}

function joined(earlier: Bar, later: Bar): Bar {
  return {
    start: earlier.start,
    open: earlier.open,
    high: later.high > earlier.high ? later.high : earlier.high,
    low: later.low < earlier.low ? later.low : earlier.low,
    close: later.close,
    volume: earlier.volume + later.volume,
  }
}
