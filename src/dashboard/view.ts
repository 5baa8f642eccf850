import type { EpochMs } from '../base/clock.ts'
import type { Gate, LevelCause, Mode, TradingState } from '../domain/account.ts'
import type { BarSource } from '../domain/bar.ts'
import type { VerdictName } from '../domain/incident.ts'
import type { Order, OrderStatus } from '../domain/order.ts'

/**
 * What the API says, and so what the dashboard knows: copies, each with the `seq` of the journal
 * that it is true of. Amounts are decimal texts, so that nothing is lost on the way; times are
 * epoch milliseconds of the bot's clock; unknown is null.
 */

/** In the base currency, "-1751.40". */
export type DollarsText = string
/** Per share as quoted, "2.35". */
export type PriceText = string

/** Everything that an operator must know within five seconds. */
export interface View {
  readonly seq: number
  /** Of the bot's clock: of the simulation, where one runs. */
  readonly at: EpochMs
  readonly version: string
  readonly mode: Mode
  /** `DU*****67`: enough to tell two accounts apart. */
  readonly account: string
  /** The Gateway is ours and simulated: nothing here is real money. */
  readonly isSimulated: boolean
  /** Virtual seconds a second; 0: as fast as it goes, or time stands; null: real time. */
  readonly speed: number | null
  readonly market: MarketView
  readonly level: LevelView
  readonly gates: readonly GateView[]
  readonly link: 'down' | 'reconciling' | 'up'
  /** Counts connections: it grows with every reconnect. */
  readonly epoch: number
  readonly equity: EquityView | null
  readonly day: DayView
  /** When the broker's picture that positions are true of was asked for; null: none was yet. */
  readonly reconciledAt: EpochMs | null
  /** How far what is read from the journal is; null: nobody reads it here. */
  readonly journal: JournalState | null
  readonly protection: ProtectionView
  readonly structures: readonly StructureView[]
  readonly positions: readonly PositionView[]
  /** Not ended by proof. */
  readonly orders: readonly OrderView[]
  /** At the broker and not ours: shown, counted in risk, never touched. */
  readonly foreignOrders: readonly ForeignOrderView[]
  /** Not over. */
  readonly incidents: readonly IncidentView[]
  readonly health: HealthView
  readonly limits: readonly LimitView[]
  readonly symbols: readonly SymbolView[]
  /** What needs a person, the gravest first. */
  readonly alarms: readonly AlarmView[]
}

export interface JournalState {
  readonly seq: number
  /** It still reads what was before: orders, trades and incidents are not known yet. */
  readonly isBehind: boolean
  /** Why it cannot be read now; it is tried again by itself. */
  readonly error: string | null
}

export interface MarketView {
  readonly isOpen: boolean
  /** Today's session if it is not over, else the next one; null: beyond the calendar. */
  readonly session: { readonly open: EpochMs; readonly close: EpochMs } | null
  readonly isEarlyClose: boolean
}

export interface LevelView {
  readonly state: TradingState
  readonly cause: LevelCause | null
  /** Killed, and why not all is closed yet. */
  readonly flattenWaits: string | null
  /** Live only: the New York date that a person armed. */
  readonly armedOn: string | null
}

export interface GateView {
  readonly gate: Gate
  readonly symbol: string | null
  readonly since: EpochMs
  readonly reason: string
}

export interface EquityView {
  readonly netLiquidation: DollarsText
  readonly availableFunds: DollarsText
  readonly settledCash: DollarsText
  readonly kind: 'cash' | 'margin' | 'unknown'
  /** When the broker said so. */
  readonly at: EpochMs
}

/** Profit and loss of the New York date, and the guard it runs against. */
export interface DayView {
  readonly date: string
  /** When the broker said the profit; null: it has said none of this date. */
  readonly at: EpochMs | null
  /** By the broker; null until it is reliable, and of another date. */
  readonly pnl: DollarsText | null
  /** Ours, from fills since the journal began: closed, commissions included. */
  readonly realizedEver: DollarsText
  readonly commissionsEver: DollarsText
  /** Net liquidation less the day's profit, at the first reliable observation of the date. */
  readonly baseline: DollarsText | null
  /** What is lost of it by now, at least 0. */
  readonly lost: DollarsText | null
  /** At this loss entries end for the date. */
  readonly lossMax: DollarsText | null
}

