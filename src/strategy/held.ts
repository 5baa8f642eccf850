import type { Structure } from '../domain/position.ts'
import type { StrategyView } from './strategy.ts'

/** What this strategy itself holds in the symbol: one at most (R21). */
export function heldBy(name: string, view: StrategyView): Structure | null {
  return view.held.find((structure) => structure.strategy === name) ?? null
}

/** What a held option hopes for; null for anything else. */
export function outlookOf({ contract }: Structure): 'rise' | 'fall' | null {
  if (contract.kind !== 'option') return null
  return contract.right === 'C' ? 'rise' : 'fall'
}
