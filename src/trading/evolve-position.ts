import { legsOf } from '../domain/contract.ts'
import type { Structure } from '../domain/position.ts'
import type { Event } from './event.ts'
import { withPosition } from './evolve-fill.ts'
import type { State } from './state.ts'

type Adjusted = Extract<Event, { type: 'PositionAdjusted' }>

/**
 * The broker's position is taken over. What is explained is gone from the structures too, so that
 * no exit rests for what is not held; what is unexplained leaves exits alone until a person looks.
 */
export function withPositionAdjusted(state: State, { position, cause }: Adjusted): State {
  const positions = withPosition(state.positions, position)
  if (cause === 'unexplained') return { ...state, positions }
  return { ...state, positions, structures: shrunk(state, position) }
}

/** Structures of this one contract hold no more than the position; the newest gives way first. */
function shrunk(
  { structures }: State,
  { contract, quantity }: Adjusted['position'],
): State['structures'] {
  const next = new Map(structures)
  const holders = [...structures.values()].filter((each) => each.quantity !== 0 && isOf(each))
  const held = holders.reduce((sum, each) => sum + each.quantity, 0)
  const sign = Math.sign(held)
  let excess = Math.abs(held) - Math.max(0, sign * quantity)
  for (const structure of holders.toReversed()) {
    if (excess <= 0) break
    const gone = Math.min(excess, Math.abs(structure.quantity))
    excess -= gone
    next.set(structure.id, { ...structure, quantity: structure.quantity - sign * gone })
  }
  return next

  function isOf(structure: Structure): boolean {
    const [leg, ...others] = legsOf(structure.contract)
    return others.length === 0 && leg?.contract.conId === contract.conId
  }
}
