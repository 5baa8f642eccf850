import type { Cancel, Clock, EpochMs } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import type { NoticeCommand } from '../domain/alert.ts'
import type { Bar, BarSeries, BarSize, BarSource, BarSpan } from '../domain/bar.ts'
import type { Hours } from '../domain/calendar.ts'
import type { OptionChain } from '../domain/chain.ts'
import type {
  CalendarDate,
  ConId,
  ContractKey,
  Ticker,
  Tradable,
  UnderlyingKey,
} from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import type { Margin, MarginAsked } from '../domain/margin.ts'
import type { Approved, ClientOrderId, Order, OrderChange } from '../domain/order.ts'
import type { Candidate, Quote } from '../domain/quote.ts'
import type { BrokerSnapshot, OrderReport } from '../domain/report.ts'
import type { Event } from '../trading/event.ts'
import type { HealthPort } from './health.ts'
import type { Observer } from './sighting.ts'

export interface Fault {
  readonly code:
    | 'not-connected'
    | 'timeout'
    | 'paced'
    | 'breaker-open'
    | 'no-permission'
    | 'no-data'
    | 'stale'
    | 'storage'
    | 'refused'
  readonly retry: 'never' | 'later' | 'after-reconnect'
  readonly detail: string
  readonly vendorCode: number | null // the broker's own number, e.g. IBKR 162
}

/** There is no connection, or its service is known to be out: nothing of it left the process. */
export function isUnsent({ code }: Pick<Fault, 'code'>): boolean {
  return code === 'not-connected' || code === 'breaker-open'
}

/** How much of a contract the broker says is held; 0 once, when it is closed. */
export interface HeldNow {
  readonly conId: ConId
  readonly quantity: number
}

export interface Broker {
  /** Hands the group to the socket or says why not. Never queues. Outcomes are reports. */
  place(orders: readonly Approved<Order>[]): Result<void, Fault>
  /** One child after 10006, under the ids it had; a second time is refused. */
  resendChild(order: Approved<Order>): Result<void, Fault>
  replace(change: Approved<OrderChange>): Result<void, Fault>
  cancel(orderId: ClientOrderId): Result<void, Fault>
  /** What an order would do to the account: a question, which ends within ten seconds. */
  margin(asked: MarginAsked): Promise<Margin>
  /** `known`: contracts of the journal; a picture must not wait for their definitions. */
  snapshot(signal: AbortSignal, known?: readonly Tradable[]): Promise<Result<BrokerSnapshot, Fault>>
  onReport(listener: (report: OrderReport) => void): Cancel
  /** Whenever the broker says so, asked or not, and whoever traded. It may repeat itself. */
  onHeld(listener: (held: HeldNow) => void): Cancel
  /** The epoch grows with every connection. Who comes while the link is up is told so at once. */
  onLink(listener: (up: boolean, epoch: number) => void): Cancel
}

/** Only `panic` is given this; the engine never is. */
export interface KillSwitch {
  /** Every open order of the account, ours or not. */
  cancelAll(): Result<void, Fault>
}

export interface BarsRequest {
  readonly underlying: UnderlyingKey
  readonly size: BarSize
  readonly span: BarSpan // at most 2,000 bars
  /** Default: regular. */
  readonly hours?: Hours
  /** Default: waited for. */
  readonly urgency?: BarsUrgency
}

/**
 * What hangs on an answer. `waited-for`: the newest minutes, without which nothing is decided.
 * `first-fill`: larger bars, once; then they grow by themselves. `repair`: nobody waits for it.
 */
export type BarsUrgency = 'waited-for' | 'first-fill' | 'repair'

export interface BarListener {
  /** An open bar repeats with new values until the next one begins. */
  bar(bar: Bar, closed: boolean): void
  /**
   * At most once, before any bar: the closed bars since `from`, from a source that tells the past
   * with its stream. The span is covered as by an answer of `history`.
   */
  filled?(bars: readonly Bar[], span: BarSpan): void
  /** What is paid within a minute that will not be told, because it was not heard whole. */
  price?(last: Price): void
  /** Once; no more bars follow. */
  ended(fault: Fault): void
}

/** A quote over a line that stays open. */
export interface QuoteLine {
  /** What it has told, its age counted from the last proof that it is alive; null: nothing yet. */
  latest(): Quote | null
  /** What was asked beside it just now says the same. */
  confirm(): void
  close(): void
}

