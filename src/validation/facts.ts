import type { EpochMs } from '../base/clock.ts'
import type { Ticker } from '../domain/contract.ts'
import type { Outage } from './outages.ts'
import type { Stretch } from './plan.ts'
import type { Tally } from './tally.ts'

/** A soak runs in real time, bot and simulated Gateway in processes of their own. */
export type Phase = 'phase1' | 'phase2' | 'phase3' | 'soak'

/** What is validated, as it stands before it begins. */
export interface Setup {
  readonly phase: Phase
  readonly on: 'simulator' | 'gateway'
  /** For a person: which market, or which address. */
  readonly where: string
  readonly symbols: readonly Ticker[]
  readonly intervalMs: number
  /** How long it is to be watched: time of the market in a simulator, of the clock elsewhere. */
  readonly wantedMs: number
  /** Orders are sent, to a simulated broker. */
  readonly trades: boolean
  readonly scenario: { readonly name: string; readonly label: string | null } | null
  /** Of a soak alone. */
  readonly soak?: { readonly loadWanted: number; readonly faults: number }
}

/** From when to when one process watched; between two of them is a gap. */
export interface Period {
  readonly from: EpochMs
  readonly to: EpochMs
  /** Of it, whose bars are judged: while the market was open. */
  readonly stretches: readonly Stretch[]
  readonly marketMs: number
  readonly historicalRequests: number
  readonly orderFrames: number
}

/** The closed bars of a symbol that there were, and what was decided of them. */
export interface Bars {
  readonly closed: number
  readonly decided: number
  /** Starts of bars that nothing was decided of. */
  readonly missing: readonly EpochMs[]
}

export interface Trades {
  readonly entries: number
  readonly fills: number
  /** Dollars, ours and the broker's own. */
  readonly realizedPnl: number
  readonly brokerRealizedPnl: number
  readonly unprotectedMsMax: number
}

/** All that a verdict rests on. */
export interface RunFacts {
  readonly setup: Setup
  readonly periods: readonly Period[]
  /** Somebody stopped it before its time. */
  readonly interrupted: boolean
  readonly bars: ReadonlyMap<Ticker, Bars>
  /** Decisions on the interval's grid. */
  readonly cycles: number
  /** Dates with a session that was watched. */
  readonly tradingDays: number
  readonly outages: readonly Outage[]
  readonly tally: Tally
  /** Null: nothing is traded. */
  readonly trades: Trades | null
  /** Of a soak alone. */
  readonly soak?: SoakFacts
}

/** What only a soak measures. */
export interface SoakFacts {
  /** Messages that the Gateway was sent, a second. */
  readonly messagesPerSecond: number
  /** For each fault, until each symbol had decided a bar that closed after it; null: never. */
  readonly resumed: readonly { readonly name: string; readonly afterMs: number | null }[]
}

export function sumOf(
  { periods }: Pick<RunFacts, 'periods'>,
  what: 'marketMs' | 'historicalRequests' | 'orderFrames',
): number {
  return periods.reduce((sum, period) => sum + period[what], 0)
}

/** Watched, gaps left out. */
export function watchedMs({ periods }: Pick<RunFacts, 'periods'>): number {
  return periods.reduce((sum, { from, to }) => sum + (to - from), 0)
}

/** What was decided of the bars that closed; each counts as often as it was decided. */
export function barsOf(
  closed: ReadonlyMap<Ticker, readonly EpochMs[]>,
  decided: readonly { readonly symbol: Ticker; readonly barStart: EpochMs }[],
): ReadonlyMap<Ticker, Bars> {
  const bySymbol = new Map<Ticker, EpochMs[]>()
  for (const { symbol, barStart } of decided) {
    const starts = bySymbol.get(symbol) ?? []
    bySymbol.set(symbol, starts)
    starts.push(barStart)
  }
  return new Map(
    [...closed].map(([symbol, starts]): [Ticker, Bars] => {
      const [wanted, own] = [new Set(starts), bySymbol.get(symbol) ?? []]
      const had = new Set(own)
      return [
        symbol,
        {
          closed: starts.length,
          decided: own.filter((start) => wanted.has(start)).length,
          missing: starts.filter((start) => !had.has(start)),
        },
      ]
    }),
  )
}
