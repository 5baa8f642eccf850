import type { EpochMs } from '../base/clock.ts'
import type { JournalAsked, PageAsked } from '../dashboard/cockpit.ts'
import { decisionView } from '../dashboard/feed-health.ts'
import { orderView } from '../dashboard/feed-held.ts'
import { dollarsText, priceText } from '../dashboard/feed-texts.ts'
import { incidentView } from '../dashboard/feed-view.ts'
import { refusal } from '../dashboard/refusal.ts'
import type {
  FillView,
  IncidentView,
  JournalLine,
  JournalPage,
  OrderDetail,
  OrderView,
  TradeView,
} from '../dashboard/view.ts'
import { nameOf } from '../domain/contract-key.ts'
import type { MetricsOf } from '../dashboard/metrics.ts'
import type { Mode } from '../domain/account.ts'
import type { ClientOrderId } from '../domain/order.ts'
import { remedyOf } from '../ibkr/diagnosis/remedies.ts'
import { cycleId, namesIn } from '../journal/explain.ts'
import { fillLedgerOf } from '../journal/fill-quality.ts'
import { JournalReader } from '../journal/follow.ts'
import { incidentsOf } from '../journal/incidents.ts'
import type { Entry } from '../journal/rows.ts'
import type { Trade } from '../journal/trades.ts'
import type { Event } from '../trading/event.ts'
import { evolve } from '../trading/evolve.ts'
import { initialState } from '../trading/state.ts'
import type { State } from '../trading/state.ts'
import { JournalIndex } from './journal-index.ts'
import { explainedLine, lineOf, symbolOf } from './lines.ts'
import { pageOf } from './page-of.ts'
import { storyOf } from './story.ts'
import { SymbolMarks } from './symbol-marks.ts'
import { TradesShown } from './trades-shown.ts'

const INCIDENTS: ReadonlySet<Event['type']> = new Set([
  'IncidentOpened',
  'IncidentUpdated',
  'IncidentEnded',
])
/** A search looks at so many rows, and says from where it would go on; at more if none fits. */
const SCANNED_MAX = 20_000
const SCANNED_AT_ONCE = 500
const LINES_AT_ONCE = 200
/** Of types that are rare, rows that are passed over for it. */
const PASSED_AT_ONCE = 5_000
/** Rows that are read, verified and folded before others have a turn. */
const FOLLOWED_AT_ONCE = 500
const IDS_TOLD_MAX = 5

/** Everything that is read from the journal, by a reader of its own: the engine is never asked. */
export class JournalModels {
  readonly #reader: JournalReader
  readonly #marks = new SymbolMarks()
  readonly #index = new JournalIndex()
  readonly #trades = new TradesShown()
  readonly #incidents: Entry[] = []
  #counts = NOTHING_COUNTED
  #state: State

  constructor(path: string, of: { readonly mode: Mode; readonly accountId: string }) {
    this.#reader = new JournalReader(path)
    this.#state = initialState(of.mode, of.accountId)
  }

  /** True of this `seq`. */
  get state(): State {
    return this.#state
  }

  get reader(): JournalReader {
    return this.#reader
  }

