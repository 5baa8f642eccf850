import type { Cancel, EpochMs } from '../base/clock.ts'
import { fail, ok } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import { aggregate, barEnd, barStart } from '../domain/bar.ts'
import type { Bar, BarSeries, BarSize, BarSpan } from '../domain/bar.ts'
import { merge } from '../domain/bar-series.ts'
import { sessionAt, sessionOf, newYorkDate } from '../domain/calendar.ts'
import type { UnderlyingKey } from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import { BarFill } from './bar-fill.ts'
import { closedWithin, hull, keepLast, missingHours, startOfLast } from './bar-spans.ts'
import { BarStream } from './bar-stream.ts'
import type { StreamSource } from './bar-stream.ts'
import type { Fault, Ports } from './ports.ts'

export type FeedPorts = Pick<Ports, 'clock' | 'marketData' | 'barStore'>

export interface TrackOptions {
  readonly ports: FeedPorts
  readonly underlying: UnderlyingKey
  readonly source: StreamSource
  readonly closed: (bar: Bar) => void
}

/** The last update of a minute may come this long after its end. */
const GRACE_MS = 5_000
/** A session of minutes, kept so that larger bars can be made of them. */
const SESSION_MINUTES = 390

interface Kept {
  readonly count: number
  readonly fill: BarFill
  series: BarSeries
  /** An answer, or the cache, has covered what was wanted at the start. */
  filled: boolean
  /** What it lacks, remembered: the same series is looked at again and again. */
  looked: {
    readonly series: BarSeries
    readonly to: EpochMs
    readonly lacking: BarSpan | null
  } | null
}

/** The bars of one symbol: cached, backfilled once, then followed; each closed bar is told once. */
export class BarTrack {
  readonly #of: TrackOptions
  readonly #stream: BarStream
  readonly #kept = new Map<BarSize, Kept>()
  /** Bars from here on are told; what ended before is history. */
  readonly #followFrom: EpochMs
  readonly #told = new Set<EpochMs>()
  #open: Bar | null = null
  #stopGrace: Cancel = () => undefined
  /** Up to here this subscription has missed nothing; null until its first bar. */
  #completeTo: EpochMs | null = null
  #closedTo: EpochMs
  #last: { readonly price: Price; readonly at: EpochMs } | null = null
  /** Requests made because no stream could be had. */
  polled = 0

