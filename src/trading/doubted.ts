import type { Ticker } from '../domain/contract.ts'
import { unattributed } from '../risk/unattributed.ts'
import type { State } from './state.ts'

/**
 * One picture differed in this underlying, and none has said so again: until one does, or agrees,
 * nobody knows what is held there. What rests stays; nothing new is sold, for it may be gone (P32).
 */
export function isDoubted({ gates, positions, structures }: State, symbol: Ticker): boolean {
  const differed = gates.some((each) => each.gate === 'reconcile' && each.symbol === symbol)
  if (!differed) return false
  const stray = unattributed([...positions.values()], [...structures.values()])
  return stray.every(({ contract }) => contract.symbol !== symbol)
}