export interface ProtectionView {
  readonly structures: number
  readonly unprotected: number
  readonly unprotectedSince: EpochMs | null
  /** Stops that only the running bot watches. */
  readonly watchedHere: number
  /** Share of the held units that exits at the broker or local triggers cover; null: flat. */
  readonly coverage: number | null
}

export interface QuoteView {
  readonly bid: PriceText | null
  readonly ask: PriceText | null
  readonly last: PriceText | null
  /** The last proof that its line is alive: ages count from here. */
  readonly aliveAt: EpochMs
  readonly isDelayed: boolean
  readonly isHalted: boolean
}

export interface ExitView {
  readonly kind: 'take-profit' | 'stop-loss'
  readonly price: PriceText
  readonly watchedBy: 'broker' | 'local'
  /** The order that rests for it; null: none does now. */
  readonly orderId: string | null
  readonly status: OrderStatus | null
}

export interface StructureView {
  readonly id: string
  readonly strategy: string
  readonly symbol: string
  readonly contract: string
  /** Units, signed. */
  readonly quantity: number
  readonly openPrice: PriceText
  readonly openedAt: EpochMs
  readonly quote: QuoteView | null
  /** By the mid of a usable quote. */
  readonly unrealized: DollarsText | null
  readonly exits: readonly ExitView[]
  readonly timeInForce: 'DAY' | 'GTC'
  readonly isProtected: boolean
  readonly triggered: 'take-profit' | 'stop-loss' | 'close' | null
}

export interface PositionView {
  readonly contract: string
  readonly quantity: number
  readonly cost: DollarsText
  /** Held by no structure of ours, in whole or in part. */
  readonly isUnattributed: boolean
}

export interface OrderView {
  readonly id: string
  readonly structureId: string | null
  readonly role: Order['role']
  readonly symbol: string
  readonly contract: string
  readonly side: 'BUY' | 'SELL'
  readonly quantity: number
  readonly filled: number
  readonly type: Order['terms']['type']
  /** Limit, or the price at which a stop triggers; null: at the market. */
  readonly price: PriceText | null
  readonly timeInForce: 'DAY' | 'GTC' | 'IOC'
  readonly status: OrderStatus
  readonly statusSince: EpochMs
  readonly intendedAt: EpochMs
}

export interface ForeignOrderView {
  readonly permId: number
  readonly contract: string
  readonly side: 'BUY' | 'SELL'
  readonly quantity: number
  readonly status: string
}

export interface IncidentView {
  readonly id: string
  readonly symptom: string
  readonly since: EpochMs
  readonly endedAt: EpochMs | null
  readonly verdict: VerdictName
  readonly verdictText: string
  readonly evidence: readonly string[]
  /** `A, B: why`. */
  readonly excluded: readonly string[]
  readonly missing: readonly string[]
  readonly timeline: readonly { readonly at: EpochMs; readonly text: string }[]
  readonly tried: readonly { readonly at: EpochMs; readonly step: string }[]
  readonly remedy: string
}

export interface HealthView {
  readonly lastAnswerAt: EpochMs | null
  readonly lastCycleAt: EpochMs | null
  /** Of the event loop; null in virtual time. */
  readonly loopDelayMsP99: number | null
  readonly loopDelayMsMax: number
  readonly memoryBytes: number
  readonly uptimeMs: number
  readonly requests: readonly RequestView[]
  readonly breakers: readonly BreakerView[]
  readonly budgets: readonly BudgetView[]
  readonly connections: readonly ConnectionView[]
  readonly farms: readonly FarmView[]
  /** Told to nobody, because the way to people did not take it. */
  readonly noticesLost: number
}

export interface ConnectionView {
  readonly name: 'order' | 'data' | 'canary'
  readonly isUp: boolean
  readonly since: EpochMs | null
  readonly reconnects: number
}

export interface FarmView {
  readonly name: string
  readonly state: 'ok' | 'inactive' | 'down' | 'unknown'
  readonly since: EpochMs
}

