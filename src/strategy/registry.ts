import { unreachable } from '../base/assert.ts'
import { dailyVolume } from './daily-volume.ts'
import { scalp } from './scalp.ts'
import type { Strategy } from './strategy.ts'
import type { VixRules } from './vix-regime.ts'
import { vixRegime } from './vix-regime.ts'
import { whale } from './whale.ts'

/** What a configuration may name. */
export const strategyNames = ['scalp', 'whale', 'daily-volume', 'vix-regime'] as const
export type StrategyName = (typeof strategyNames)[number]

/** Those that weigh volume: of an index there is none, so there they would never enter. */
export const volumeStrategies: ReadonlySet<string> = new Set<StrategyName>([
  'scalp',
  'whale',
  'daily-volume',
])

/** What strategies are configured with. */
export interface StrategyRules {
  readonly vixRegime: VixRules
}

export function strategyNamed(name: StrategyName, rules: StrategyRules): Strategy {
  switch (name) {
    case 'scalp':
      return scalp
    case 'whale':
      return whale
    case 'daily-volume':
      return dailyVolume
    case 'vix-regime':
      return vixRegime(rules.vixRegime)
    default:
      return unreachable(name)
  }
}
