import type { EpochMs } from '../base/clock.ts'
import type { OptionContract, StockContract, Tradable } from './contract.ts'
import type { Money, Price } from './money.ts'
import type { StructureId } from './order.ts'
import type { Mark } from './mark.ts'

/** What the broker holds for us, leg by leg. */
export interface Position {
  readonly contract: StockContract | OptionContract
  readonly quantity: number // signed
  readonly cost: Money
}

export interface PlannedExit {
  readonly price: Price
  /** `local`: the broker cannot rest it, so our own trigger watches it. */
  readonly watchedBy: 'broker' | 'local'
  /** Of a stop that trails: the best price that closing could have had, which it is behind. */
  readonly best?: Price
}

/** Prices per unit of the contract, as the contract is quoted. */
export interface ExitPlan {
  readonly takeProfit: PlannedExit | null
  /** `null` only where the structure's own worst loss is the stop and risk counted all of it. */
  readonly stopLoss: PlannedExit | null
  /** GTC, unless the structure is to be closed by the end of the session: then DAY. */
  readonly timeInForce: 'DAY' | 'GTC'
}

/** What we opened as one unit, and how it ends. Its legs add up to positions. */
export interface Structure {
  readonly id: StructureId
  readonly strategy: string
  readonly contract: Tradable
  readonly quantity: number // units, signed: bought is positive
  readonly openPrice: Price
  readonly openedAt: EpochMs
  readonly plan: ExitPlan
  readonly triggered: 'take-profit' | 'stop-loss' | 'close' | null
  readonly triggeredAt: EpochMs | null
  /** When a usable quote was first seen beyond a stop that rests and has not filled. */
  readonly stopPassedAt: EpochMs | null
  /** Of its legs, as it was entered on: what it is worth until it is quoted itself. */
  readonly marks: readonly Mark[]
}

/** Why a position changed without a fill of ours. */
export type PositionCause =
  'assigned' | 'exercised' | 'expired' | 'foreign-trade' | 'corporate-action' | 'unexplained'
