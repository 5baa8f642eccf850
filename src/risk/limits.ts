import type { EpochMs } from '../base/clock.ts'
import type { Account, DayBaseline, SetGate, TradingState } from '../domain/account.ts'
import type { Side, Tradable } from '../domain/contract.ts'
import type { Money, Price } from '../domain/money.ts'
import type { Approved, TrackedOrder } from '../domain/order.ts'
import type { Position, Structure } from '../domain/position.ts'
import type { Candidate } from '../domain/quote.ts'
import type { EntrySignal } from '../domain/signal.ts'

export interface RiskLimits {
  readonly riskPerTradePct: number
  readonly dailyLossPctMax: number
  readonly openStructuresMax: number
  /** Premium outlay of one entry over net liquidation: an option can gap through its stop. */
  readonly premiumPctMax: number
  readonly orderCostMax: Money
  readonly structureLossMax: Money
  readonly quoteAgeMsMax: number // of the pick, quoted once more: at most 2 s
}

export interface EntryRequest {
  readonly strategy: string
  /** Strategy, underlying, bar close and outlook: at most one live entry for each. */
  readonly signalKey: string
  readonly candidate: Candidate
  readonly side: Side
  readonly signal: EntrySignal
  readonly stopLossPct: number | null
}

export interface SizedEntry extends EntryRequest {
  readonly quantity: number
  readonly maxLoss: Money // of all units; reserved from here until there is proof
}

export interface RiskView {
  readonly now: EpochMs
  readonly tradingState: TradingState
  readonly gates: readonly SetGate[]
  readonly account: Account | null
  readonly baseline: DayBaseline | null // unknown: no entries
  readonly positions: readonly Position[]
  readonly structures: readonly Structure[]
  readonly orders: readonly TrackedOrder[] // all that may still fill, `unknown` included
}

export interface Refusal {
  readonly rule: string
  readonly detail: string
}

export type RiskCheck = (entry: SizedEntry, view: RiskView, limits: RiskLimits) => Refusal | null

export type Verdict =
  | { readonly kind: 'approved'; readonly entry: Approved<SizedEntry> }
  | { readonly kind: 'refused'; readonly refusals: readonly [Refusal, ...Refusal[]] }

export interface Opening {
  readonly contract: Tradable
  readonly side: Side
  readonly price: Price
}
