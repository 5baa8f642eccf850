import type { Cancel, EpochMs } from '../base/clock.ts'
import { fail } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import type { Bar, BarSize, BarSource } from '../domain/bar.ts'
import type { Hours } from '../domain/calendar.ts'
import type { Ticker, UnderlyingKey } from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import type { Strategy } from '../strategy/strategy.ts'
import { BarTrack } from './bar-track.ts'
import type { FeedPorts } from './bar-track.ts'
import type { Fault } from './ports.ts'

const WATCH_MS = 5_000

/** Of all symbols, since the feed began. */
export interface FeedCounts {
  /** Historical requests that were sent, polled ones included. */
  readonly requests: number
  readonly polled: number
  /** Subscriptions that ended or fell silent and were renewed. */
  readonly renewals: number
  /** Closed bars that were told, by symbol. */
  readonly bars: ReadonlyMap<Ticker, number>
  /** Where the bars of a symbol come from now; null: from nowhere. */
  readonly sources: ReadonlyMap<Ticker, BarSource | null>
}

/** One owner of every series: backfill once, then follow; a cycle reads memory. */
export class BarFeed {
  /** Of which bars are followed. */
  readonly hours: Hours
  readonly #ports: FeedPorts
  readonly #tracks = new Map<Ticker, BarTrack>()
  readonly #followers = new Map<Ticker, number>()
  readonly #listeners = new Set<(symbol: Ticker, bar: Bar) => void>()
  #stopWatch: Cancel | null = null

  constructor(ports: FeedPorts, hours: Hours = 'regular') {
    this.#ports = ports
    this.hours = hours
  }

  /** Loads the cache, backfills what is missing once, then streams; repairs gaps and silence. */
  follow(underlying: UnderlyingKey, needs: Strategy['needs']): Cancel {
    const { symbol } = underlying
    let track = this.#tracks.get(symbol)
    if (track === undefined) {
      track = new BarTrack({
        ports: this.#ports,
        underlying,
        hours: this.hours,
        closed: (bar) => {
          for (const listener of this.#listeners) listener(symbol, bar)
        },
      })
      this.#tracks.set(symbol, track)
      if (needs.size === '1m') track.need('1m', needs.count)
      track.start()
    }
    track.need(needs.size, needs.count)
    this.#followers.set(symbol, (this.#followers.get(symbol) ?? 0) + 1)
    if (this.#stopWatch === null) this.#watchLater()
    return () => this.#leave(symbol)
  }

  /** A closed 1-minute bar: each once, in order, from the start of following. */
  onClosed(listener: (symbol: Ticker, bar: Bar) => void): Cancel {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** From memory, without a request. A fault says what is missing: gap, silence, not yet filled. */
  closed(symbol: Ticker, size: BarSize, count: number): Result<readonly Bar[], Fault> {
    const track = this.#tracks.get(symbol)
    if (track !== undefined) return track.closed(size, count)
    const detail = `${symbol} is not followed`
    return fail({ code: 'no-data', retry: 'never', detail, vendorCode: null })
  }

  /** What is in memory, gaps and all: for people, not for decisions. */
  known(symbol: Ticker, size: BarSize): readonly Bar[] {
    return this.#tracks.get(symbol)?.known(size) ?? []
  }

  /** The last price that the stream told, and when. */
  last(symbol: Ticker): { readonly price: Price; readonly at: EpochMs } | null {
    return this.#tracks.get(symbol)?.last ?? null
  }

  get counts(): FeedCounts {
    const tracks = [...this.#tracks]
    const sum = (of: (track: BarTrack) => number): number =>
      tracks.reduce((total, [, track]) => total + of(track), 0)
    return {
      requests: sum((track) => track.counts.requests),
      polled: sum((track) => track.polled),
      renewals: sum((track) => track.counts.renewals),
      bars: new Map(tracks.map(([symbol, track]) => [symbol, track.counts.told])),
      sources: new Map(tracks.map(([symbol, track]) => [symbol, track.source])),
    }
  }

  #leave(symbol: Ticker): void {
    const followers = (this.#followers.get(symbol) ?? 0) - 1
    this.#followers.set(symbol, followers)
    if (followers > 0) return
    this.#tracks.get(symbol)?.stop()
    this.#tracks.delete(symbol)
    if (this.#tracks.size > 0) return
    this.#stopWatch?.()
    this.#stopWatch = null
  }

  #watchLater(): void {
    this.#stopWatch = this.#ports.clock.after(WATCH_MS, () => {
      for (const track of this.#tracks.values()) track.watch()
      this.#watchLater()
    })
  }
}
