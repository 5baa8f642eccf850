import type { EpochMs } from '../base/clock.ts'
import type { CycleOutcome } from '../trading/input.ts'
import type { Ticker } from '../domain/contract.ts'
import type { Money } from '../domain/money.ts'
import { ledgerOf as holdingsOf } from '../domain/ledger.ts'
import { unprotectedSpans } from './protection.ts'
import type { Unprotected } from './protection.ts'
import type { Entry } from './rows.ts'
import { ledgerOf, tradesOf } from './trades.ts'
import type { Trade } from './trades.ts'

/** What a journal says happened: a fold, safe to drop and to build again. */
export interface JournalReport {
  readonly events: number
  readonly runs: number
  /** Of closed bars: one for each bar of each symbol. */
  readonly decisions: number
  readonly outcomes: Readonly<Record<CycleOutcome['kind'], number>>
  /** Decisions by symbol. */
  readonly bars: ReadonlyMap<Ticker, number>
  readonly approved: number
  readonly refused: number
  /** Structures with a fill. */
  readonly entries: number
  /** Structures that are flat again. */
  readonly exits: number
  readonly fills: number
  readonly trades: readonly Trade[]
  /** Of what was closed, commissions included. */
  readonly realizedPnl: Money
  readonly commissions: Money
  readonly unprotected: readonly Unprotected[]
  readonly unprotectedMsMax: number
}

/** `now`: how long what is unprotected at the end has been so. */
export function reportOf(entries: readonly Entry[], now: EpochMs): JournalReport {
  const outcomes = { proposed: 0, hold: 0, 'none-picked': 0, skipped: 0 }
  const bars = new Map<Ticker, number>()
  const count = { runs: 0, approved: 0, refused: 0 }
  for (const { event } of entries) {
    if (event.type === 'RunStarted') count.runs++
    if (event.type === 'EntryApproved') count.approved++
    if (event.type === 'EntryRefused') count.refused++
    if (event.type !== 'CycleEnded') continue
    const { symbol, kind } = event.outcome
    outcomes[kind]++
    bars.set(symbol, (bars.get(symbol) ?? 0) + 1)
  }
  const ledger = ledgerOf(entries)
  const { realized, commissions } = holdingsOf(ledger.fills.values(), ledger.commissions)
  const trades = tradesOf(entries)
  const unprotected = unprotectedSpans(entries)
  return {
    ...count,
    events: entries.length,
    decisions: [...bars.values()].reduce((sum, of) => sum + of, 0),
    outcomes,
    bars,
    entries: trades.length,
    exits: trades.filter((trade) => trade.closedAt !== null).length,
    fills: ledger.fills.size,
    trades,
    realizedPnl: realized,
    commissions,
    unprotected,
    unprotectedMsMax: Math.max(0, ...unprotected.map(({ from, to }) => (to ?? now) - from)),
  }
}
