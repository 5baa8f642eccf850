import type { ConId } from '../domain/contract.ts'
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
export function withPositionAdjusted(
  state: State,
  { position, cause, structureId, by = [] }: Adjusted,
): State {
  const positions = withPosition(state.positions, position)
  const explained = by.length === 0 ? state.explained : new Set([...state.explained, ...by])
  const unexplained = new Set(state.unexplained)
  unexplained.delete(position.contract.conId)
  if (cause === 'unexplained') unexplained.add(position.contract.conId)
  if (cause === 'unexplained') return { ...state, positions, unexplained }
  const named = structureId === undefined ? undefined : state.structures.get(structureId)
  const structures =
    named === undefined
      ? shrunk(state, position)
      : new Map(state.structures).set(named.id, { ...named, quantity: 0 })
  return { ...state, positions, explained, unexplained, structures }
}

/**
 * Structures need no more of this contract than the position has; the newest gives way first. Of a
 * combo that loses a leg the whole unit ends: what is left of it is no structure any more.
 */
function shrunk(
  { structures }: State,
  { contract, quantity }: Adjusted['position'],
): State['structures'] {
  const next = new Map(structures)
  const holders = [...structures.values()]
    .map((structure) => ({ structure, each: unitsOf(structure, contract.conId) }))
    .filter(({ structure, each }) => structure.quantity * each !== 0)
  const needed = holders.reduce((sum, { structure, each }) => sum + structure.quantity * each, 0)
  let missing = quantity - needed
  for (const { structure, each } of holders.toReversed()) {
    const holds = structure.quantity * each
    if (missing === 0 || Math.sign(holds) === Math.sign(missing)) continue
    const units = Math.min(
      Math.abs(structure.quantity),
      Math.ceil(Math.abs(missing) / Math.abs(each)),
    )
    const gone = Math.sign(structure.quantity) * units
    missing += gone * each
    next.set(structure.id, { ...structure, quantity: structure.quantity - gone })
    if (Math.sign(missing) === Math.sign(holds)) missing = 0 // a whole unit was more than enough
  }
  return next
}

/** What one unit holds of a contract, signed. */
function unitsOf({ contract }: Structure, conId: ConId): number {
  const leg = legsOf(contract).find((each) => each.contract.conId === conId)
  if (leg === undefined) return 0
  return leg.side === 'BUY' ? leg.ratio : -leg.ratio
}
