import type { EpochMs } from '../base/clock.ts'
import type { Account, DayBaseline, Mode, SetGate, TradingState } from '../domain/account.ts'
import type { Side, Tradable, UnderlyingKey } from '../domain/contract.ts'
import type { Money, Price } from '../domain/money.ts'
import type { Approved, StructureId, TrackedOrder, WalkBounds } from '../domain/order.ts'
import type { Position, Structure } from '../domain/position.ts'
import type { Margin } from '../domain/margin.ts'
import type { Mark } from '../domain/mark.ts'
import type { Candidate } from '../domain/quote.ts'
import type { RestartWindow } from '../domain/restart-windows.ts'
import type { EntrySignal } from '../domain/signal.ts'
import type { DayTraded, DayTradePolicy } from './day-trade-policy.ts'

/** Every limit of `risk:`, and those of `selection:` that are judged once more. No defaults. */
export interface RiskLimits {
  readonly riskPerTradePct: number
  readonly dailyLossPctMax: number
  /** Stored and observed baseline may differ by this; beyond it the gate `baseline` is set. */
  readonly baselineDifferenceMax: Money
  readonly openStructuresMax: number
  readonly perUnderlyingMax: number // structures, held or being entered
  readonly perExpiryMax: number // structures with a leg that ends on one date
  /** Units of one entry. */
  readonly quantityMax: number
  /** Premium outlay of one entry over net liquidation: an option can gap through its stop. */
  readonly premiumPctMax: number
  readonly orderCostMax: Money
  readonly structureLossMax: Money
  readonly quoteAgeMsMax: number // of the pick, quoted once more: at most 2 s
  /** An entry's limit may be this far beyond the far side of its quote; IBKR rejects at 20 %. */
  readonly collarPctMax: number
  readonly quoteSizeMin: number // contracts on the side that is taken; 0 asks for none
  readonly spreadPctMax: number
  readonly volumeMin: number
  readonly openInterestMin: number
  readonly daysToExpiry: { readonly min: number; readonly max: number }
  readonly entryHours: EntryHours
  readonly noEntryWindows: readonly RestartWindow[]
  readonly openOrdersMax: number // ours and foreign ones
  readonly ordersPerMinuteMax: number
  readonly ordersPerDayMax: number // of a New York date
  /** This many entries of one strategy in one underlying within that time, and it halts (P48). */
  readonly repeats: { readonly max: number; readonly withinMs: number }
  /** Of all that is held or may still fill, in dollars (`Exposure`). */
  readonly greeks: {
    readonly delta: Money
    readonly gamma: Money
    readonly vega: Money
    readonly theta: Money
  }
  readonly shocks: {
    readonly lossMax: Money
    readonly movesPct: readonly number[] // of every underlying at once, up and down
    readonly volatilityPct: number // relative, up and down
  }
  readonly dayTrades: readonly DayTradePolicy[] // the first whose dates hold today
  /** Nothing but long options is opened: no structure strategy is enabled. */
  readonly longOnly: boolean
}

/** New York, minutes after midnight: from `from` until before `to`. */
export interface EntryHours {
  readonly from: number
  readonly to: number
}

export interface EntryRequest {
  readonly strategy: string
  /** Strategy, underlying, bar close and outlook: at most one live entry for each. */
  readonly signalKey: string
  readonly candidate: Candidate
  readonly side: Side
  readonly signal: EntrySignal
  readonly stopLossPct: number | null
  /** Where its limit begins, and the price it never passes: what risk counts (R6). */
  readonly walk?: WalkBounds
  readonly barClosedAt: EpochMs
  /** Of the underlying, when the candidate was quoted; null: not known. */
  readonly spot: { readonly price: Price; readonly at: EpochMs } | null
  /** Of what is held, leg by leg. */
  readonly marks: readonly Mark[]
  /** What the broker says it would do. Rows of earlier versions have none. */
  readonly margin?: Margin
}

export interface SizedEntry extends EntryRequest {
  readonly quantity: number
  readonly maxLoss: Money // of all units; reserved from here until there is proof
}

/** An entry that was sent, whatever became of it. */
export interface PastEntry {
  readonly strategy: string
  readonly contract: Tradable
  readonly side: Side
  readonly quantity: number
  readonly at: EpochMs
  /** False when it is proven never to have been at the broker. */
  readonly lived: boolean
}

export interface RiskView {
  readonly now: EpochMs
  readonly mode: Mode
  readonly accountId: string
  /** What may be entered at all. */
  readonly underlyings: readonly UnderlyingKey[]
  readonly tradingState: TradingState
  readonly gates: readonly SetGate[]
  readonly account: Account | null
  readonly baseline: DayBaseline | null // unknown: no entries
  readonly positions: readonly Position[]
  readonly structures: readonly Structure[]
  readonly orders: readonly TrackedOrder[] // all that may still fill, `unknown` included
  /** Of others, at the broker: counted, never touched (P25). */
  readonly foreignOrders: number
  /** Orders of any role that were intended in the last minute, and on this New York date. */
  readonly sent: { readonly minute: number; readonly today: number }
  /** Entries of the last hours, and since a person last resumed. */
  readonly pastEntries: readonly PastEntry[]
  /** What was opened lately, and when it was closed. */
  readonly dayTraded: readonly DayTraded[]
  /** What entries have cost since the account was observed: its funds do not know of it yet. */
  readonly spentSinceAccount: Money
  /** Likewise since the broker said what this request would do. */
  readonly spentSinceMargin: Money
  /** Of entries that were approved and not proven rejected. */
  readonly signalKeys: ReadonlyMap<string, StructureId>
  /** From when the contract of this request would have to be closed again; null: never. */
  readonly closeFrom: EpochMs | null
  readonly allowDelayed: boolean
  /** False only in live, while no person has armed this New York date. */
  readonly armed: boolean
}

/** What is open and was sent, whatever is asked for. */
export type HoldingsView = Omit<RiskView, 'closeFrom' | 'spentSinceMargin'>

/** The whole units that one limit allows. */
export interface SizeBound {
  readonly rule: string
  readonly units: number
}

/** The numbers a verdict rests on, so that it can be explained later; `null` was unknown. */
export interface Basis {
  /** What one unit was taken to cost: the worst price that its limit may come to. */
  readonly price: Price | null
  readonly unitCost: Money | null
  readonly unitLoss: Money | null // worst loss of one unit; null also when it is unbounded
  readonly bounds: readonly SizeBound[] // the quantity is the smallest of them
  readonly limits: RiskLimits
  readonly netLiquidation: Money | null
  readonly availableFunds: Money | null
  readonly settledCash: Money | null
  /** Of entries in flight, and of entries filled since the account was observed. */
  readonly reserved: Money | null
  readonly baseline: Money | null
  readonly quoteAgeMs: number
  readonly openStructures: number
}

export interface Refusal {
  readonly rule: string
  readonly detail: string
}

export type RiskCheck = (entry: SizedEntry, view: RiskView, limits: RiskLimits) => Refusal | null

export type Verdict =
  | { readonly kind: 'approved'; readonly entry: Approved<SizedEntry>; readonly basis: Basis }
  | {
      readonly kind: 'refused'
      readonly refusals: readonly [Refusal, ...Refusal[]]
      readonly basis: Basis
    }

export interface Opening {
  readonly contract: Tradable
  readonly side: Side
  readonly price: Price
}
