import type { Ticker } from '../domain/contract.ts'
import { unattributed } from '../risk/unattributed.ts'
import type { State } from './state.ts'

/**
 * Whether a position in this underlying is taken over as the broker shows it, and nothing explains
 * it. Shares that a person bought, or legs that an assignment left, are nobody's, and explained.
 */
export function isUnexplained(
  { positions, structures, unexplained }: State,
  symbol: Ticker,
): boolean {
  const stray = unattributed([...positions.values()], [...structures.values()])
  return stray.some(({ contract }) => contract.symbol === symbol && unexplained.has(contract.conId))
}

/**
 * One picture differed in this underlying, and none has said so again: until one does, or agrees,
 * nobody knows what is held there. What rests stays; nothing new is sold, for it may be gone (P32).
 */
export function isDoubted(state: State, symbol: Ticker): boolean {
  const differed = state.gates.some((each) => each.gate === 'reconcile' && each.symbol === symbol)
  return differed && !isUnexplained(state, symbol)
}
