import type { Cancel, Clock, EpochMs } from '../base/clock.ts'
import { fail, ok } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import type { Bar, BarSource, BarSpan } from '../domain/bar.ts'
import { sessionAt } from '../domain/calendar.ts'
import type { Hours, Session } from '../domain/calendar.ts'
import type { CalendarDate, UnderlyingKey } from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import { isUnsent } from './ports.ts'
import type { BarListener, Fault, MarketData } from './ports.ts'

export interface StreamListener {
  bar(bar: Bar, closed: boolean): void
  /** What a stream told of the past, whole up to the end of the span. */
  filled(bars: readonly Bar[], span: BarSpan): void
  price(last: Price): void
  /** The subscription is over: the open bar stays unfinished, and what follows may be missed. */
  broken(): void
}

export interface StreamOptions {
  readonly clock: Clock
  readonly marketData: Pick<MarketData, 'stream'>
  readonly underlying: UnderlyingKey
  readonly hours: Hours
  /** From when on bars are lacking: what can tell the past with its stream does so. */
  readonly from: () => EpochMs
  readonly listener: StreamListener
}

export type StreamSource = Exclude<BarSource, 'polled'>

/** Best first: each symbol takes the first that has room, and polls when none has. */
const SOURCES: readonly StreamSource[] = ['keep-up-to-date', 'five-second', 'quote-line']

/** A stream updates its open bar every few seconds; a bar and a half without a word is silence. */
const SILENCE_MS = 90_000
/** A quiet market is quiet for longer: each answer without a word doubles the patience. */
const SILENCE_MS_MAX = 1_800_000
/**
 * Before and after regular hours a liquid stock trades every few seconds and another one every half
 * hour, so silence proves nothing, and neither do other streams that speak: what was traded
 * meanwhile is asked of history, which a stream that lives would have told. Every time that it was
 * nothing the next question waits twice as long until the day is over: at most nine of a symbol.
 */
const QUIET_MS = 180_000
const QUIET_MS_MAX = 7_200_000
/** Without a connection nothing is sent, so asking again costs nothing. */
const REOPEN_MS = 2_000
const REOPEN_MS_MAX = 60_000
/** How often a better source is asked for room. */
const BETTER_MS = 60_000
/** The Gateway said something that could not be read: what it says next may well be. */
const UNREADABLE = 505
/** A source that cannot be read again and again is left alone for longer each time. */
const UNREADABLE_MS_MAX = 1_800_000
/** Once in so long is a hiccup. */
const UNREADABLE_OFTEN_MS = 600_000
/** So long a source may take to say from where on it is whole; only then is the past asked for. */
const FIRST_WORD_MS: Readonly<Record<StreamSource, number>> = {
  'keep-up-to-date': 60_000, // its first answer, or its own deadline
  'five-second': 75_000, // the first whole minute
  'quote-line': 75_000,
}

interface Subscription {
  readonly source: StreamSource
  readonly openedAt: number
  cancel: Cancel
  spoke: boolean
  ended: Fault | null
}

/** The bars of one symbol from the best source there is, renewed when it ends or falls silent. */
export class BarStream {
  readonly #of: StreamOptions
  /** Sources that will never do for this symbol. */
  readonly #never = new Set<StreamSource>()
  /** Sources that could not be read: how often, and until when they wait. */
  readonly #unreadable = new Map<StreamSource, { count: number; until: number }>()
  #current: Subscription | null = null
  /** A better one, until it speaks: meanwhile nothing is missed. */
  #next: Subscription | null = null
  #polled = false
  #retry: Cancel = () => undefined
  #failures = 0
  #heardAt: number
  #soughtAt: number
  #patienceMs = SILENCE_MS
  #quiet: { readonly date: CalendarDate; patienceMs: number } | null = null
  /** How often a subscription ended or fell silent. */
  renewals = 0

  constructor(of: StreamOptions) {
    this.#of = of
    this.#heardAt = of.clock.monotonicMs()
    this.#soughtAt = this.#heardAt
  }

