import type { Cancel, Clock } from '../base/clock.ts'
import type { Bar, BarSize, BarSpan } from '../domain/bar.ts'
import type { UnderlyingKey } from '../domain/contract.ts'
import { withDeadline } from './deadline.ts'
import type { MarketData } from './ports.ts'

export interface FillOptions {
  readonly clock: Clock
  readonly marketData: Pick<MarketData, 'history'>
  readonly underlying: UnderlyingKey
  readonly size: BarSize
  /** What is lacking now, as one span; null: nothing. */
  readonly wanted: () => BarSpan | null
  readonly filled: (bars: readonly Bar[], span: BarSpan) => void
  /** No answer this time; there will be another attempt. */
  readonly failed: () => void
}

const ANSWER_MS = 30_000
/** TWS API: no identical historical request within 15 s. */
const RETRY_MS = 16_000
const RETRY_MS_MAX = 300_000
/** Without a connection nothing was sent, so asking again costs nothing. */
const UNCONNECTED_MS = 2_000

/** Asks for what a series lacks: one bounded request at a time, repeated until it is answered. */
export class BarFill {
  readonly #of: FillOptions
  #retry: Cancel | null = null
  #failures = 0
  #stopped = false
  /** The span that is being asked for. */
  pending: BarSpan | null = null
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
    this.#of.clock.after(0, () => this.#ask(span))
  }

  stop(): void {
    this.#stopped = true
    this.#retry?.()
  }

  async #ask(span: BarSpan): Promise<void> {
    if (this.#stopped) return
    const { clock, marketData, underlying, size } = this.#of
    const deadline = { clock, ms: ANSWER_MS, of: `${size} bars of ${underlying.symbol}` }
    const answer = await withDeadline(deadline, (signal) =>
      marketData.history({ underlying, size, span }, signal),
    )
    if (this.#stopped) return
    this.pending = null
    if (answer.ok) {
      this.requests++
      this.#failures = 0
      this.#of.filled(answer.value, span)
      return
    }
    const unconnected = answer.error.code === 'not-connected'
    if (!unconnected) this.requests++
    const backOffMs = Math.min(RETRY_MS * 2 ** this.#failures, RETRY_MS_MAX)
    if (!unconnected) this.#failures++
    this.#retry = clock.after(unconnected ? UNCONNECTED_MS : backOffMs, () => {
      this.#retry = null
      this.begin()
    })
    this.#of.failed()
  }
}