/** Milliseconds over the last five minutes; null: nothing was asked. */
export interface RequestView {
  readonly kind: string
  readonly count: number
  readonly p50: number | null
  readonly p90: number | null
  readonly p99: number | null
  readonly max: number | null
  readonly deadlineMs: number | null
  readonly answered: number
  readonly failed: number
  readonly timeouts: number
  readonly slowSince: EpochMs | null
}

export interface BreakerView {
  readonly class: string
  readonly phase: 'open' | 'half-open'
  readonly openings: number
  readonly probeInMs: number
}

export interface BudgetView {
  readonly rule: string
  readonly used: number
  readonly limit: number
  readonly freesAt: EpochMs | null
}

export interface LimitView {
  readonly rule: string
  readonly used: number | null
  readonly max: number | null
  readonly unit: 'dollars' | 'count'
  readonly by: string | null
}

export interface SymbolView {
  readonly symbol: string
  readonly source: BarSource | null
  readonly strategies: readonly string[]
  readonly last: { readonly price: PriceText; readonly at: EpochMs } | null
  /** Of the newest closed bar that was decided on. */
  readonly decision: DecisionView | null
}

export interface DecisionView {
  readonly symbol: string
  readonly barStart: EpochMs
  readonly at: EpochMs
  readonly kind: 'proposed' | 'hold' | 'none-picked' | 'skipped'
  readonly reason: string
  /** What `explain` takes. */
  readonly id: string
}

export interface AlarmView {
  readonly severity: 'critical' | 'warning' | 'info'
  readonly text: string
  readonly since: EpochMs | null
  /** What a person can do about it. */
  readonly remedy: string | null
}

/** GET /api/v1/symbols/{symbol} */
export interface SymbolDetail {
  readonly symbol: string
  readonly seq: number
  /** Closed bars of one minute, oldest first, of the last two sessions at most. */
  readonly bars: readonly BarView[]
  readonly indicators: readonly IndicatorView[]
  readonly marks: readonly ChartMark[]
  /** Newest first. */
  readonly decisions: readonly DecisionView[]
}

export interface BarView {
  readonly start: EpochMs
  readonly open: PriceText
  readonly high: PriceText
  readonly low: PriceText
  readonly close: PriceText
  readonly volume: number
}

export interface IndicatorView {
  /** "EMA 8", "VWAP", "RSI 14". */
  readonly name: string
  /** Drawn over the price, or in a pane of its own. */
  readonly pane: 'price' | 'own'
  readonly points: readonly { readonly at: EpochMs; readonly value: number }[]
}

export interface ChartMark {
  readonly at: EpochMs
  readonly kind: 'signal' | 'refused' | 'entry' | 'exit'
  readonly text: string
  /** What `explain` takes. */
  readonly id: string
}

/** GET /api/v1/chain/{symbol}: how the last contract was picked; null before the first time. */
export interface ChainView {
  readonly symbol: string
  readonly at: EpochMs
  readonly spot: PriceText
  readonly strategy: string
  readonly outlook: string
  /** Of the rules that it had to pass, in words. */
  readonly rules: readonly string[]
  readonly candidates: readonly CandidateView[]
  /** The contract that was taken; null: none was. */
  readonly pick: string | null
  /** What came of it, in the words of the decision. */
  readonly outcome: string
}

export interface CandidateView {
  readonly contract: string
  readonly strike: PriceText | null
  readonly expiry: string | null
  readonly right: 'C' | 'P' | null
  /** Seen at a glance, or quoted over a line of its own. */
  readonly stage: 'reach' | 'glanced' | 'quoted' | 'picked'
  readonly quote: QuoteView | null
  readonly volume: number | null
  readonly openInterest: number | null
  readonly greeks: GreeksView | null
  readonly passed: readonly string[]
  /** With value and threshold. */
  readonly failed: readonly string[]
}

/** By our own model from the mid of the quote, but for a delta that the broker tells. */
export interface GreeksView {
  readonly iv: number | null
  readonly delta: number | null
  readonly gamma: number | null
  readonly theta: number | null
  readonly vega: number | null
}

/** GET /api/v1/orders/{id} */
export interface OrderDetail {
  readonly order: OrderView
  readonly history: readonly {
    readonly at: EpochMs
    readonly seq: number
    readonly from: OrderStatus | null
    readonly to: OrderStatus
    readonly text: string
  }[]
  readonly fills: readonly FillView[]
}

