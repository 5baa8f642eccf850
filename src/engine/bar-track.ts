import type { Cancel, EpochMs } from '../base/clock.ts'
import { fail, ok } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import { notice } from '../domain/alert.ts'
import { aggregate, barEnd, barStart } from '../domain/bar.ts'
import type { Bar, BarSeries, BarSize, BarSource, BarSpan } from '../domain/bar.ts'
import { emptySeries, merge } from '../domain/bar-series.ts'
import { newYorkDate, previousSession, sessionAt, sessionOf } from '../domain/calendar.ts'
import type { Hours } from '../domain/calendar.ts'
import type { UnderlyingKey } from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import { BarFill } from './bar-fill.ts'
import { closedWithin, hull, keepLast, missingHours, startOfLast } from './bar-spans.ts'
import type { Grid } from './bar-spans.ts'
import { BarStream } from './bar-stream.ts'
import { isJump, restatement } from './bar-restated.ts'
import type { Fault, Ports } from './ports.ts'

export type FeedPorts = Pick<Ports, 'clock' | 'marketData' | 'barStore'> &
  Partial<Pick<Ports, 'notifier'>>

export interface TrackOptions {
  readonly ports: FeedPorts
  readonly underlying: UnderlyingKey
  readonly hours: Hours
  readonly closed: (bar: Bar) => void
}

/** The last update of a minute may come this long after its end. */
const GRACE_MS = 5_000
/** Known bars that are asked for once more, to see whether they still are what they were. */
const OVERLAP = 3
/** Newer bars wait so long for an older one that is asked for. */
const IN_ORDER_MS = 30_000
/** So many minutes of a day that a stream leaves out are asked for; a quiet stock has more. */
const HOLES_MAX = 5
/** A session of minutes, kept so that larger bars can be made of them. */
const SESSION_MINUTES: Readonly<Record<Hours, number>> = { regular: 390, all: 960 }

