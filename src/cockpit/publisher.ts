import type { Cancel, Clock } from '../base/clock.ts'
import { viewOf } from '../dashboard/feed-view.ts'
import type { Decided } from '../dashboard/feed-health.ts'
import type { Bar, BarSize } from '../domain/bar.ts'
import type { EngineView } from '../engine/control.ts'
import type { Sightings } from '../engine/sighting.ts'
import { remedyOf } from '../ibkr/diagnosis/remedies.ts'
import type { LimitUse } from '../risk/limits-in-use.ts'
import type { ToldBars, ToThread } from './messages.ts'

export interface PublisherParts {
  readonly view: EngineView
  /** Of the bot, which may be virtual; and of the wall, by which is published. */
  readonly clock: Clock
  readonly wall: Clock
  readonly sightings: Sightings
  readonly version: string
  readonly isSimulated: boolean
  readonly speed: () => number | null
  readonly memoryBytes: () => number
  readonly send: (message: Extract<ToThread, { kind: 'view' }>) => void
  /** What went wrong with a view: it never gets into the timers of the bot. */
  readonly failed: (error: unknown) => void
  /** Told once, of a message that was not taken for so long, of real time. */
  readonly untaken: { readonly ms: number; readonly tell: () => void }
}

/** Real time: at most so often, and at least each second. */
const EVERY_MS = 250
const LEAST_MS = 1_000
/** Series of bars that are looked through for one message: a minute's end brings all of them. */
const SERIES_A_MESSAGE = 8
/** The first message has what is in memory of a few; so many bars at once and no more. */
const BARS_A_MESSAGE = 2_000

/** Each has dozens of contracts; the others come with the next message. */
const SIGHTINGS_A_MESSAGE = 4

/** What the dashboard is told of the bot: copies, made only when the last one was taken. */
export class Publisher {
  readonly #of: PublisherParts
  readonly #startedMs: number
  readonly #decided = new Map<string, Decided>()
  readonly #leave: Cancel
  #series = new Map<string, ToldSeries>()
  #due: { readonly symbol: ToldBars['symbol']; readonly size: BarSize }[] = []
  #limits: { readonly atMs: number; readonly limits: readonly LimitUse[]; bytes: number } | null =
    null
  #changed = true
  #isTaken = true
  #isTold = false
  #sentMs = -Infinity
  #stopTimer: Cancel = () => undefined

  constructor(of: PublisherParts) {
    this.#of = of
    this.#startedMs = of.wall.monotonicMs()
    this.#leave = of.view.subscribe((event) => {
      this.#changed = true
      if (event.type !== 'CycleEnded') return
      const { outcome } = event
      this.#decided.set(outcome.symbol, { at: of.clock.now(), outcome })
    })
    this.#later()
  }

  /** The thread has read the last message. */
  taken(): void {
    this.#isTaken = true
  }

  /** Another thread, which knows nothing yet. */
  begin(): void {
    this.#of.sightings.wants = true
    this.#series = new Map()
    this.#due = []
    this.#isTaken = true
    this.#isTold = false
    this.#sentMs = -Infinity
  }

  /** There is no thread: nothing is made for it, until another one begins. */
  pause(): void {
    this.#of.sightings.wants = false
    this.#isTaken = false
    this.#isTold = true
  }

  stop(): void {
    this.#of.sightings.wants = false
    this.#leave()
    this.#stopTimer()
  }

  /** Public for who measures what it costs. */
  publish(): void {
    this.#changed = false
    this.#isTaken = false
    this.#sentMs = this.#of.wall.monotonicMs()
    const sightings = this.#of.sightings.take(SIGHTINGS_A_MESSAGE)
    this.#of.send({ kind: 'view', view: this.#view(), bars: this.#bars(), sightings })
  }

  #guarded(): void {
    try {
      this.publish()
    } catch (error) {
      // Nothing is under way: the next second it is tried again.
      this.#isTaken = true
      this.#of.failed(error)
    }
  }

  #later(): void {
    this.#stopTimer = this.#of.wall.after(EVERY_MS, () => {
      const sinceMs = this.#of.wall.monotonicMs() - this.#sentMs
      this.#later()
      if (this.#isTaken) {
        if (this.#changed || sinceMs >= LEAST_MS) this.#guarded()
        return
      }
      if (this.#isTold || sinceMs < this.#of.untaken.ms) return
      this.#isTold = true
      this.#of.untaken.tell()
    })
  }

  #view() {
    const { view, clock, wall, version, isSimulated, speed } = this.#of
    const gauges = view.gauges()
    const nowMs = wall.monotonicMs()
    const { limits, bytes } = this.#counted(nowMs)
    return viewOf({
      at: clock.now(),
      version,
      isSimulated,
      speed: speed(),
      state: view.state(),
      vitals: view.vitals(),
      gauges,
      limits,
      quoteOf: (id) => view.quoteOf(id),
      decided: this.#decided,
      process: { memoryBytes: bytes, uptimeMs: Math.round(nowMs - this.#startedMs) },
      remedyOf,
    })
  }

  /** What costs more than the rest, once a second. */
  #counted(nowMs: number) {
    if (this.#limits === null || nowMs - this.#limits.atMs >= LEAST_MS) {
      const limits = this.#of.view.gauges().limits()
      this.#limits = { atMs: nowMs, limits, bytes: this.#of.memoryBytes() }
    }
    return this.#limits
  }

  /** Of a few series at a time: the bars that were not told yet. */
  #bars(): readonly ToldBars[] {
    const gauges = this.#of.view.gauges()
    if (this.#due.length === 0) {
      this.#due = gauges
        .symbols()
        .flatMap(({ symbol, sizes }) => sizes.map((size) => ({ symbol, size })))
    }
    const told: ToldBars[] = []
    let count = 0
    for (let looked = 0; looked < SERIES_A_MESSAGE && count < BARS_A_MESSAGE;) {
      const next = this.#due.shift()
      if (next === undefined) break
      const { symbol, size } = next
      const known = this.#series.get(`${symbol} ${size}`) ?? new ToldSeries()
      this.#series.set(`${symbol} ${size}`, known)
      const series = gauges.closedBars(symbol, size)
      if (known.isSame(series)) continue
      looked++
      const bars = known.news(series)
      count += bars.length
      if (bars.length > 0) told.push({ symbol, size, bars })
    }
    return told
  }
}

/** What was told of one series; bars are the same objects for as long as they are the same. */
class ToldSeries {
  #series: readonly Bar[] = []
  #told = new WeakSet<Bar>()

  isSame(series: readonly Bar[]): boolean {
    return series === this.#series
  }

  /** Mostly one more at the end; else, after a repair or a restatement, whatever is not known. */
  news(series: readonly Bar[]): readonly Bar[] {
    const before = this.#series
    this.#series = series
    const tail = series.slice(before.length)
    const grows =
      series[0] === before[0] && series[before.length - 1] === before.at(-1) && before.length > 0
    const news = grows ? tail : series.filter((bar) => !this.#told.has(bar))
    for (const bar of news) this.#told.add(bar)
    return news
  }
}
