import type { Cancel, Clock } from '../base/clock.ts'
import type { Bar, BarSize, BarSpan } from '../domain/bar.ts'
import type { Hours } from '../domain/calendar.ts'
import type { UnderlyingKey } from '../domain/contract.ts'
import { withDeadline } from './deadline.ts'
import { isUnsent } from './ports.ts'
import type { BarsUrgency, Fault, MarketData } from './ports.ts'

export interface FillOptions {
  readonly clock: Clock
  readonly marketData: Pick<MarketData, 'history'>
  readonly underlying: UnderlyingKey
  readonly size: BarSize
  readonly hours: Hours
  /** What is lacking now, as one span; null: nothing. */
  readonly wanted: () => BarSpan | null
  readonly urgency: (span: BarSpan) => BarsUrgency
  readonly filled: (bars: readonly Bar[], span: BarSpan) => void
  /** No answer this time; there will be another attempt. */
  readonly failed: () => void
}

/** Requests end by themselves, or when they waited too long; this is for one that hangs. */
const ANSWER_MS: Readonly<Record<BarsUrgency, number>> = {
  'waited-for': 240_000,
  'first-fill': 880_000,
  repair: 880_000,
}
/** TWS API: no identical historical request within 15 s. */
const RETRY_MS = 16_000
const RETRY_MS_MAX = 300_000
/** What was not sent costs nothing to ask again. */
const UNCONNECTED_MS = 2_000
/** A request that timed out is repeated soon, twice (limits-and-codes.md 7.1). */
const TIMED_OUT_MS = 5_000
/** What the broker will not answer, as without a permission, is asked again only now and then. */
const REFUSED_MS = 3_600_000

/** Asks for what a series lacks: one bounded request at a time, repeated until it is answered. */
export class BarFill {
  readonly #of: FillOptions
  #retry: Cancel | null = null
  #failures = 0
  #stopped = false
  /** The span that is being asked for, and since when (monotonic). */
  pending: BarSpan | null = null
  pendingSince = 0
  /** Why the broker does not answer, when asking again will not help. */
  refused: Fault | null = null
  /** Requests that were sent. */
  requests = 0

  constructor(of: FillOptions) {
    this.#of = of
  }

  /** Begins unless a request is on its way or a retry is due soon. */
  begin(): void {
    if (this.pending !== null || this.#retry !== null || this.#stopped) return
    const span = this.#of.wanted()
    if (span === null) return
    this.pending = span
    this.pendingSince = this.#of.clock.monotonicMs()
    this.#of.clock.after(0, () => this.#ask(span))
  }

  /** There are signs that it would be answered now: what failed need not wait out its time. */
  soon(): void {
    if (this.#retry === null || this.refused !== null) return
    this.#retry()
    this.#retry = null
    this.#failures = 0
    this.begin()
  }

  stop(): void {
    this.#stopped = true
    this.#retry?.()
  }

  async #ask(span: BarSpan): Promise<void> {
    if (this.#stopped) return
    const { clock, marketData, underlying, size, hours } = this.#of
    const urgency = this.#of.urgency(span)
    const deadline = { clock, ms: ANSWER_MS[urgency], of: `${size} bars of ${underlying.symbol}` }
    const answer = await withDeadline(deadline, (signal) =>
      marketData.history({ underlying, size, span, hours, urgency }, signal),
    )
    if (this.#stopped) return
    this.pending = null
    if (answer.ok) {
      this.requests++
      this.#failures = 0
      this.refused = null
      this.#of.filled(answer.value, span)
      return
    }
    if (!isUnsent(answer.error)) this.requests++
    this.refused = answer.error.retry === 'never' ? answer.error : null
    this.#retry = clock.after(this.#waitMs(answer.error), () => {
      this.#retry = null
      this.begin()
    })
    this.#of.failed()
  }

  #waitMs(fault: Fault): number {
    const { code, retry } = fault
    if (isUnsent(fault)) return UNCONNECTED_MS
    if (retry === 'never') return REFUSED_MS
    if (code === 'paced') return RETRY_MS
    const failures = this.#failures++
    if (code === 'timeout' && failures < 2) return TIMED_OUT_MS
    return Math.min(RETRY_MS * 2 ** failures, RETRY_MS_MAX)
  }
}
