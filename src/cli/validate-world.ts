import type { Clock, EpochMs } from '../base/clock.ts'
import type { Ticker } from '../domain/contract.ts'
import type { Settings } from '../config/settings.ts'
import type { Ports } from '../engine/ports.ts'
import type { IbkrData } from '../ibkr/open.ts'
import type { Trades } from '../validation/facts.ts'
import type { Planted } from '../validation/outages.ts'
import type { Stretch } from '../validation/plan.ts'
import type { Bot } from './bot.ts'

/** A bot that runs and is watched: against the built-in simulator, or a Gateway. */
export interface ValidateWorld {
  readonly clock: Clock
  readonly settings: Settings
  readonly bot: Bot
  readonly ports: Ports
  readonly data: IbkrData
  readonly journalPath: string
  readonly isBroken: () => boolean
  readonly planted: () => readonly Planted[]
  /** Until then, or until somebody asks to stop: then false. */
  pass(until: EpochMs): Promise<boolean>
  /** Starts of the bars that closed in these stretches. */
  closed(stretches: readonly Stretch[]): ReadonlyMap<Ticker, readonly EpochMs[]>
  /** Null where nothing is traded. */
  trades(): Trades | null
  close(): Promise<void>
}

export function symbolsOf({ symbols }: Settings): readonly Ticker[] {
  return symbols.map(({ underlying }) => underlying.symbol)
}
