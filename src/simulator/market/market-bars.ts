import type { EpochMs } from '../../base/clock.ts'
import type { Bar, BarSize } from '../../domain/bar.ts'
import { aggregate, barEnd, barStart } from '../../domain/bar.ts'
import { Recent } from './market-cache.ts'
import type { SessionList } from './market-sessions.ts'

export interface BarsQuery {
  readonly size: BarSize
  readonly from: EpochMs
  readonly to: EpochMs
  readonly at: EpochMs
}

/** Where the bars of one contract come from. */
export interface MinuteBars {
  /** All 1-minute bars of a session, later ones included: who asks must cut at `at`. */
  minutes(session: number): readonly Bar[]
  /** What has happened by `at` of the minute that holds it; null without a trade. */
  unfinished(at: EpochMs): Bar | null
}

/** Sessions of bars kept per contract: two months of minutes, and more than a year of hours. */
const MINUTES_KEPT = 42
const LARGER_KEPT = 600

/** Cuts and joins the bars of one contract, without ever showing one that has not ended. */
export class BarBook {
  readonly #sessions: SessionList
  readonly #source: MinuteBars
  readonly #minutes = new Recent<number, readonly Bar[]>(MINUTES_KEPT)
  readonly #larger = new Recent<string, readonly Bar[]>(LARGER_KEPT)

  constructor(sessions: SessionList, source: MinuteBars) {
    this.#sessions = sessions
    this.#source = source
  }

  bars({ size, from, to, at }: BarsQuery): readonly Bar[] {
    const bars: Bar[] = []
    const last = this.#sessions.numberAt(Math.min(to, at) as EpochMs)
    for (let session = Math.max(0, this.#sessions.numberAt(from)); session <= last; session++) {
      const all = this.#ofSession(session, size)
      for (let index = firstFrom(all, from); index < all.length; index++) {
        const bar = all[index]
        if (bar === undefined || bar.start >= to) break
        if (barEnd(bar.start, size, this.#sessions.hours) <= at) bars.push(bar)
      }
    }
    return bars
  }

  forming(size: BarSize, at: EpochMs): Bar | null {
    const { hours } = this.#sessions
    const start = barStart(at, size, hours)
    const minutes = [...this.bars({ size: '1m', from: start, to: at, at })]
    const open = this.#source.unfinished(at)
    if (open !== null) minutes.push(open)
    const [bar] = aggregate(minutes, size, hours)
    return bar ?? null
  }

  #ofSession(session: number, size: BarSize): readonly Bar[] {
    if (size === '1m') return this.#minutes.get(session, () => this.#source.minutes(session))
    return this.#larger.get(`${session} ${size}`, () =>
      aggregate(this.#ofSession(session, '1m'), size, this.#sessions.hours),
    )
  }
}

/** The index of the first bar that begins at or after this moment. */
function firstFrom(bars: readonly Bar[], from: EpochMs): number {
  let low = 0
  let high = bars.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((bars[middle]?.start ?? from) < from) low = middle + 1
    else high = middle
  }
  return low
}
