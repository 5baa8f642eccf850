import type { Clock, EpochMs } from '../base/clock.ts'
import {
  counted,
  countedOver,
  NOTHING_COUNTED,
  quantilesOf,
  type Histogram,
  type Quantiles,
} from '../base/histogram.ts'

/** How one request ended, as far as its service is concerned. */
export type RequestOutcome =
  /** Something came back under it, be it that there is nothing to tell. */
  | 'answered'
  /** The service said that it cannot: it timed out itself, it is not connected, it paces us. */
  | 'failed'
  /** Not a word within its deadline. */
  | 'timeout'
  /** Nobody waited any more, or the connection ended, before anything came. */
  | 'abandoned'

export interface Observed {
  /** What was asked: the kinds of the adapter's requests. */
  readonly kind: string
  /** From the moment it was handed to the socket to the first word back, or to its end. */
  readonly ms: number
  readonly outcome: RequestOutcome
}

export interface LatencyFigures extends Quantiles {
  readonly kind: string
  /** Null: it has none, and is never slow. */
  readonly deadlineMs: number | null
  /** Since the start. */
  readonly answered: number
  readonly failed: number
  readonly timeouts: number
  /** Since when it has been slow; null: it is not. */
  readonly slowSince: EpochMs | null
}

interface Tracked {
  histogram: Histogram
  answered: number
  failed: number
  timeouts: number
  slow: { readonly since: EpochMs; readonly sinceMs: number; told: boolean } | null
}

export interface LatencyOptions {
  readonly clock: Clock
  /** Of each kind, in milliseconds; null where there is none. */
  readonly deadlineMs: Readonly<Record<string, number | null>>
  /** Slow before dead: told once for each time that a kind becomes slow. */
  readonly slow: (kind: string, text: string) => void
}

/** Above this share of the deadline a request that is answered is about to die. */
const SLOW_SHARE = 0.5
/** One slow answer of a few is the p99 of all of them; it takes more to be a trend. */
const SLOW_COUNT_MIN = 3
const SLOW_FOR_MS = 20_000

/** How long each kind of request takes, over the last minutes; says when one becomes slow. */
export class Latencies {
  readonly #of: LatencyOptions
  readonly #kinds = new Map<string, Tracked>()

  constructor(of: LatencyOptions) {
    this.#of = of
  }

  observed({ kind, ms, outcome }: Observed): void {
    if (outcome === 'abandoned') return // how long it would have taken is not known
    const tracked = this.#tracked(kind)
    if (outcome === 'answered') tracked.answered++
    else if (outcome === 'failed') tracked.failed++
    else tracked.timeouts++
    tracked.histogram = counted(tracked.histogram, ms, this.#of.clock.monotonicMs())
  }

  /** Each second: which kinds became slow, and which are no longer. */
  check(): void {
    for (const [kind, tracked] of this.#kinds) this.#check(kind, tracked)
  }

  figures(): readonly LatencyFigures[] {
    const nowMs = this.#of.clock.monotonicMs()
    return [...this.#kinds].map(([kind, { histogram, slow, answered, failed, timeouts }]) => ({
      kind,
      deadlineMs: this.#deadline(kind),
      ...quantilesOf(histogram, nowMs),
      answered,
      failed,
      timeouts,
      slowSince: slow?.told === true ? slow.since : null,
    }))
  }

  #check(kind: string, tracked: Tracked): void {
    const { clock, slow } = this.#of
    const nowMs = clock.monotonicMs()
    const deadlineMs = this.#deadline(kind)
    const limitMs = (deadlineMs ?? Infinity) * SLOW_SHARE
    // Each second, of every kind: nearly always the longest of them says that there is nothing.
    if (tracked.histogram.slices.every(({ max }) => max <= limitMs)) {
      tracked.slow = null
      return
    }
    const { count, p50, p99 } = quantilesOf(tracked.histogram, nowMs)
    const isSlow =
      p99 !== null &&
      p99 > limitMs &&
      countedOver(tracked.histogram, limitMs, nowMs) >= SLOW_COUNT_MIN
    if (!isSlow) tracked.slow = null
    else tracked.slow ??= { since: clock.now(), sinceMs: nowMs, told: false }
    const since = tracked.slow
    if (since === null || since.told || nowMs - since.sinceMs < SLOW_FOR_MS) return
    since.told = true
    const seconds = (ms: number | null): string => `${((ms ?? 0) / 1000).toFixed(1)} s`
    slow(
      kind,
      `${kind} is slow: p99 ${seconds(p99)} of its deadline of ${seconds(deadlineMs)}, ` +
        `p50 ${seconds(p50)}, ${count} requests in five minutes; next they die`,
    )
  }

  #deadline(kind: string): number | null {
    return this.#of.deadlineMs[kind] ?? null
  }

  #tracked(kind: string): Tracked {
    let tracked = this.#kinds.get(kind)
    if (tracked === undefined) {
      tracked = { histogram: NOTHING_COUNTED, answered: 0, failed: 0, timeouts: 0, slow: null }
      this.#kinds.set(kind, tracked)
    }
    return tracked
  }
}
