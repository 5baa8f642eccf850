import type { StructureId } from '../domain/order.ts'
import { maintain, triggered } from './maintain.ts'
import type { Turn } from './turn.ts'

/**
 * An exit needs no review: it reduces. A structure that is ending already needs no second reason.
 */
export function decideExit(turn: Turn, structureId: StructureId, reason: string): void {
  const structure = turn.state.structures.get(structureId)
  if (structure === undefined || structure.triggered !== null) return
  triggered(turn, structureId, { exit: 'close', quote: null, reason })
  maintain(turn, structureId, null)
}