  /** What was journaled since; at most some thousand at once, empty when there is no more. */
  follow(): readonly JournalLine[] {
    return this.#reader.next(FOLLOWED_AT_ONCE).map((entry) => {
      this.#state = evolve(this.#state, entry.event, entry.at)
      this.#marks.saw(entry, this.#state)
      this.#index.saw(entry)
      this.#trades.saw(entry)
      if (INCIDENTS.has(entry.event.type)) this.#incidents.push(entry)
      this.#counts = counted(this.#counts, entry.event)
      return lineOf(entry, this.#state)
    })
  }

  /** A search yields to others between slices, and to time: it says from where it would go on. */
  async journal(
    { text, types, symbol, before, limit }: JournalAsked,
    { pause, isLate }: { readonly pause: Pause; readonly isLate: () => boolean },
  ): Promise<JournalPage> {
    const wanted = text.trim().toLowerCase()
    const lines: JournalLine[] = []
    let from = before
    const goesOn = (looked: number): boolean =>
      looked < SCANNED_MAX || (lines.length === 0 && !isLate())
    for (let looked = 0; goesOn(looked);) {
      const slice = { types, limit: SCANNED_AT_ONCE, span: PASSED_AT_ONCE }
      const piece = this.#reader.before(from, slice)
      for (const entry of piece.entries) {
        if (symbol !== null && symbolOf(entry.event, this.#state) !== symbol) continue
        const line = lineOf(entry, this.#state)
        if (wanted !== '' && !`${line.type} ${line.text}`.toLowerCase().includes(wanted)) continue
        lines.push(line)
        if (lines.length >= limit)
          return { seq: this.#state.seq, entries: lines, before: entry.seq }
      }
      if (piece.from === null) return { seq: this.#state.seq, entries: lines, before: null }
      looked += (from ?? this.#state.seq + 1) - piece.from
      from = piece.from
      await pause()
    }
    return { seq: this.#state.seq, entries: lines, before: from }
  }

  /**
   * By an id, the beginning of one, `last` or a symbol. The command `explain` also takes `refused`
   * and a minute, as `SPY 09:33`: it reads all of the journal, and here is kept what was last.
   */
  async explain(asked: string, pause: Pause): Promise<readonly JournalLine[]> {
    const byId = await this.#story(asked, pause)
    const meant = byId.length > 0 ? null : await this.#meant(asked, pause)
    const story = meant === null ? byId : await this.#story(meant, pause)
    const lines: JournalLine[] = []
    for (const [index, entry] of story.entries()) {
      if (index % LINES_AT_ONCE === LINES_AT_ONCE - 1) await pause()
      lines.push(explainedLine(entry, this.#state))
    }
    return lines
  }

  /** The newest decision for `last` or of a symbol, else the one id that begins so; null: none. */
  async #meant(asked: string, pause: Pause): Promise<string | null> {
    const decided = this.#marks.lastDecision(asked === 'last' ? null : asked.toUpperCase())
    if (decided !== null) return cycleId(decided.outcome)
    const names = this.#index.namesBegun(asked)
    const [first = null] = names
    if (first === null || names.length === 1) return first
    // Several are one when they are of one story: an entry and the exits that were sent with it.
    const story = await this.#story(first, pause)
    const told = new Set(story.flatMap(({ event }) => namesIn(event)))
    if (names.every((name) => told.has(name))) return first
    const some = names.slice(0, IDS_TOLD_MAX).join(', ')
    const what = `"${asked}" begins ${names.length} ids: ${some}`
    throw refusal(400, what, 'type more of the one that you mean')
  }

  orders(page: PageAsked): readonly OrderView[] {
    const sorted = [...this.#state.orders.values()].sort((a, b) => b.intendedAt - a.intendedAt)
    return pageOf(sorted, page, ({ intendedAt }) => intendedAt).map(orderView)
  }

  async order(id: string, pause: Pause): Promise<OrderDetail | null> {
    const order = this.#state.orders.get(id as ClientOrderId)
    if (order === undefined) return null
    const story = await this.#story(id, pause)
    const history = story.flatMap((entry): OrderDetail['history'] => {
      const { event, at, seq } = entry
      if (event.type === 'OrderIntended' && event.order.id === id) {
        const { text } = lineOf(entry, this.#state)
        return [{ at, seq, from: null, to: 'intent', text }]
      }
      if (event.type !== 'OrderMoved' || event.orderId !== id) return []
      return [{ at, seq, from: event.from, to: event.to, text: lineOf(entry, this.#state).text }]
    })
    return { order: orderView(order), history, fills: this.#fillsOf(id, story) }
  }

  trades(page: PageAsked): readonly TradeView[] {
    return pageOf(this.#trades.trades(), page, ({ openedAt }) => openedAt).map(tradeView)
  }

  /** Of this run, for who plots them. */
  get counts(): RunCounts {
    return this.#counts
  }

  /** Newest first, those that are over too. */
  incidents(page: PageAsked): readonly IncidentView[] {
    const sorted = incidentsOf(this.#incidents.values())
      .map(({ incident, endedAt }) => incidentView(incident, { endedAt, remedyOf }))
      .sort((a, b) => b.since - a.since)
    return pageOf(sorted, page, ({ since }) => since)
  }

  marks(symbol: string) {
    return this.#marks.marks(symbol)
  }

  decisions(symbol: string) {
    return this.#marks.decisions(symbol).map(decisionView)
  }

  /** The first decision of a symbol at or after this moment, in its words; null: none yet. */
  outcomeSince(symbol: string, at: EpochMs): string | null {
    const [last] = this.#marks
      .decisions(symbol)
      .filter((decided) => decided.at >= at)
      .slice(-1)
    return last === undefined ? null : `${last.outcome.kind}: ${last.outcome.reason}`
  }

  close(): void {
    this.#reader.close()
  }

  #story(id: string, pause: Pause): Promise<readonly Entry[]> {
    return storyOf(id, { reader: this.#reader, index: this.#index, pause })
  }

  #fillsOf(id: string, story: readonly Entry[]): readonly FillView[] {
    const { fills } = fillLedgerOf(story)
    return fills
      .filter(({ orderId }) => orderId === id)
      .map(({ execId, orderId, at, side, quantity, price, againstMid }) => {
        const commission = this.#state.commissions.get(execId)
        return {
          execId,
          orderId,
          at,
          side,
          quantity,
          price: priceText(price),
          commission: commission === undefined ? null : dollarsText(commission),
          slippage: againstMid === null ? null : dollarsText(againstMid.amount),
        }
      })
  }
}

/** Between two slices of work: whoever else is asked has a turn. */
type Pause = () => Promise<void>

type RunCounts = Pick<MetricsOf, 'decisions' | 'incidents'>

const NOTHING_COUNTED: RunCounts = {
  decisions: { proposed: 0, hold: 0, 'none-picked': 0, skipped: 0 },
  incidents: {},
}

function counted(counts: RunCounts, event: Event): RunCounts {
  if (event.type === 'RunStarted') return NOTHING_COUNTED
  if (event.type === 'CycleEnded') {
    const { decisions } = counts
    const { kind } = event.outcome
    return { ...counts, decisions: { ...decisions, [kind]: decisions[kind] + 1 } }
  }
  if (event.type !== 'IncidentEnded') return counts
  // What it was is known for good when it is over.
  const { name } = event.incident.verdict
  const { incidents } = counts
  return { ...counts, incidents: { ...incidents, [name]: (incidents[name] ?? 0) + 1 } }
}

function tradeView(trade: Trade): TradeView {
  const { structureId, strategy, contract, openedAt, closedAt, quantity, pnl, commissions } = trade
  return {
    structureId,
    strategy,
    symbol: contract.symbol,
    contract: nameOf(contract),
    openedAt,
    closedAt,
    quantity,
    pnl: dollarsText(pnl),
    commissions: dollarsText(commissions),
    exit: closedAt === null ? null : (trade.fills.at(-1)?.role ?? null),
  }
}
