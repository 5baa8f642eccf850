import { assert } from '../../base/assert.ts'
import type { EpochMs } from '../../base/clock.ts'
import type { CalendarDate } from '../../domain/contract.ts'
import type { Price } from '../../domain/money.ts'
import { amountOf, price } from '../../domain/money.ts'
import type { MinuteBars } from './market-bars.ts'
import type { UnderlyingPart } from './market-parts.ts'
import type { SessionList } from './market-sessions.ts'
import type { Adverse, Listed, MarketQuote } from './market.ts'
import type { RecordedDay } from './replay-files.ts'
import {
  barOf,
  extremesBy,
  nextEndAfter,
  nextStepAfter,
  priceAt,
  runningBar,
  standAt,
  STEP_MS,
  STEPS,
  volumeBy,
} from './replay-rows.ts'
import { derivedSides, recordedSides } from './replay-sides.ts'
import type { Place, SpotSource } from './surface-source.ts'

export interface RecordedSetup {
  readonly listed: Listed
  readonly sessions: SessionList
  /** Ascending. */
  readonly days: readonly RecordedDay[]
  /** Rule 5: either side of the last trade where no quote was recorded. */
  readonly halfSpread: Price
  /** At-the-money volatility of the market, for options that were not recorded. */
  readonly levelAt: (at: EpochMs) => number
}

/** A recorded stock or index: its quote, its bars, and the spot of options generated around it. */
export class RecordedUnderlying implements UnderlyingPart, SpotSource {
  readonly isOnePath = false
  readonly listed: Listed
  readonly minutes: MinuteBars
  readonly #setup: RecordedSetup
  readonly #days: ReadonlyMap<number, RecordedDay>

  constructor(setup: RecordedSetup) {
    const { sessions, days } = setup
    this.#setup = setup
    this.listed = setup.listed
    this.#days = new Map(days.map((day) => [sessions.numberOf(day.session.date) ?? -1, day]))
    this.minutes = {
      minutes: (session) => (this.#days.get(session)?.trades ?? []).map(barOf),
      unfinished: (at) => {
        const day = this.#days.get(this.sessionAt(at))
        return day === undefined ? null : runningBar(day.trades, at)
      },
    }
  }

  /** In dollars. */
  get firstPrice(): number {
    return this.#setup.days[0]?.trades[0]?.open ?? NaN
  }

  get firstDate(): CalendarDate | null {
    return this.#setup.days[0]?.session.date ?? null
  }

  /** False as soon as one day is without. */
  get hasQuotes(): boolean {
    return this.#setup.days.every(({ quotes }) => quotes !== null)
  }

  quote(at: EpochMs, adverse: Adverse): MarketQuote | null {
    const session = this.sessionAt(at)
    const day = this.#days.get(session)
    if (day === undefined) return null
    const traded = standAt(day.trades, at)
    const minute = traded === null ? undefined : day.trades[traded.row]
    const last = minute === undefined ? null : priceAt(minute, traded?.step ?? 0, adverse)
    const { open } = day.session
    const isStock = this.listed.contract.kind === 'stock'
    return {
      ...(day.quotes === null
        ? derivedSides(last, this.#setup.halfSpread, traded?.since ?? open)
        : recordedSides(day.quotes, { at, adverse, open })),
      ...extremesBy(day.trades, traded, adverse),
      last,
      lastSize: null,
      volume: isStock ? volumeBy(day.trades, at) : null,
      openInterest: null,
      previousClose: this.#closeBefore(session),
      model: null,
      halted: false,
    }
  }

  nextChange(at: EpochMs): EpochMs | null {
    const day = this.#days.get(this.sessionAt(at))
    const times = [
      day && nextStepAfter(day.trades, at),
      day && nextEndAfter(day.trades, at),
      day && nextStepAfter(day.quotes ?? [], at),
      this.#setup.days.find((each) => each.session.open > at)?.session.open,
    ].filter((each) => each !== null && each !== undefined)
    return times.length === 0 ? null : (Math.min(...times) as EpochMs)
  }

  /** The last trade in regular hours of a recorded expiry; null for a day that is not here. */
  settlement(expiry: CalendarDate): Price | null {
    const day = this.#setup.days.find((each) => each.session.date === expiry)
    const close = day?.trades.at(-1)?.close
    return close === undefined ? null : price(close)
  }

  sessionAt(at: EpochMs): number {
    let session = this.#setup.sessions.numberAt(at)
    while (session >= 0 && !this.#days.has(session)) session -= 1
    return session
  }

  steps(session: number): number {
    return (this.#days.get(session)?.trades.length ?? 0) * STEPS
  }

  indexAt(session: number, at: EpochMs): number {
    const stand = standAt(this.#days.get(session)?.trades ?? [], at)
    return stand === null ? -1 : stand.row * STEPS + stand.step
  }

  step({ session, index, adverse }: Place): { at: EpochMs; price: number; level: number } {
    const minute = this.#days.get(session)?.trades[Math.floor(index / STEPS)]
    assert(minute !== undefined, 'a step is of a minute that was recorded')
    const step = index % STEPS
    const at = (minute.start + step * STEP_MS) as EpochMs
    const spot = priceAt(minute, step, adverse)
    return { at, price: spot === null ? NaN : amountOf(spot), level: this.#setup.levelAt(at) }
  }

  /** Of the minutes that have ended before this step. */
  shares(session: number, index: number): number {
    return this.#days.get(session)?.trades[Math.floor(index / STEPS)]?.before.volume ?? 0
  }

  #closeBefore(session: number): Price | null {
    const close = this.#days.get(session - 1)?.trades.at(-1)?.close
    return close === undefined ? null : price(close)
  }
}
