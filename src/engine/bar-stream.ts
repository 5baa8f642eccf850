import type { Cancel, Clock } from '../base/clock.ts'
import type { Bar, BarSource } from '../domain/bar.ts'
import { sessionAt } from '../domain/calendar.ts'
import type { UnderlyingKey } from '../domain/contract.ts'
import type { Fault, MarketData } from './ports.ts'

export interface StreamListener {
  bar(bar: Bar, closed: boolean): void
  /** The subscription is over: the open bar stays unfinished, and what follows may be missed. */
  broken(): void
}

export interface StreamOptions {
  readonly clock: Clock
  readonly marketData: Pick<MarketData, 'stream'>
  readonly underlying: UnderlyingKey
  /** Where to begin; what is refused there is asked of the next source. */
  readonly source: StreamSource
  readonly listener: StreamListener
}

export type StreamSource = Exclude<BarSource, 'polled'>

/** Best first. A refusal leads to the next one, and after the last to polling. */
const SOURCES: readonly StreamSource[] = ['keep-up-to-date', 'five-second', 'quote-line']

/** A stream updates its open bar every few seconds; a bar and a half without a word is silence. */
const SILENCE_MS = 90_000
/** A quiet market is quiet for longer: each answer without a word doubles the patience. */
const SILENCE_MS_MAX = 1_800_000
const REOPEN_MS = 2_000

/** One subscription of bars, renewed when it ends or falls silent in an open session. */
export class BarStream {
  readonly #of: StreamOptions
  #source: StreamSource | null
  #cancel: Cancel | null = null
  #retry: Cancel = () => undefined
  #heardAt: number
  #patienceMs = SILENCE_MS
  #life = 0
  /** How often a subscription ended or fell silent. */
  renewals = 0

  constructor(of: StreamOptions) {
    this.#of = of
    this.#source = of.source
    this.#heardAt = of.clock.monotonicMs()
  }

  /** Null: no stream can be had, so bars are polled. */
  get source(): StreamSource | null {
    return this.#source
  }

  get subscribed(): boolean {
    return this.#cancel !== null
  }

  /** Subscribed, but nothing came for longer than a bar should take, and nothing has since. */
  get silent(): boolean {
    return this.subscribed && this.#patienceMs > SILENCE_MS
  }

  open(): void {
    if (this.#source === null || this.subscribed) return
    const life = ++this.#life
    const { underlying } = this.#of
    const opened = this.#of.marketData.stream(
      { underlying, size: '1m', source: this.#source },
      {
        bar: (bar, closed) => {
          if (life === this.#life) this.#heard(bar, closed)
        },
        ended: (fault) => {
          if (life === this.#life) this.#ended(fault)
        },
      },
    )
    if (life !== this.#life) return // it ended while it was being opened
    if (!opened.ok) return this.#ended(opened.error)
    this.#cancel = opened.value
  }

  close(): void {
    this.#life++
    this.#retry()
    if (this.#cancel === null) return
    this.#cancel()
    this.#cancel = null
    this.#of.listener.broken()
  }

  /** Asked every few seconds. In an open session silence is a fault: true, and it was renewed. */
  watch(): boolean {
    const { clock } = this.#of
    const session = sessionAt(clock.now())
    if (session === null || !this.subscribed) return false
    const silentMs = Math.min(clock.monotonicMs() - this.#heardAt, clock.now() - session.open)
    if (silentMs < this.#patienceMs) return false
    this.#patienceMs = Math.min(2 * this.#patienceMs, SILENCE_MS_MAX)
    this.#heardAt = clock.monotonicMs()
    this.renewals++
    this.close()
    this.open()
    return true
  }

  #heard(bar: Bar, closed: boolean): void {
    this.#heardAt = this.#of.clock.monotonicMs()
    this.#patienceMs = SILENCE_MS
    this.#of.listener.bar(bar, closed)
  }

  #ended(fault: Fault): void {
    if (this.subscribed) this.renewals++
    this.close()
    if (fault.code === 'refused' || fault.code === 'no-permission') {
      this.#source = SOURCES[SOURCES.indexOf(this.#source ?? 'quote-line') + 1] ?? null
    }
    this.#retry = this.#of.clock.after(REOPEN_MS, () => this.open())
  }
}
