import type { EpochMs } from '../base/clock.ts'
import type { JournalAsked, OrdersAsked } from '../dashboard/cockpit.ts'
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
import { cycleId, explainable, namesIn } from '../journal/explain.ts'
import { findId } from '../journal/find-id.ts'
import { fillLedgerOf } from '../journal/fill-quality.ts'
import { JournalReader } from '../journal/follow.ts'
import { incidentsOf } from '../journal/incidents.ts'
import type { Entry } from '../journal/rows.ts'
import { tradesOf } from '../journal/trades.ts'
import type { Trade } from '../journal/trades.ts'
import type { Event } from '../trading/event.ts'
import { evolve } from '../trading/evolve.ts'
import { initialState } from '../trading/state.ts'
import type { State } from '../trading/state.ts'
import { explainedLine, lineOf, symbolOf } from './lines.ts'
import { SymbolMarks } from './symbol-marks.ts'

/** Of what trades are folded from; the rows of days stay in memory, those of cycles do not. */
const TRADED: ReadonlySet<Event['type']> = new Set([
  'EntryApproved',
  'OrderIntended',
  'OrderFilled',
  'CommissionReported',
])
const INCIDENTS: ReadonlySet<Event['type']> = new Set([
  'IncidentOpened',
  'IncidentUpdated',
  'IncidentEnded',
])
/** A search looks at so many rows, and says from where it would go on; at more if none fits. */
const SCANNED_MAX = 20_000
const SCANNED_AT_ONCE = 500
/** What is about one id are dozens of rows; what is about more of them is no id. */
const RELATED_MAX = 5_000
const ROUNDS_MAX = 12
const IDS_TOLD_MAX = 5

/** Everything that is read from the journal, by a reader of its own: the engine is never asked. */
export class JournalModels {
  readonly #reader: JournalReader
  readonly #marks = new SymbolMarks()
  readonly #traded: Entry[] = []
  readonly #incidents: Entry[] = []
  #trades: { readonly count: number; readonly trades: readonly Trade[] } | null = null
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
    return this.#reader.next().map((entry) => {
      this.#state = evolve(this.#state, entry.event, entry.at)
      this.#marks.saw(entry, this.#state)
      if (TRADED.has(entry.event.type)) this.#traded.push(entry)
      if (INCIDENTS.has(entry.event.type)) this.#incidents.push(entry)
      this.#counts = counted(this.#counts, entry.event)
      return lineOf(entry, this.#state)
    })
  }

  async journal(
    { text, types, symbol, before, limit }: JournalAsked,
    { pause, isLate }: { readonly pause: () => Promise<void>; readonly isLate: () => boolean },
  ): Promise<JournalPage> {
    const wanted = text.trim().toLowerCase()
    const lines: JournalLine[] = []
    let from = before
    const goesOn = (scanned: number): boolean =>
      scanned < SCANNED_MAX || (lines.length === 0 && !isLate())
    for (let scanned = 0; goesOn(scanned); scanned += SCANNED_AT_ONCE) {
      const entries = this.#reader.before(from, { types, limit: SCANNED_AT_ONCE })
      for (const entry of entries) {
        from = entry.seq
        if (symbol !== null && symbolOf(entry.event, this.#state) !== symbol) continue
        const line = lineOf(entry, this.#state)
        if (wanted !== '' && !`${line.type} ${line.text}`.toLowerCase().includes(wanted)) continue
        lines.push(line)
        if (lines.length >= limit) return { seq: this.#state.seq, entries: lines, before: from }
      }
      if (entries.length < SCANNED_AT_ONCE) {
        return { seq: this.#state.seq, entries: lines, before: null }
      }
      await pause()
    }
    return { seq: this.#state.seq, entries: lines, before: from }
  }

  /** By an id, or by what a person has at hand instead: as the command `explain` takes it. */
  explain(asked: string): readonly JournalLine[] {
    const byId = this.related(asked)
    const found = byId.length > 0 ? byId : this.related(this.#meant(asked) ?? '')
    return found.map((entry) => explainedLine(entry, this.#state))
  }

  /** The newest decision for `last` or of a symbol, else the one id that begins so; null: none. */
  #meant(asked: string): string | null {
    const decided = this.#marks.lastDecision(asked === 'last' ? null : asked.toUpperCase())
    if (decided !== null) return cycleId(decided.outcome)
    const holding = this.#reader.containing([JSON.stringify(asked).slice(1, -1)], RELATED_MAX)
    const found = findId(holding, asked)
    if (found.kind !== 'many') return found.kind === 'id' ? found.id : null
    const some = found.ids.slice(0, IDS_TOLD_MAX).join(', ')
    const what = `"${asked}" begins ${found.ids.length} ids: ${some}`
    throw refusal(400, what, 'type more of the one that you mean')
  }

  /** As the command `explain` finds them, without reading what holds none of the names. */
  related(id: string): readonly Entry[] {
    if (id === '') return []
    const known = new Set([id])
    let related: readonly Entry[] = []
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const holding = this.#reader.containing([...known].map(needleOf), RELATED_MAX)
      related = explainable(holding, id)
      const before = known.size
      for (const { event } of related) for (const name of namesIn(event)) known.add(name)
      if (known.size === before) break
    }
    return related
  }

  orders({ limit, before }: OrdersAsked): readonly OrderView[] {
    return [...this.#state.orders.values()]
      .filter(({ intendedAt }) => before === null || intendedAt < before)
      .sort((a, b) => b.intendedAt - a.intendedAt)
      .slice(0, limit)
      .map(orderView)
  }

  order(id: string): OrderDetail | null {
    const order = this.#state.orders.get(id as ClientOrderId)
    if (order === undefined) return null
    const own = this.#reader.containing([needleOf(id)], RELATED_MAX)
    const history = own.flatMap((entry): OrderDetail['history'] => {
      const { event, at, seq } = entry
      const { text } = lineOf(entry, this.#state)
      if (event.type === 'OrderIntended' && event.order.id === id) {
        return [{ at, seq, from: null, to: 'intent', text }]
      }
      if (event.type !== 'OrderMoved' || event.orderId !== id) return []
      return [{ at, seq, from: event.from, to: event.to, text }]
    })
    return { order: orderView(order), history, fills: this.#fillsOf(id) }
  }

  trades(): readonly TradeView[] {
    const count = this.#traded.length
    if (this.#trades?.count !== count) this.#trades = { count, trades: tradesOf(this.#traded) }
    return [...this.#trades.trades].reverse().map(tradeView)
  }

  /** All that trades are made of, oldest first: for reports. */
  traded(): readonly Entry[] {
    return this.#traded
  }

  /** Of this run, for who plots them. */
  get counts(): RunCounts {
    return this.#counts
  }

  /** Newest first, those that are over too. */
  incidents(): readonly IncidentView[] {
    return incidentsOf(this.#incidents)
      .map(({ incident, endedAt }) => incidentView(incident, { endedAt, remedyOf }))
      .reverse()
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

  #fillsOf(id: string): readonly FillView[] {
    const { fills } = fillLedgerOf(this.related(id))
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

/** A cycle has no name in its row but its bar; what else is found is sorted out afterwards. */
function needleOf(name: string): string {
  const bar = /^[^@]{1,12}@(\d{1,16})$/.exec(name)?.[1]
  return bar === undefined ? JSON.stringify(name).slice(1, -1) : `"barStart":${bar}`
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
