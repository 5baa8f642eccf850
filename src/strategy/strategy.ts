import type { EpochMs } from '../base/clock.ts'
import type { Bar, BarSize } from '../domain/bar.ts'
import type { Ticker, UnderlyingKey } from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import type { StructureId } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import type { Signal } from '../domain/signal.ts'

export interface StrategyView {
  readonly now: EpochMs
  readonly symbol: Ticker
  readonly bars: readonly Bar[] // closed bars only, oldest first
  readonly held: readonly Structure[] // open in this underlying
  readonly lastEntryAt: EpochMs | null
  /** What the index in `needs` stands at, asked for now; null: it is unknown, or none is needed. */
  readonly index: Price | null
}

export interface Needs {
  readonly size: BarSize
  readonly count: number
  /** An index that is observed beside the bars, like VIX. */
  readonly index?: UnderlyingKey
}

/** Memoryless: what it must remember is a fact in the journal, handed back in the view. */
export interface Strategy {
  readonly name: string
  readonly needs: Needs
  evaluate(view: StrategyView): Signal
}

/** What a guard says of one structure: it has to go, or, without its name, why all stay. */
export interface Leave {
  readonly structureId: StructureId
  readonly reason: string
}

/** Ends what is held, whichever strategy opened it; opens nothing. */
export interface Guard {
  readonly name: string
  readonly needs: Needs
  judge(view: Pick<StrategyView, 'bars' | 'held'>): readonly Leave[]
}
