import type { Cancel, EpochMs } from '../../base/clock.ts'
import type { Bar } from '../../domain/bar.ts'
import type { Client } from './session-client.ts'
import { historyBars } from './session-history-bars.ts'
import type { WhatToShow } from './session-history-bars.ts'
import type { HistoryFrames } from './session-history-frames.ts'
import type { HistoryQuery } from './session-history-query.ts'

/** A live Gateway updates every second or two; five are as good and cheaper to simulate. */
const UPDATE_MS = 5_000

type StreamQuery = HistoryQuery & { readonly what: WhatToShow }

/**
 * keepUpToDate: the forming bar every five seconds, each bar once more at the moment it is
 * complete, and the next one at its first change.
 */
export class BarStream {
  readonly #client: Client
  readonly #frames: HistoryFrames
  readonly #query: StreamQuery
  #last: Bar | null = null
  #isComplete = false
  #next: Cancel = () => undefined

  constructor(client: Client, frames: HistoryFrames, query: StreamQuery) {
    this.#client = client
    this.#frames = frames
    this.#query = query
  }

  /** After the last bar of the answer. */
  start(last: Bar | null): void {
    this.#last = last
    this.#isComplete = last !== null && this.#endOf(last) <= this.#client.house.clock.now()
    this.#schedule()
  }

  stop(): void {
    this.#next()
  }

  #update(): void {
    const { clock, market } = this.#client.house
    const { contract, seconds, what, hours } = this.#query
    const at = clock.now()
    const from = this.#last?.start ?? this.#query.from
    const to = (at + 1) as EpochMs // a bar may begin at this very moment
    const of = { contract: contract.conId, seconds, what, from, to, at, hours }
    for (const bar of historyBars(market, of)) {
      const isComplete = this.#endOf(bar) <= at
      if (isSame(bar, this.#last) && isComplete === this.#isComplete) continue
      this.#client.send(this.#frames.update(bar))
      this.#last = bar
      this.#isComplete = isComplete
    }
    this.#schedule()
  }

  #schedule(): void {
    const due = this.#nextDue()
    if (due !== null) this.#next = this.#client.at(due, () => this.#update())
  }

  /** Null: nothing more will come. */
  #nextDue(): EpochMs | null {
    const { clock, market } = this.#client.house
    const change = market.nextChange(this.#query.contract.conId, clock.now())
    if (this.#last === null || this.#isComplete) return change
    const end = this.#endOf(this.#last)
    if (end <= clock.now()) return change // it was to come, and the exchange has closed
    if (change === null) return end
    return Math.min(end, Math.ceil(change / UPDATE_MS) * UPDATE_MS) as EpochMs
  }

  /** Bars end on the clock's grid, also 09:30-10:00; those of days are never said to end. */
  #endOf({ start }: Bar): EpochMs {
    const stepMs = this.#query.seconds * 1000
    return ((Math.floor(start / stepMs) + 1) * stepMs) as EpochMs
  }
}

function isSame(one: Bar, other: Bar | null): boolean {
  return (
    other !== null &&
    one.start === other.start &&
    one.close === other.close &&
    one.volume === other.volume &&
    one.high === other.high &&
    one.low === other.low
  )
}