export interface FillView {
  readonly execId: string
  readonly orderId: string
  readonly at: EpochMs
  readonly side: 'BUY' | 'SELL'
  readonly quantity: number
  readonly price: PriceText
  readonly commission: DollarsText | null
  /** Against the mid at the decision; positive: it cost more than the mid. */
  readonly slippage: DollarsText | null
}

/** GET /api/v1/trades: each structure from its first fill to flat, newest first. */
export interface TradeView {
  readonly structureId: string
  readonly strategy: string
  readonly symbol: string
  readonly contract: string
  readonly openedAt: EpochMs
  readonly closedAt: EpochMs | null
  readonly quantity: number
  readonly pnl: DollarsText
  readonly commissions: DollarsText
  readonly exit: string | null
}

/** GET /api/v1/journal */
export interface JournalPage {
  readonly seq: number
  readonly entries: readonly JournalLine[]
  /** For `before` of the next page; null: there is none. */
  readonly before: number | null
}

export interface JournalLine {
  readonly seq: number
  readonly at: EpochMs
  readonly type: string
  readonly text: string
  /** What `explain` takes; null: it is about no id. */
  readonly id: string | null
}

/** POST /api/v1/journal/replay: what recorded entries would have been with other limits. */
export interface ReplayReply {
  readonly judged: number
  readonly changed: readonly {
    readonly seq: number
    readonly at: EpochMs
    readonly symbol: string
    readonly strategy: string
    readonly was: string
    readonly would: string
  }[]
}

/** GET /api/v1/latency: one point for each ten seconds of the last two hours at most. */
export interface LatencyHistory {
  readonly kinds: readonly {
    readonly kind: string
    readonly points: readonly {
      readonly at: EpochMs
      readonly p50: number | null
      readonly p99: number | null
    }[]
  }[]
  readonly loop: readonly { readonly at: EpochMs; readonly p99: number | null }[]
  readonly memory: readonly { readonly at: EpochMs; readonly bytes: number }[]
}

/** GET /api/v1/settings: as they count, secrets hidden. */
export interface SettingsView {
  readonly file: string
  readonly hash: string
  readonly sections: readonly {
    readonly name: string
    readonly rows: readonly { readonly key: string; readonly value: string }[]
  }[]
}

export type Role = 'viewer' | 'trader' | 'admin'

/** GET /api/v1/session */
export interface SessionView {
  readonly user: string
  readonly role: Role
  /** Goes into the header `x-csrf-token` of everything that changes something. */
  readonly csrf: string
  /** When a person last proved who they are; dangerous actions ask for at most 5 minutes. */
  readonly provenAt: EpochMs
  /** Of the wall clock, as all times of this object. */
  readonly expiresAt: EpochMs
  /** Whether it may prove itself anew by a password, or by a new link alone. */
  readonly hasPassword: boolean
}

export const VERBS = [
  'halt',
  'reduce',
  'flatten',
  'kill',
  'resume',
  'arm',
  'cancel',
  'close',
] as const
export type Verb = (typeof VERBS)[number]

/** POST /api/v1/commands/{verb} */
export interface CommandBody {
  readonly reason?: string
  readonly orderId?: string
  readonly structureId?: string
  /** Typed by a person: resume and arm. */
  readonly accountId?: string
  /** Of POST /api/v1/confirmations: resume and arm take two steps. */
  readonly confirmation?: string
}

export interface CommandReply {
  readonly seq: number
  readonly tradingState: TradingState
}

/** POST /api/v1/confirmations {verb} */
export interface ConfirmationReply {
  readonly confirmation: string
  readonly expiresAt: EpochMs
  /** What it will do, in words, as things are now. */
  readonly effect: string
}

/** Whatever was refused. */
export interface ProblemReply {
  readonly error: string
  /** What to do about it. */
  readonly remedy: string
}

/**
 * `event: view` carries a View, `event: line` a JournalLine, as it is journaled, `event: pulse` a
 * Pulse, which is sent back as it is: what came before it was read.
 */
export type StreamEvent = 'view' | 'line' | 'pulse'

export interface Pulse {
  /** Names this reading of the stream within its session. */
  readonly reader: number
  readonly pulse: number
}
