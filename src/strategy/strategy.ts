import type { EpochMs } from '../base/clock.ts'
import type { Bar, BarSize } from '../domain/bar.ts'
import type { Ticker } from '../domain/contract.ts'
import type { Structure } from '../domain/position.ts'
import type { Signal } from '../domain/signal.ts'

export interface StrategyView {
  readonly now: EpochMs
  readonly symbol: Ticker
  readonly bars: readonly Bar[] // closed bars only, oldest first
  readonly held: readonly Structure[] // open in this underlying
  readonly lastEntryAt: EpochMs | null
}

/** Memoryless: what it must remember is a fact in the journal, handed back in the view. */
export interface Strategy {
  readonly name: string
  readonly needs: { readonly size: BarSize; readonly count: number }
  evaluate(view: StrategyView): Signal
}