  /** Null: there is no subscription now. */
  get source(): BarSource | null {
    return this.#current?.source ?? (this.#polled ? 'polled' : null)
  }

  get subscribed(): boolean {
    return this.#current !== null
  }

  /** Subscribed, but nothing came for longer than a bar should take, and nothing has since. */
  get silent(): boolean {
    return this.subscribed && this.#patienceMs > SILENCE_MS
  }

  /** It will soon say from where on it is whole: a request now would have to be repeated then. */
  get isBeginning(): boolean {
    const { clock } = this.#of
    if (this.#current === null) return !this.#polled && this.#failures === 0 // it opens soon
    if (this.#current.spoke) return false
    const { source, openedAt } = this.#current
    if (clock.monotonicMs() - openedAt >= FIRST_WORD_MS[source]) return false
    return source === 'keep-up-to-date' || sessionAt(clock.now(), this.#of.hours) !== null
  }

  open(): void {
    if (this.subscribed) return
    this.#retry()
    const opened = this.#subscribe(SOURCES)
    this.#polled = !opened.ok && !isUnsent(opened.error)
    if (opened.ok) this.#current = opened.value
    else if (!this.#polled) this.#unconnected()
  }

  close(): void {
    this.#retry()
    this.#next?.cancel()
    this.#next = null
    this.#drop()
  }

  /**
   * Asked every few seconds. In regular hours silence is a fault, and the subscription is renewed;
   * before and after them it is doubted: whether anything was traded is to be asked of history.
   */
  watch(): 'renewed' | 'doubted' | null {
    this.#seek()
    const now = this.#of.clock.now()
    const session = sessionAt(now)
    if (session === null) return this.#isDoubted(sessionAt(now, this.#of.hours)) ? 'doubted' : null
    if (this.#silentMs(session) < this.#patienceMs) return null
    this.#patienceMs = Math.min(2 * this.#patienceMs, SILENCE_MS_MAX)
    this.renew()
    return 'renewed'
  }

  /** It has missed something. */
  renew(): void {
    this.#heardAt = this.#of.clock.monotonicMs()
    this.renewals++
    this.close()
    this.open()
  }

  /** The last word of any subscription. */
  get heardAt(): EpochMs {
    const { clock } = this.#of
    return (clock.now() - (clock.monotonicMs() - this.#heardAt)) as EpochMs
  }

  /** Of this session; 0 without a subscription. */
  #silentMs({ open }: Session): number {
    if (this.#current === null) return 0
    const { clock } = this.#of
    // What was opened a moment ago, after an outage, is not silent for the time before.
    const since = Math.max(this.#heardAt, this.#current.openedAt)
    return Math.min(clock.monotonicMs() - since, clock.now() - open)
  }

  #isDoubted(session: Session | null): boolean {
    if (session === null) return false
    const { date } = session
    if (this.#quiet?.date !== date) this.#quiet = { date, patienceMs: QUIET_MS }
    const { patienceMs } = this.#quiet
    if (this.#silentMs(session) < patienceMs) return false
    this.#quiet.patienceMs = Math.min(2 * patienceMs, QUIET_MS_MAX)
    return true
  }

  /** The first of them that has room. Without a connection none is tried. */
  #subscribe(sources: readonly StreamSource[]): Result<Subscription, Fault> {
    let fault = NO_SOURCE
    for (const source of sources) {
      if (this.#never.has(source) || this.#waits(source)) continue
      const opened = this.#openAt(source)
      if (opened.ok) return opened
      fault = opened.error
      if (isUnsent(fault)) break
      this.#judge(source, fault)
    }
    return fail(fault)
  }

  #openAt(source: StreamSource): Result<Subscription, Fault> {
    const { clock, marketData, underlying, hours, from } = this.#of
    const openedAt = clock.monotonicMs()
    const made: Subscription = {
      source,
      openedAt,
      cancel: () => undefined,
      spoke: false,
      ended: null,
    }
    const wanted = { underlying, size: '1m', source, hours, from: from() } as const
    const opened = marketData.stream(wanted, this.#listenerOf(made))
    if (!opened.ok) return opened
    if (made.ended !== null) return fail(made.ended) // while it was being opened
    made.cancel = opened.value
    return ok(made)
  }

  #listenerOf(of: Subscription): BarListener {
    const { listener } = this.#of
    return {
      bar: (bar, closed) => {
        if (this.#speaks(of)) listener.bar(bar, closed)
      },
      filled: (bars, span) => {
        if (this.#speaks(of)) listener.filled(bars, span)
      },
      price: (last) => {
        if (of !== this.#current) return // a better source takes over with bars alone
        this.#heardAt = this.#of.clock.monotonicMs()
        listener.price(last)
      },
      ended: (fault) => this.#ended(of, fault),
    }
  }

  /** Whether it is heard; a better source takes over with its first word. */
  #speaks(of: Subscription): boolean {
    if (of === this.#next) {
      this.#current?.cancel()
      this.#current = of
      this.#next = null
    }
    if (of !== this.#current) return false
    of.spoke = true
    this.#heardAt = this.#of.clock.monotonicMs()
    this.#patienceMs = SILENCE_MS
    this.#failures = 0
    return true
  }

  #ended(of: Subscription, fault: Fault): void {
    of.ended = fault
    if (of !== this.#current && of !== this.#next) return
    this.#judge(of.source, fault)
    if (of === this.#next) {
      this.#next = null
      return
    }
    this.renewals++
    this.#drop()
    if (isUnsent(fault)) return this.#unconnected()
    this.#reopenAfter(Math.min(REOPEN_MS * 2 ** this.#failures++, REOPEN_MS_MAX))
  }

  /** What failed on one connection says nothing of the next. */
  #unconnected(): void {
    this.#failures = 0
    this.#reopenAfter(REOPEN_MS)
  }

  #reopenAfter(ms: number): void {
    this.#retry()
    this.#retry = this.#of.clock.after(ms, () => this.open())
  }

  #drop(): void {
    const dropped = this.#current
    if (dropped === null) return
    this.#current = null
    dropped.cancel()
    this.#of.listener.broken()
  }

  /** A source that refuses, or may not be used, does so the next time as well. */
  #judge(source: StreamSource, { code, vendorCode }: Fault): void {
    if (vendorCode === UNREADABLE) return this.#drifted(source)
    if (code === 'refused' || code === 'no-permission') this.#never.add(source)
  }

  /** Opened again at once, the first time; the next source takes over when it happens again. */
  #drifted(source: StreamSource): void {
    const at = this.#of.clock.monotonicMs()
    const before = this.#unreadable.get(source)
    const isOften = before !== undefined && at - before.until < UNREADABLE_OFTEN_MS
    const count = isOften ? before.count + 1 : 1
    const waitMs = count === 1 ? 0 : Math.min(BETTER_MS * 2 ** (count - 2), UNREADABLE_MS_MAX)
    this.#unreadable.set(source, { count, until: at + waitMs })
  }

  #waits(source: StreamSource): boolean {
    return (this.#unreadable.get(source)?.until ?? 0) > this.#of.clock.monotonicMs()
  }

  /** Now and then: is there room further up? */
  #seek(): void {
    const now = this.#of.clock.monotonicMs()
    if (now - this.#soughtAt < BETTER_MS || (!this.subscribed && !this.#polled)) return
    this.#soughtAt = now
    this.#next?.cancel() // it has said nothing for a minute
    this.#next = null
    const better = SOURCES.slice(0, this.#current === null ? undefined : this.#rank())
    const opened = this.#subscribe(better)
    if (!opened.ok) return
    if (this.#current !== null) this.#next = opened.value
    else this.#current = opened.value
    this.#polled = false
  }

  #rank(): number {
    return this.#current === null ? SOURCES.length : SOURCES.indexOf(this.#current.source)
  }
}

const NO_SOURCE: Fault = {
  code: 'refused',
  retry: 'later',
  detail: 'no source of bars has room',
  vendorCode: null,
}
