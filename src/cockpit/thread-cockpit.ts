import type { Cancel, Clock } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import { chainView } from '../dashboard/chain-view.ts'
import type {
  Cockpit,
  JournalAsked,
  PageAsked,
  ReplayAsked,
  ReportPeriod,
} from '../dashboard/cockpit.ts'
import { Latencies } from '../dashboard/latency-history.ts'
import { metricsText } from '../dashboard/metrics.ts'
import { refusal } from '../dashboard/refusal.ts'
import { ChartBars } from '../dashboard/symbol-view.ts'
import type {
  AlarmView,
  ChainView,
  CommandBody,
  CommandReply,
  JournalLine,
  ProblemReply,
  SymbolDetail,
  Verb,
  View,
} from '../dashboard/view.ts'
import { restartWindowAt } from '../domain/restart-windows.ts'
import type { Sighting } from '../engine/sighting.ts'
import { initialState } from '../trading/state.ts'
import { effectText } from './effect.ts'
import type { JournalModels } from './journal-models.ts'
import type { ThreadData, ToThread } from './messages.ts'
import { replayed } from './replay.ts'
import { Reports } from './reports.ts'
import { settingsAt } from './settings-at.ts'
import { maskedIn } from './masked-in.ts'

export interface CockpitParts {
  readonly clock: Clock
  readonly data: ThreadData
  readonly models: JournalModels
  /** Asks the bot, which answers by and by. */
  readonly command: (
    by: string,
    verb: Verb,
    body: CommandBody,
  ) => Promise<Result<CommandReply, ProblemReply>>
  /** Where the page is, whatever the file says. */
  readonly port: () => number
  /** Whose readers were too slow, since the start. */
  readonly streamsDropped: () => number
  readonly log: (line: string) => void
}

/** Less than the five seconds of every question: the page then says from where it goes on. */
const SEARCH_MS_MAX = 3_000
/** Between two tries to read a journal that could not be. */
export const RETRY_MS = 5_000

/** All that the server shows, in its thread: copies, and read models over the journal's file. */
export class ThreadCockpit implements Cockpit {
  readonly #of: CockpitParts
  readonly #charts: ReadonlyMap<string, ChartBars>
  readonly #sightings = new Map<string, Sighting>()
  readonly #latencies = new Latencies()
  readonly #reports: Reports
  readonly #viewListeners = new Set<(view: View) => void>()
  readonly #lineListeners = new Set<(line: JournalLine) => void>()
  #view: View | null = null
  #toldMs = 0
  #following = false
  #broken: string | null = null
  #hasRead = false
  #stopRetry: Cancel = () => undefined

