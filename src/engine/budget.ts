import type { EpochMs } from '../base/clock.ts'
import type { Bar, BarSize, BarSource } from '../domain/bar.ts'
import type { Ticker } from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import type { LimitUse } from '../risk/limits-in-use.ts'
import type { Rules } from '../trading/command.ts'
import type { ConnectionFigures, FarmFigures } from './health.ts'

/** What is used of one limit of the broker, as this process counts it. */
export interface Budget {
  readonly rule: string
  readonly used: number
  readonly limit: number
  readonly left: number
  /** When more of it is free at the latest; null: when something that is open ends. */
  readonly freesAtMs: EpochMs | null
}

/** Where the closed bars of a symbol come from now; null: from nowhere. */
export interface SymbolBars {
  readonly symbol: Ticker
  readonly source: BarSource | null
}

/** A symbol that is traded: by whom, and the newest price that its stream told. */
export interface SymbolTraded {
  readonly symbol: Ticker
  readonly strategies: readonly string[]
  /** Which bars are kept for them. */
  readonly sizes: readonly BarSize[]
  readonly last: { readonly price: Price; readonly at: EpochMs } | null
}

/** What a person may look at besides the state: budgets of the broker, and sources of bars. */
export interface Gauges {
  budgets(): readonly Budget[]
  bars(): readonly SymbolBars[]
  /** Of our own limits, what is used of each. */
  limits(): readonly LimitUse[]
  symbols(): readonly SymbolTraded[]
  /** Closed bars that are in memory, oldest first; the same list for as long as it is the same. */
  closedBars(symbol: Ticker, size: BarSize): readonly Bar[]
  connections(): readonly ConnectionFigures[]
  farms(): readonly FarmFigures[]
  /** By which entries are judged now; null: nobody judges any. */
  rules(): Rules | null
}

export const NO_GAUGES: Gauges = {
  budgets: () => [],
  bars: () => [],
  limits: () => [],
  symbols: () => [],
  closedBars: () => [],
  connections: () => [],
  farms: () => [],
  rules: () => null,
}

export function budget(
  rule: string,
  of: { readonly used: number; readonly limit: number; readonly freesAtMs?: EpochMs | null },
): Budget {
  const { used, limit, freesAtMs = null } = of
  return { rule, used, limit, left: Math.max(0, limit - used), freesAtMs }
}