export interface MarketData {
  /** One bounded, paced request: the backfill, the repair of a gap, the polling fallback. */
  history(request: BarsRequest, signal: AbortSignal): Promise<Result<readonly Bar[], Fault>>
  /**
   * Bars as they form: IBKR keepUpToDate, 5-second bars, or built from a streaming quote line.
   * The first bar is whole. `paced`: this source has no room now, another may have.
   */
  stream(
    of: {
      readonly underlying: UnderlyingKey
      readonly size: BarSize
      readonly source: Exclude<BarSource, 'polled'>
      /** From when on closed bars are lacking, if any are. */
      readonly from?: EpochMs
      /** Default: regular. */
      readonly hours?: Hours
    },
    listener: BarListener,
  ): Result<Cancel, Fault>
  spot(underlying: UnderlyingKey, signal: AbortSignal): Promise<Result<Price, Fault>>
  /** Every trading class on one exchange. */
  chains(
    underlying: UnderlyingKey,
    signal: AbortSignal,
  ): Promise<Result<readonly OptionChain[], Fault>>
  /** Snapshots or cached quotes of contracts that exist. They rank, they never decide. */
  glance(
    keys: readonly ContractKey[],
    signal: AbortSignal,
  ): Promise<Result<readonly Candidate[], Fault>>
  /** Quotes over short-lived streaming lines, from the reserve of lines; the rest are left out. */
  candidates(
    keys: readonly ContractKey[],
    signal: AbortSignal,
  ): Promise<Result<readonly Candidate[], Fault>>
  /** The picked contract quoted once more, live: what is decided on, for one decision. */
  requote(contract: Tradable, signal: AbortSignal): Promise<Result<Candidate, Fault>>
  /** The quote of what is held, over one line until it is closed; `ended` is told once. */
  watch(contract: Tradable, ended: (fault: Fault) => void): Result<QuoteLine, Fault>
}

/** A cache: losing it costs a backfill, never a decision. */
export interface BarStore {
  load(symbol: Ticker, size: BarSize): BarSeries
  save(series: BarSeries): Result<void, Fault>
}

export interface Journal {
  /**
   * Durable when it returns; all or none; synchronous. `emergency`: the database refused, the
   * events are in the emergency log, and only what reduces risk may follow. A fault: nothing may.
   */
  append(at: EpochMs, events: readonly Event[]): Result<'journal' | 'emergency', Fault>
  read(): Iterable<{ readonly seq: number; readonly at: EpochMs; readonly event: Event }>
}

export interface Latched {
  readonly by: 'engine' | 'panic'
  readonly reason: string
}

/**
 * A flag outside the journal: while set, the state is `kill`. Cleared by a person only. Set by
 * `panic` it also means that panic flattens: the engine watches and sends nothing. The last look
 * reads it before every entry frame, so a process that was frozen and goes on cannot send one.
 */
export interface Latch {
  /** The engine's never takes the place of panic's. */
  set(latched: Latched): void
  read(): Latched | null
  /** With the level, and never before it. While it cannot be cleared it holds. */
  clear(): Result<void, Fault>
}

/** What a person armed live for: one account, until the New York date ends (P50). */
export interface Armed {
  readonly accountId: string
  readonly date: CalendarDate
}

/** The highest order id that may have been used, per client id: ids only grow (P26). */
export interface OrderIdStore {
  /** 0 when none was ever reserved. */
  load(clientId: number): number
  /** Durable when it returns; throws when it cannot be, and then no id of the block may be used. */
  reserve(clientId: number, upTo: number): void
}

/** Never throws: a turn goes on whether or not anybody can be told (`notify/unfailing.ts`). */
export interface Notifier {
  notify(notice: NoticeCommand): void
  /** Notices that could not be told; where it is not counted, none is known of. */
  lost?(): number
}

export interface Ports {
  readonly clock: Clock
  readonly broker: Broker
  readonly marketData: MarketData
  readonly barStore: BarStore
  readonly journal: Journal
  readonly latch: Latch
  readonly notifier: Notifier
  /** Left out where nobody watches: backtests, simulation. */
  readonly health?: HealthPort
  /** Told what the observe lane saw; left out where nobody looks. */
  readonly observer?: Observer
}