  constructor(of: CockpitParts) {
    this.#of = of
    const { symbols, hours, journal } = of.data
    this.#reports = new Reports({ journal, clock: of.clock })
    this.#charts = new Map(
      symbols.map(({ symbol, strategies }) => [symbol, new ChartBars({ strategies, hours })]),
    )
  }

  /** What the bot published. */
  told({ view: told, bars, sightings }: Extract<ToThread, { kind: 'view' }>): void {
    const view = maskedIn(this.#withJournal(this.#withDecisions(told)))
    this.#view = view
    this.#toldMs = this.#of.clock.monotonicMs()
    this.#latencies.seen(view)
    for (const { symbol, size, bars: closed } of bars) this.#charts.get(symbol)?.told(size, closed)
    for (const sighting of sightings) this.#sightings.set(sighting.symbol, sighting)
    for (const listener of this.#viewListeners) listener(view)
    void this.catchUp()
  }

  /** Reads what was journaled since, in pieces: whoever is asked meanwhile answers. */
  async catchUp(): Promise<void> {
    if (this.#following || this.#broken !== null) return
    this.#following = true
    try {
      for (let lines = this.#of.models.follow(); lines.length > 0;) {
        if (this.#hasRead) for (const line of lines) this.#tell(line)
        await this.#pause()
        lines = this.#of.models.follow()
      }
      this.#hasRead = true
    } catch (error) {
      this.#failed(error)
    }
    this.#following = false
  }

  /** A journal that is busy or cannot be read now may be well again: told, and tried again. */
  #failed(error: unknown): void {
    this.#broken = error instanceof Error ? error.message : String(error)
    this.#of.log(`dashboard: the journal cannot be followed now: ${this.#broken}`)
    this.#stopRetry = this.#of.clock.after(RETRY_MS, () => {
      this.#broken = null
      return this.catchUp()
    })
  }

  /** What is read from the journal; as long as it cannot be, or not in whole, why not. */
  #models(isSearch = false): JournalModels {
    const { models } = this.#of
    if (this.#broken !== null) {
      const remedy = `it is tried again each ${RETRY_MS / 1_000} s; see the log of the bot`
      throw refusal(503, `the journal cannot be read: ${maskedIn(this.#broken)}`, remedy)
    }
    if (this.#hasRead || isSearch) return models
    const of = this.#view === null ? '' : ` of ${this.#view.seq}`
    const where = `the journal is still being read: entry ${models.state.seq}${of}`
    throw refusal(503, where, 'ask again in a moment')
  }

  close(): void {
    this.#stopRetry()
    this.#reports.close()
  }

  view(): View | null {
    return this.#view
  }

  onView(listener: (view: View) => void): Cancel {
    this.#viewListeners.add(listener)
    return () => this.#viewListeners.delete(listener)
  }

  onLine(listener: (line: JournalLine) => void): Cancel {
    this.#lineListeners.add(listener)
    return () => this.#lineListeners.delete(listener)
  }

  async symbol(symbol: string): Promise<SymbolDetail | null> {
    const chart = this.#charts.get(symbol)
    if (chart === undefined) return null
    const models = this.#models(true)
    const bars = chart.minutes()
    const from = bars[0]?.start ?? 0
    return maskedIn({
      symbol,
      seq: models.state.seq,
      bars,
      indicators: chart.lines(),
      marks: models.marks(symbol).filter(({ at }) => at >= from),
      decisions: models.decisions(symbol),
    })
  }

  async chain(symbol: string): Promise<ChainView | null> {
    const seen = this.#sightings.get(symbol)
    if (seen === undefined) return null
    return maskedIn(chainView(seen, this.#of.models.outcomeSince(symbol, seen.at)))
  }

  async orders(page: PageAsked) {
    return maskedIn(this.#models().orders(page))
  }

  async order(id: string) {
    return maskedIn(await this.#models().order(id, () => this.#pause()))
  }

  async trades(page: PageAsked) {
    return maskedIn(this.#models().trades(page))
  }

  async incidents(page: PageAsked) {
    return maskedIn(this.#models().incidents(page))
  }

  async journal(asked: JournalAsked) {
    const { clock } = this.#of
    const fromMs = clock.monotonicMs()
    const isLate = (): boolean => clock.monotonicMs() - fromMs > SEARCH_MS_MAX
    const turns = { pause: () => this.#pause(), isLate }
    return maskedIn(await this.#models(true).journal(asked, turns))
  }

  async explain(id: string) {
    return maskedIn(await this.#models().explain(id, () => this.#pause()))
  }

  async replay(asked: ReplayAsked) {
    const { data } = this.#of
    const models = this.#models()
    const begin = initialState(data.mode, data.accountId)
    const pause = () => this.#pause()
    const { rules } = data
    return maskedIn(await replayed(asked, { pieces: models.reader.pieces(), begin, rules, pause }))
  }

  async report(period: ReportPeriod, as: 'html' | 'json'): Promise<string> {
    const now = this.#view?.at ?? null
    const { seq } = this.#models().reader
    if (now === null || seq === 0) {
      throw refusal(503, 'nothing is known yet; there is nothing to report', 'ask again')
    }
    return this.#reports.report(period, as, { seq, now })
  }

  async latency() {
    return this.#latencies.history()
  }

  async settings() {
    const { data, port } = this.#of
    return maskedIn(settingsAt(data.settings, port()))
  }

  async metrics(): Promise<string> {
    if (this.#view === null) throw new Error('the bot has not shown anything yet; ask again')
    const { models, streamsDropped, clock, data } = this.#of
    const { version } = this.#view
    const of = {
      version,
      viewAgeMs: clock.monotonicMs() - this.#toldMs,
      isRestartWindow: restartWindowAt(data.restartWindows, this.#view.at) !== null,
      streamsDropped: streamsDropped(),
      ...models.counts,
    }
    return maskedIn(await metricsText(this.#view, of))
  }

  async command(by: string, verb: Verb, body: CommandBody) {
    return maskedIn(await this.#of.command(by, verb, body))
  }

  async effect(verb: Verb): Promise<string> {
    return maskedIn(effectText(verb, this.#view))
  }

  /** A bot that has just started has decided nothing yet; its journal knows what was decided. */
  #withDecisions(view: View): View {
    if (view.symbols.every(({ decision }) => decision !== null)) return view
    const symbols = view.symbols.map((of) => {
      const [last = null] = of.decision === null ? this.#of.models.decisions(of.symbol) : []
      return of.decision === null ? { ...of, decision: last } : of
    })
    return { ...view, symbols }
  }

  #withJournal(view: View): View {
    const { seq } = this.#of.models.state
    const error = this.#broken
    const journal = { seq, isBehind: !this.#hasRead, error }
    if (error === null) return { ...view, journal }
    const alarm: AlarmView = {
      severity: 'warning',
      text: `the page cannot read the journal: ${error}`,
      since: null,
      remedy: 'It is tried again by itself; the bot goes on. See its log, and free the disk.',
    }
    return { ...view, journal, alarms: [...view.alarms, alarm] }
  }

  #tell(line: JournalLine): void {
    for (const listener of this.#lineListeners) listener(maskedIn(line))
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => void this.#of.clock.after(0, resolve))
  }
}
