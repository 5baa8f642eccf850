import type { EpochMs } from '../base/clock.ts'
import type { CalendarDate, Ticker } from './contract.ts'
import type { Currency, Money } from './money.ts'

export type Mode = 'demo' | 'dry-run' | 'paper' | 'live' | 'backtest' | 'simulation'

/** Paper accounts start with `DU` or `DF` (promises.md section 4). */
export function isPaperAccount(id: string): boolean {
  return /^D[UF]/.test(id)
}

/**
 * The levels of promises.md, latched. By itself the bot only moves up, towards `halt`; the one way
 * back by itself is the New York date, for `reduce-only` by daily loss. `kill` is never automatic.
 */
export type TradingState = 'active' | 'reduce-only' | 'halt' | 'kill'

export type LevelCause =
  // reduce-only, until the next New York date
  | 'daily-loss'
  // halt, until a person resumes
  | 'repeated-execution'
  | 'decode-drift' // the second time, on order messages
  | 'account-mismatch' // or the mode
  | 'position-mismatch' // unexplained for 5 minutes
  | 'invariant' // violated in the live process
  // by a person, or for one
  | 'operator'
  | 'panic' // by a person, or by a watchdog that a person configured to
  | 'new-date'

/** Blocks entries and nothing else; set and cleared by its cause. */
export type Gate =
  | 'link' // the order connection, by the core itself
  | 'connectivity' // a connection is down, or the Gateway has lost IBKR (1100, 2110)
  | 'heartbeat'
  | 'farm'
  | 'reconcile'
  | 'risen' // an order that is over by our books is listed as open
  | 'unnamed' // something at the broker cannot be named, and is counted by no limit
  | 'stale-data'
  | 'breaker'
  | 'pacing'
  | 'window'
  | 'skew'
  | 'low-funds'
  | 'journal' // it answers `emergency` or a fault
  | 'account' // the broker's last picture came without it
  | 'baseline' // stored and observed baseline of the day differ by more than the tolerance

export interface SetGate {
  readonly gate: Gate
  readonly symbol: Ticker | null // null: every symbol
  readonly since: EpochMs
  readonly reason: string
}

export interface Account {
  readonly id: string
  /**
   * A cash account enters from settled cash only; of a margin account day trades are counted. Most
   * Gateways say who owns it (INDIVIDUAL) and neither: `unknown`, which is held to both.
   */
  readonly kind: 'cash' | 'margin' | 'unknown'
  readonly baseCurrency: Currency // other than USD: refused unless a conversion is configured
  readonly netLiquidation: Money
  readonly availableFunds: Money
  readonly settledCash: Money
  readonly dailyPnl: Money | null // IBKR reqPnL; null until it is reliable
  readonly exchangeRates: ReadonlyMap<Currency, number> // one unit in the base currency
  /** As the broker says it; -1 is without limit. Null, or left out: it does not say. */
  readonly dayTradesLeft?: number | null
  readonly at: EpochMs
}

/** What the daily loss is measured from: net liquidation less the day's profit. */
export interface DayBaseline {
  readonly date: CalendarDate // in New York
  readonly amount: Money
  readonly netLiquidation: Money
  readonly dailyPnl: Money
  readonly at: EpochMs // the first reliable observation of the date
}
