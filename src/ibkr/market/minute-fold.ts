import type { EpochMs } from '../../base/clock.ts'
import { barEnd, barStart } from '../../domain/bar.ts'
import type { Bar } from '../../domain/bar.ts'
import type { Price } from '../../domain/money.ts'

export interface Folded {
  readonly bar: Bar
  readonly closed: boolean
}

const FIVE_SECONDS_MS = 5_000

/** From here on every minute is heard from its beginning. */
export function firstWholeMinute(since: EpochMs): EpochMs {
  const start = barStart(since, '1m')
  return start === since ? since : barEnd(since, '1m')
}

/** One-minute bars of 5-second bars. Minutes that were not heard from their beginning are none. */
export class FiveSecondFold {
  readonly #from: EpochMs
  #open: Bar | null = null

  constructor(since: EpochMs) {
    this.#from = firstWholeMinute(since)
  }

  /** Null: it belongs to no whole minute, or comes too late for its own. */
  add(row: Bar): Folded | null {
    const start = barStart(row.start, '1m')
    const before = this.#open
    if (start < this.#from || (before !== null && start < before.start)) return null
    this.#open = before?.start === start ? joined(before, row) : { ...row, start }
    const closed = row.start + FIVE_SECONDS_MS >= barEnd(start, '1m')
    return { bar: this.#open, closed }
  }
}

/**
 * One-minute bars of the trades that a quote line tells: the extremes are those of the prices that
 * were told, and the volume is what the day's volume grew by. Good for what no stream is left for.
 */
export class TradeFold {
  readonly #from: EpochMs
  #open: Bar | null = null
  /** The day's volume as it was told last, and as it was when the open bar began. */
  #dayVolume: number | null = null
  #volumeBefore: number | null = null

  constructor(since: EpochMs) {
    this.#from = firstWholeMinute(since)
  }

  traded(price: Price, at: EpochMs): Bar | null {
    const start = barStart(at, '1m')
    if (start < this.#from) return null
    const before = this.#open
    if (before?.start === start) {
      const [high, low] = [Math.max(before.high, price), Math.min(before.low, price)] as [
        Price,
        Price,
      ]
      this.#open = { ...before, high, low, close: price }
    } else {
      this.#volumeBefore = this.#dayVolume
      this.#open = { start, open: price, high: price, low: price, close: price, volume: 0 }
    }
    return this.#open
  }

  /** Told after the trade it counts; what comes after its minute belongs to the next one. */
  dayVolume(volume: number, at: EpochMs): Bar | null {
    this.#dayVolume = volume
    const open = this.#open
    if (open === null || open.start !== barStart(at, '1m')) return null
    this.#volumeBefore ??= volume
    // The day's volume begins anew with the day.
    const grown = volume - this.#volumeBefore
    this.#open = { ...open, volume: grown < 0 ? volume : grown }
    return this.#open
  }
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
