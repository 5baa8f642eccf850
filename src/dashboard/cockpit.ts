import type { Cancel } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import type {
  ChainView,
  CommandBody,
  CommandReply,
  IncidentView,
  JournalLine,
  JournalPage,
  LatencyHistory,
  OrderDetail,
  OrderView,
  ProblemReply,
  ReplayReply,
  SettingsView,
  SymbolDetail,
  TradeView,
  Verb,
  View,
} from './view.ts'

/**
 * All that the server is given: copies to show, and the commands of the control socket. It never
 * sees a port. What takes long is answered in a thread of the server, never by the engine.
 */
export interface Cockpit {
  /** The newest; null: the bot has not shown anything yet. */
  view(): View | null
  /** Whenever there is a newer one; at most a few times a second. */
  onView(listener: (view: View) => void): Cancel
  /** Every event of the journal, as it is journaled. */
  onLine(listener: (line: JournalLine) => void): Cancel
  symbol(symbol: string): Promise<SymbolDetail | null>
  chain(symbol: string): Promise<ChainView | null>
  orders(page: PageAsked): Promise<readonly OrderView[]>
  order(id: string): Promise<OrderDetail | null>
  trades(page: PageAsked): Promise<readonly TradeView[]>
  /** Newest first, those that are over too. */
  incidents(page: PageAsked): Promise<readonly IncidentView[]>
  journal(asked: JournalAsked): Promise<JournalPage>
  /** Everything the journal says about one id, oldest first; empty: nothing. */
  explain(id: string): Promise<readonly JournalLine[]>
  replay(asked: ReplayAsked): Promise<Result<ReplayReply, ProblemReply>>
  /** A whole HTML page, or JSON, as the command `report` writes them. */
  report(period: ReportPeriod, as: 'html' | 'json'): Promise<string>
  latency(): Promise<LatencyHistory>
  settings(): Promise<SettingsView>
  /** In the text format of Prometheus. */
  metrics(): Promise<string>
  /** Journaled under the name of the person, by the engine; or why not. */
  command(by: string, verb: Verb, body: CommandBody): Promise<Result<CommandReply, ProblemReply>>
  /** What a command that takes two steps would do, in words, as things are now. */
  effect(verb: Verb): Promise<string>
}

export interface PageAsked {
  readonly limit: number
  /** Of before this moment, epoch milliseconds; null: the newest. */
  readonly before: number | null
}

export interface JournalAsked {
  /** In the text of an entry, whatever the case; empty: all. */
  readonly text: string
  /** Types of events; empty: all. */
  readonly types: readonly string[]
  readonly symbol: string | null
  /** Entries with a smaller `seq`; null: the newest. */
  readonly before: number | null
  readonly limit: number
}

/** Limits by their names in `risk:` and `selection:`, in the units of the configuration. */
export interface ReplayAsked {
  readonly limits: Readonly<Record<string, string>>
}

export type ReportPeriod = 'day' | 'week' | 'all'
