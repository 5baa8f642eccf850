import { dailyVolume } from './daily-volume.ts'
import { scalp } from './scalp.ts'
import type { Strategy } from './strategy.ts'
import { whale } from './whale.ts'

/** What a configuration may name. */
export const strategyNames = ['scalp', 'whale', 'daily-volume'] as const
export type StrategyName = (typeof strategyNames)[number]

/** Those that weigh volume: of an index there is none, so there they would never enter. */
export const volumeStrategies: ReadonlySet<StrategyName> = new Set(strategyNames)

const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = {
  scalp,
  whale,
  'daily-volume': dailyVolume,
}

export function strategyNamed(name: StrategyName): Strategy {
  return STRATEGIES[name]
}
