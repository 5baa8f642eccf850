import type { EpochMs } from '../base/clock.ts'
import type { BarSource } from '../domain/bar.ts'
import type { Ticker } from '../domain/contract.ts'
import type { LimitUse } from '../risk/limits-in-use.ts'

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

/** What a person may look at besides the state: budgets of the broker, and sources of bars. */
export interface Gauges {
  budgets(): readonly Budget[]
  bars(): readonly SymbolBars[]
  /** Of our own limits, what is used of each. */
  limits(): readonly LimitUse[]
}

export const NO_GAUGES: Gauges = { budgets: () => [], bars: () => [], limits: () => [] }

export function budget(
  rule: string,
  of: { readonly used: number; readonly limit: number; readonly freesAtMs?: EpochMs | null },
): Budget {
  const { used, limit, freesAtMs = null } = of
  return { rule, used, limit, left: Math.max(0, limit - used), freesAtMs }
}
