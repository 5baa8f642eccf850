import type { UnderlyingKey } from '../domain/contract.ts'
import type { SelectionRules } from '../selection/rules.ts'
import type { Guard, Strategy } from '../strategy/strategy.ts'
import type { BarFeed } from './bar-feed.ts'

/** What a cycle of one symbol is made of. */
export interface CyclePlan {
  readonly underlying: UnderlyingKey
  readonly intervalMs: 60_000 | 180_000 | 600_000
  /** Asked in this order; the first that wants to enter is followed. One decision a closed bar. */
  readonly strategies: readonly Strategy[]
  /** What else ends a position, whichever strategy opened it. */
  readonly guards: readonly Guard[]
  readonly selection: SelectionRules
  readonly feed: BarFeed
}
