import { amountOf, type Money } from '../domain/money.ts'
import type { ConId, Ticker } from '../domain/contract.ts'
import { readJournal } from '../journal/sqlite.ts'
import { reportOf, type JournalReport } from '../journal/queries.ts'
import { unattributed } from '../risk/unattributed.ts'
import { heldStructures } from '../trading/alive.ts'
import type { Demo } from './demo-world.ts'
import { CommandError } from './exit-codes.ts'

/** A position without a working exit for longer than this breaks promise P30. */
const UNPROTECTED_MS_MAX = 5_000
/** Historical requests a symbol a day (architecture.md section 9). */
const HISTORY_MAX = 10

/** What came of a demo, in the units of a person; `--json` prints it as it is. */
export interface DemoResult {
  readonly seed: number
  readonly market: string
  readonly days: readonly string[]
  readonly symbols: readonly Ticker[]
  readonly decisions: number
  /** Closed bars of each symbol; where all have the same number, that number. */
  readonly bars: number | Readonly<Record<string, number>>
  readonly outcomes: JournalReport['outcomes']
  readonly refused: number
  readonly entries: number
  readonly entriesByStrategy: Readonly<Record<string, number>>
  readonly fills: number
  readonly syntheticFills: number
  readonly exits: number
  /** Dollars, commissions included, of what was closed. */
  readonly realizedPnl: number
  readonly brokerRealizedPnl: number
  readonly commissions: number
  readonly orderFramesSent: number
  readonly unprotectedMsMax: number
  readonly historicalRequests: number
  /** How many things that must hold did not; `violationList` says which. */
  readonly violations: number
  readonly violationList: readonly string[]
  readonly events: number
  readonly journalHash: string
}

export interface DemoRun {
  readonly demo: Demo
  readonly journalPath: string
  readonly seed: number
  readonly days: readonly string[]
  readonly symbols: readonly Ticker[]
  /** Bars of regular hours that the market had, by symbol, as the simulator counts them. */
  readonly marketBars: ReadonlyMap<Ticker, number>
  /** False when it was stopped early: then not every bar was due. */
  readonly complete: boolean
}

/** Reads the journal back from its file, so that what is reported is what was stored. */
export function resultOf(run: DemoRun): {
  readonly result: DemoResult
  readonly report: JournalReport
} {
  const { demo } = run
  const entries = readJournal(run.journalPath)
  if (!entries.ok) throw new CommandError('journal', entries.error.detail)
  const report = reportOf(entries.value, demo.clock.now())
  const counts = [...report.bars.values()]
  const same = counts.length === run.symbols.length && new Set(counts).size === 1
  const violationList = violationsOf(run, report)
  const byStrategy: Record<string, number> = {}
  for (const { strategy } of report.trades) byStrategy[strategy] = (byStrategy[strategy] ?? 0) + 1
  const fills = report.trades.flatMap((trade) => trade.fills)
  const result: DemoResult = {
    seed: run.seed,
    market: demo.gateway.market.describe,
    days: run.days,
    symbols: run.symbols,
    decisions: report.decisions,
    bars: same ? (counts[0] ?? 0) : Object.fromEntries(report.bars),
    outcomes: report.outcomes,
    refused: report.refused,
    entries: report.entries,
    entriesByStrategy: byStrategy,
    fills: report.fills,
    syntheticFills: fills.filter((fill) => fill.synthetic).length,
    exits: report.exits,
    realizedPnl: dollars(report.realizedPnl),
    brokerRealizedPnl: dollars(demo.gateway.core.state.realizedPnl),
    commissions: dollars(report.commissions),
    orderFramesSent: demo.ibkr.counters.orderFramesSent,
    unprotectedMsMax: report.unprotectedMsMax,
    historicalRequests: demo.ibkr.counters.historicalRequests,
    violations: violationList.length,
    violationList,
    events: report.events,
    journalHash: demo.journal.journalHash(),
  }
  return { result, report }
}

/** To the cent, as a broker's statement has it. */
function dollars(amount: Money): number {
  return Math.round(amountOf(amount) * 100) / 100
}

/** What must hold of every demo, whatever the market did. */
function violationsOf(run: DemoRun, report: JournalReport): readonly string[] {
  const { demo, symbols, days, marketBars } = run
  const { core, counters } = demo.gateway
  const { state } = demo.bot.engine
  const found: string[] = []
  const check = (holds: boolean, says: string) => (holds ? undefined : found.push(says))
  if (run.complete) {
    for (const symbol of symbols) {
      const decided = report.bars.get(symbol) ?? 0
      const closed = marketBars.get(symbol) ?? 0
      check(decided === closed, `${symbol}: ${closed} bars closed, ${decided} were decided`)
    }
  }
  check(
    dollars(report.realizedPnl) === dollars(core.state.realizedPnl),
    `realised P&L: ${dollars(report.realizedPnl)} here, ` +
      `${dollars(core.state.realizedPnl)} at the broker`,
  )
  check(
    report.unprotectedMsMax <= UNPROTECTED_MS_MAX,
    `a position was without its exit for ${report.unprotectedMsMax} ms`,
  )
  check(counters.violations === 0, `the Gateway counted ${counters.violations} broken limits`)
  const { historicalRequests } = demo.ibkr.counters
  const historyMax = HISTORY_MAX * symbols.length * days.length
  check(
    historicalRequests <= historyMax,
    `${historicalRequests} historical requests, ${historyMax} allowed`,
  )
  // What is short is the leg of a spread whose other legs are held with it.
  const stray = unattributed(core.positions(), heldStructures(state))
  const isBare = (id: ConId) => stray.some(({ contract }) => contract.conId === id)
  for (const { contract, quantity } of core.positions()) {
    const ours = state.positions.get(contract.conId)?.quantity ?? 0
    check(ours === quantity, `conId ${contract.conId}: ${ours} here, ${quantity} at the broker`)
    const covered = quantity >= 0 || !isBare(contract.conId)
    check(covered, `conId ${contract.conId}: short ${quantity}`)
  }
  return found
}
