import type { EpochMs } from '../base/clock.ts'
import type { Mode } from '../domain/account.ts'
import type { StructureId } from '../domain/order.ts'
import { isUnprotected } from '../engine/health.ts'
import { heldStructures } from '../trading/alive.ts'
import { evolve } from '../trading/evolve.ts'
import { initialState } from '../trading/state.ts'
import type { Entry } from './rows.ts'

/** A time in which a structure held more than its exits at the broker covered. */
export interface Unprotected {
  readonly structureId: StructureId
  readonly from: EpochMs
  /** Null: still so when the journal ends. */
  readonly to: EpochMs | null
}

/** The mode has no part in what covers what. */
const ANY: Mode = 'simulation'

/** From first fill to covered, by the times at which the facts were journaled. */
export function unprotectedSpans(entries: Iterable<Entry>): readonly Unprotected[] {
  const since = new Map<StructureId, EpochMs>()
  const found: Unprotected[] = []
  let state = initialState(ANY, '')
  for (const { at, event } of entries) {
    const before = state
    state = evolve(state, event, at)
    if (state.orders === before.orders && state.structures === before.structures) continue
    const held = heldStructures(state)
    const bare = held.filter((structure) => isUnprotected(state, structure)).map(({ id }) => id)
    for (const id of bare) if (!since.has(id)) since.set(id, at)
    for (const [id, from] of since) {
      if (bare.includes(id)) continue
      since.delete(id)
      if (at > from) found.push({ structureId: id, from, to: at })
    }
  }
  return [...found, ...[...since].map(([structureId, from]) => ({ structureId, from, to: null }))]
}