interface Kept {
  readonly count: number
  readonly fill: BarFill
  series: BarSeries
  /** An answer, or the cache, has covered what was wanted at the start. */
  filled: boolean
  /** An answer was compared with what the cache held, and with what came before a jump. */
  compared: boolean
  /** Where prices jumped as after a split: what is known of before is compared; null: nowhere. */
  jumpAt: EpochMs | null
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
  /** The series that has been told as far as it goes: it is looked at every few seconds. */
  #toldOf: BarSeries | null = null
  #started = false
  #open: Bar | null = null
  #stopGrace: Cancel = () => undefined
  /** Up to here this subscription has missed nothing; null until its first bar. */
  #completeTo: EpochMs | null = null
  #closedTo: EpochMs
  /** The stream is quiet: a bar from here on would be one that it has missed. */
  #doubtedFrom: EpochMs | null = null
  #holes: { readonly date: string; readonly count: number } | null = null
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
      hours: of.hours,
      from: () => this.#streamFrom(),
      listener: {
        filled: (bars, span) => this.#streamFilled(bars, span),
        bar: (bar, closed) => this.#heard(bar, closed),
        price: (price) => {
          this.#last = { price, at: clock.now() }
        },
        broken: () => this.#broken(),
      },
    })
  }

  /** First the stream, which may tell the past as well; then what it leaves open. */
  start(): void {
    this.need('1m', 1)
    this.#started = true
    this.#stream.open()
    for (const size of this.#kept.keys()) this.#fill(size)
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
      hours: this.#of.hours,
      wanted: () => this.#wanted(size),
      // Larger bars are asked for once; only minutes have gaps that are repaired.
      urgency: ({ to }) =>
        size !== '1m' ? 'first-fill' : this.#isWaitedFor(to) ? 'waited-for' : 'repair',
      filled: (bars, span) => this.#filled(size, bars, span),
      failed: () => this.#tell(),
    })
    const series = before?.series ?? ports.barStore.load(underlying.symbol, size)
    const compared = series.bars.length === 0
    const filled = false
    const kept: Kept = { count, fill, series, filled, compared, jumpAt: null, looked: null }
    this.#kept.set(size, kept)
    kept.filled = this.#lacking(size) === null
    this.#fill(size)
  }

  /** Every few seconds: silence, gaps, and bars that must be polled. */
  watch(): void {
    const found = this.#stream.watch()
    const due = this.#lastDue()
    if (found === 'doubted') this.#doubtedFrom = barEnd(barStart(this.#stream.heardAt, '1m'), '1m')
    if ((found !== null || !this.#stream.subscribed) && due > this.#closedTo) {
      if (this.#stream.source === 'polled') this.polled++
      this.#closedTo = due
    }
    for (const size of this.#kept.keys()) this.#fill(size)
    this.#tell()
  }

  /** Where its bars come from; null while there is no source. */
  get source(): BarSource | null {
    return this.#stream.source
  }

  closed(size: BarSize, count: number): Result<readonly Bar[], Fault> {
    const kept = this.#kept.get(size)
    const { symbol } = this.#of.underlying
    if (kept === undefined || !kept.filled) {
      if (kept?.fill.refused) return fail(kept.fill.refused)
      return fail(fault('no-data', `${size} bars of ${symbol} are not yet filled`))
    }
    if (this.#stream.silent) {
      return fail(fault('stale', `silence: the stream of ${symbol} says nothing`))
    }
    const to = this.#readTo(size, kept)
    const from = startOfLast(count, this.#grid(size), to)
    const gap = hull(missingHours(kept.series, { from, to }, this.#of.hours))
    if (gap !== null) return fail(fault('no-data', `gap: ${size} bars of ${symbol} are missing`))
    const newer = kept.series.bars.findLastIndex((bar) => bar.start < to) + 1
    return ok(kept.series.bars.slice(Math.max(0, newer - count), newer))
  }

  /**
   * A stream that begins within a minute tells the next one first. While that one minute is asked
   * for it is late, as it would be of a stream that lets it wait, and not a gap.
   */
  #readTo(size: BarSize, { fill }: Kept): EpochMs {
    const end = this.#endOf(size)
    const { pending, pendingSince } = fill
    if (size !== '1m' || pending === null || barEnd(pending.from, '1m') < end) return end
    const waitedMs = this.#of.ports.clock.monotonicMs() - pendingSince
    return waitedMs < GRACE_MS ? pending.from : end
  }

  /** Closed bars of this size that are in memory, gaps and all: for people, not for decisions. */
  known(size: BarSize): readonly Bar[] {
    return this.#kept.get(size)?.series.bars ?? NO_BARS
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
    const session = sessionOf(newYorkDate(due), this.#of.hours)
    return session === null || due <= session.open
      ? this.#closedTo
      : (Math.min(due, session.close) as EpochMs)
  }

  #heard(bar: Bar, closed: boolean): void {
    const now = this.#of.ports.clock.now()
    this.#last = { price: bar.close, at: now }
    this.#doubtedFrom = null
    if (sessionAt(bar.start, this.#of.hours) === null || this.#told.has(bar.start)) return
    const whole = this.#completeTo ?? this.#begin(bar.start)
    if (bar.start < whole) return // of a minute that is closed already
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

  /** The first whole bar of a subscription: what ended before it is asked for, in one piece. */
  #begin(start: EpochMs): EpochMs {
    this.#completeTo = start
    this.#closedTo = Math.max(this.#closedTo, start) as EpochMs
    this.#answersAgain()
    this.#fill('1m')
    return start
  }

  /**
   * A stream that leaves a minute out may have lost it: the first of a day are asked for. Where
   * there are many nobody traded then, and the stream is believed.
   */
  #close(bar: Bar): void {
    this.#open = null
    this.#stopGrace()
    const end = barEnd(bar.start, '1m')
    const from = this.#completeTo ?? bar.start
    this.#suspect([bar])
    this.#merge('1m', [bar], { from: this.#isHole(from, bar.start) ? bar.start : from, to: end })
    this.#completeTo = end
    this.#closedTo = Math.max(this.#closedTo, end) as EpochMs
    this.#grow()
    this.#fill('1m')
    this.#tell()
  }

  #isHole(from: EpochMs, to: EpochMs): boolean {
    const date = newYorkDate(to)
    // Outside regular hours a minute without a trade is nothing special.
    if (from >= to || sessionAt(from) === null || newYorkDate(from) !== date) return false
    const count = this.#holes?.date === date ? this.#holes.count : 0
    this.#holes = { date, count: count + 1 }
    return count < HOLES_MAX
  }

  #broken(): void {
    this.#open = null
    this.#stopGrace()
    this.#completeTo = null
  }

  #filled(size: BarSize, bars: readonly Bar[], span: BarSpan): void {
    const kept = this.#kept.get(size)
    if (kept === undefined) return
    const { compared, jumpAt } = kept
    const known = kept.series.bars.filter(({ start }) => jumpAt === null || start < jumpAt)
    const restated = compared ? null : restatement(known, bars)
    Object.assign(kept, { compared: true, jumpAt: null })
    if (restated !== null) this.#forget(restated)
    else if (compared && size === '1m') this.#suspect(bars)
    this.#merge(size, closedWithin(bars, this.#grid(size), span), span)
    kept.filled = kept.compared && (restated === null || this.#lacking(size) === null)
    this.#grow()
    this.#tell()
    if (size === '1m') this.#judge(bars, span)
    for (const each of this.#kept.keys()) this.#fill(each) // time went on while it was asked for
  }

  /** What was traded while the stream said nothing proves that it is dead. */
  #judge(bars: readonly Bar[], { to }: BarSpan): void {
    const from = this.#doubtedFrom
    if (from === null || to <= from) return
    this.#doubtedFrom = null
    if (bars.some(({ start }) => start >= from && start < to)) this.#stream.renew()
  }

  #streamFilled(bars: readonly Bar[], span: BarSpan): void {
    this.#doubtedFrom = null
    this.#completeTo = span.to
    this.#closedTo = Math.max(this.#closedTo, span.to) as EpochMs
    this.#filled('1m', bars, span)
    this.#answersAgain()
  }

  /** The first word of a subscription: what was asked for in vain may be answered now. */
  #answersAgain(): void {
    for (const { fill } of this.#kept.values()) fill.soon()
  }

  /**
   * A process may live through a split: where prices jump, bars of before wait for an answer that
   * tells some of them again. Those that none can tell again go at once.
   */
  #suspect(bars: readonly Bar[]): void {
    const [bar] = bars
    const known = this.#kept.get('1m')?.series.bars ?? []
    if (
      bar === undefined ||
      !isJump(
        known.findLast(({ start }) => start < bar.start),
        bar,
      )
    )
      return
    for (const [size, kept] of this.#kept) {
      Object.assign(kept, { compared: false, jumpAt: bar.start, filled: false })
      if (this.#overlap(size, bar.start) === null) this.#drop(size, kept)
    }
  }

  #drop(size: BarSize, kept: Kept): void {
    const { ports, underlying } = this.#of
    kept.series = emptySeries(underlying.symbol, size)
    Object.assign(kept, { compared: true, jumpAt: null, filled: false })
    ports.barStore.save(kept.series)
  }

  /** After a split what is known is of another measure: it goes, and all of it is asked for. */
  #forget(factor: number): void {
    const { ports, underlying } = this.#of
    const { symbol } = underlying
    for (const [size, kept] of this.#kept) this.#drop(size, kept)
    const message =
      `bars of ${symbol} are restated, about ${factor.toFixed(3)} times what they were, as ` +
      'after a split: the cached ones are dropped and asked for again'
    ports.notifier?.notify(notice('bars-restated', message))
  }

  /** Strategies read these minutes: a gap among them keeps every decision back. */
  #isWaitedFor(to: EpochMs): boolean {
    const count = this.#kept.get('1m')?.count ?? 0
    return to > startOfLast(count, this.#grid('1m'), this.#endOf('1m'))
  }

  #fill(size: BarSize): void {
    this.#kept.get(size)?.fill.begin()
  }

  /**
   * What is lacking, with some known bars before it as long as none were compared. Nothing for as
   * long as a stream is about to say what it brings: it would be asked for twice.
   */
  #wanted(size: BarSize): BarSpan | null {
    if (!this.#started || (size === '1m' && this.#stream.isBeginning)) return null
    const lacking = this.#lacking(size)
    if (lacking === null) return this.#suspected(size)
    const from = this.#overlap(size, lacking.from)
    return from === null ? lacking : { from, to: lacking.to }
  }

  /** Nothing is lacking, and prices jumped: the last bars before it, up to now. */
  #suspected(size: BarSize): BarSpan | null {
    const jumpAt = this.#kept.get(size)?.jumpAt ?? null
    const from = jumpAt === null ? null : this.#overlap(size, jumpAt)
    const to = this.#endOf(size)
    return from === null || from >= to ? null : { from, to }
  }

  /** From where a stream should tell: what is lacking, and some known bars to compare. */
  #streamFrom(): EpochMs {
    const { clock } = this.#of.ports
    const from = this.#lacking('1m')?.from ?? barStart(clock.now(), '1m')
    return this.#overlap('1m', from) ?? from
  }

  /** The start of the last known bars before this moment; null when they are too long ago. */
  #overlap(size: BarSize, before: EpochMs): EpochMs | null {
    const kept = this.#kept.get(size)
    if (kept === undefined || kept.compared) return null
    const known = kept.series.bars.filter((bar) => bar.start < before).slice(-OVERLAP)
    const start = known[0]?.start ?? null
    const session = previousSession(newYorkDate(before), this.#of.hours)
    return start === null || session === null || start < session.open ? null : start
  }

  /** Larger bars, as soon as all of their minutes are covered. */
  #grow(): void {
    const { hours } = this.#of
    const minutes = this.#kept.get('1m')
    if (minutes === undefined) return
    for (const [size, kept] of this.#kept) {
      if (size === '1m' || !kept.filled) continue
      const known = kept.series.covered.at(-1)?.to ?? this.#followFrom
      const fresh = minutes.series.bars.filter((bar) => bar.start >= known)
      for (const bar of aggregate(fresh, size, hours)) {
        const span = { from: bar.start, to: barEnd(bar.start, size, hours) }
        if (missingHours(minutes.series, span, hours).length > 0) break
        this.#merge(size, [bar], span)
      }
    }
  }

  #merge(size: BarSize, bars: readonly Bar[], span: BarSpan): void {
    const kept = this.#kept.get(size)
    if (kept === undefined) return
    const most = kept.count + 2 * SESSION_MINUTES[this.#of.hours]
    kept.series = keepLast(merge(kept.series, bars, span), most)
    this.#of.ports.barStore.save(kept.series) // a cache: losing it costs a backfill
  }

  /** Each closed bar once, in order: what is newer waits while older ones are being asked for. */
  #tell(): void {
    const minutes = this.#kept.get('1m')
    if (minutes === undefined) return
    const waitedMs = this.#of.ports.clock.monotonicMs() - minutes.fill.pendingSince
    const pending = waitedMs < IN_ORDER_MS ? minutes.fill.pending : null
    if (pending === null && minutes.series === this.#toldOf) return
    this.#toldOf = pending === null ? minutes.series : null
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
    const { hours } = this.#of
    const today = sessionOf(newYorkDate(to), hours)
    const start = startOfLast(kept.count, this.#grid(size), to)
    const from = today !== null && size === '1m' ? Math.min(start, today.open) : start
    const lacking = hull(missingHours(series, { from: from as EpochMs, to }, hours))
    kept.looked = { series, to, lacking }
    return lacking
  }

  #endOf(size: BarSize): EpochMs {
    return size === '1m' ? this.#closedTo : barStart(this.#closedTo, size, this.#of.hours)
  }

  #grid(size: BarSize): Grid {
    return { size, hours: this.#of.hours }
  }
}

const NO_BARS: readonly Bar[] = []

function fault(code: 'no-data' | 'stale', detail: string): Fault {
  return { code, retry: 'later', detail, vendorCode: null }
}