  constructor(of: TrackOptions) {
    this.#of = of
    const { clock, marketData } = of.ports
    this.#followFrom = barStart(clock.now(), '1m')
    this.#closedTo = this.#followFrom
    this.#stream = new BarStream({
      clock,
      marketData,
      underlying: of.underlying,
      source: of.source,
      listener: {
        bar: (bar, closed) => this.#heard(bar, closed),
        broken: () => this.#broken(),
      },
    })
  }

  start(): void {
    this.need('1m', 1)
    this.#stream.open()
  }

  stop(): void {
    this.#stopGrace()
    this.#stream.close()
    for (const kept of this.#kept.values()) kept.fill.stop()
  }

  /** Sees to it that the last `count` bars of this size are known from here on. */
  need(size: BarSize, count: number): void {
    const before = this.#kept.get(size)
    if (before !== undefined && before.count >= count) return
    before?.fill.stop()
    const { ports, underlying } = this.#of
    const fill = new BarFill({
      clock: ports.clock,
      marketData: ports.marketData,
      underlying,
      size,
      wanted: () => this.#lacking(size),
      filled: (bars, span) => this.#filled(size, bars, span),
      failed: () => this.#tell(),
    })
    const series = before?.series ?? ports.barStore.load(underlying.symbol, size)
    const kept: Kept = { count, fill, series, filled: false, looked: null }
    this.#kept.set(size, kept)
    kept.filled = this.#lacking(size) === null
    fill.begin()
  }

  /** Every few seconds: silence, gaps, and bars that must be polled. */
  watch(): void {
    const renewed = this.#stream.watch()
    const due = this.#lastDue()
    if ((renewed || !this.#stream.subscribed) && due > this.#closedTo) {
      if (this.#stream.source === null) this.polled++
      this.#closedTo = due
    }
    for (const { fill } of this.#kept.values()) fill.begin()
  }

  closed(size: BarSize, count: number): Result<readonly Bar[], Fault> {
    const kept = this.#kept.get(size)
    const { symbol } = this.#of.underlying
    if (kept === undefined || !kept.filled) {
      return fail(fault('no-data', `${size} bars of ${symbol} are not yet filled`))
    }
    if (this.#stream.silent) {
      return fail(fault('stale', `silence: the stream of ${symbol} says nothing`))
    }
    const to = this.#endOf(size)
    const from = startOfLast(count, size, to)
    const gap = hull(missingHours(kept.series, { from, to }))
    if (gap !== null) return fail(fault('no-data', `gap: ${size} bars of ${symbol} are missing`))
    return ok(kept.series.bars.slice(-count))
  }

  /** The last price the stream told, and when. */
  get last(): { readonly price: Price; readonly at: EpochMs } | null {
    return this.#last
  }

  get counts(): { readonly requests: number; readonly renewals: number; readonly told: number } {
    let requests = 0
    for (const { fill } of this.#kept.values()) requests += fill.requests
    return { requests, renewals: this.#stream.renewals, told: this.#told.size }
  }

  /** Up to where today's minutes must have been told by now, had the stream been heard. */
  #lastDue(): EpochMs {
    const due = barStart((this.#of.ports.clock.now() - GRACE_MS) as EpochMs, '1m')
    const session = sessionOf(newYorkDate(due))
    return session === null || due <= session.open
      ? this.#closedTo
      : (Math.min(due, session.close) as EpochMs)
  }

  #heard(bar: Bar, closed: boolean): void {
    const now = this.#of.ports.clock.now()
    this.#last = { price: bar.close, at: now }
    if (sessionAt(bar.start) === null || this.#told.has(bar.start)) return
    if (this.#completeTo === null) this.#completeTo = bar.start
    if (bar.start < this.#completeTo) return // of a minute that is closed already
    if (this.#open !== null && bar.start > this.#open.start) this.#close(this.#open)
    if (closed) return this.#close(bar)
    if (this.#open === null) {
      this.#stopGrace()
      const graceMs = barEnd(bar.start, '1m') + GRACE_MS - now
      this.#stopGrace = this.#of.ports.clock.after(graceMs, () => {
        if (this.#open !== null) this.#close(this.#open)
      })
    }
    this.#open = bar
  }

  /** Minutes without a trade since the bar before are covered: the stream would have told them. */
  #close(bar: Bar): void {
    this.#open = null
    this.#stopGrace()
    const end = barEnd(bar.start, '1m')
    this.#merge('1m', [bar], { from: this.#completeTo ?? bar.start, to: end })
    this.#completeTo = end
    this.#closedTo = Math.max(this.#closedTo, end) as EpochMs
    this.#grow()
    this.#kept.get('1m')?.fill.begin()
    this.#tell()
  }

  #broken(): void {
    this.#open = null
    this.#stopGrace()
    this.#completeTo = null
  }

  #filled(size: BarSize, bars: readonly Bar[], span: BarSpan): void {
    const kept = this.#kept.get(size)
    if (kept === undefined) return
    kept.filled = true
    this.#merge(size, closedWithin(bars, size, span), span)
    this.#grow()
    this.#tell()
    kept.fill.begin() // time went on while it was asked for
  }

  /** Larger bars, as soon as all of their minutes are covered. */
  #grow(): void {
    const minutes = this.#kept.get('1m')
    if (minutes === undefined) return
    for (const [size, kept] of this.#kept) {
      if (size === '1m' || !kept.filled) continue
      const known = kept.series.covered.at(-1)?.to ?? this.#followFrom
      const fresh = minutes.series.bars.filter((bar) => bar.start >= known)
      for (const bar of aggregate(fresh, size)) {
        const span = { from: bar.start, to: barEnd(bar.start, size) }
        if (missingHours(minutes.series, span).length > 0) break
        this.#merge(size, [bar], span)
      }
    }
  }

  #merge(size: BarSize, bars: readonly Bar[], span: BarSpan): void {
    const kept = this.#kept.get(size)
    if (kept === undefined) return
    const most = kept.count + 2 * SESSION_MINUTES
    kept.series = keepLast(merge(kept.series, bars, span), most)
    this.#of.ports.barStore.save(kept.series) // a cache: losing it costs a backfill
  }

  /** Each closed bar once, in order: what is newer waits while older ones are being asked for. */
  #tell(): void {
    const minutes = this.#kept.get('1m')
    if (minutes === undefined) return
    const pending = minutes.fill.pending
    for (const bar of minutes.series.bars) {
      if (bar.start < this.#followFrom || this.#told.has(bar.start)) continue
      if (pending !== null && pending.to > this.#followFrom && bar.start >= pending.from) break
      this.#told.add(bar.start)
      this.#of.closed(bar)
    }
  }

  /** From the last bars wanted, and from today's open for larger ones to be made of. */
  #lacking(size: BarSize): BarSpan | null {
    const kept = this.#kept.get(size)
    if (kept === undefined) return null
    // Larger bars are asked for once; after that they grow from minutes.
    if (size !== '1m' && kept.filled) return null
    const to = this.#endOf(size)
    const { series, looked } = kept
    if (looked?.series === series && looked.to === to) return looked.lacking
    const today = sessionOf(newYorkDate(to))
    const start = startOfLast(kept.count, size, to)
    const from = today !== null && size === '1m' ? Math.min(start, today.open) : start
    const lacking = hull(missingHours(series, { from: from as EpochMs, to }))
    kept.looked = { series, to, lacking }
    return lacking
  }

  #endOf(size: BarSize): EpochMs {
    return size === '1m' ? this.#closedTo : barStart(this.#closedTo, size)
  }
}

function fault(code: 'no-data' | 'stale', detail: string): Fault {
  return { code, retry: 'later', detail, vendorCode: null }
}
