import { legsOf } from '../domain/contract.ts'
import { nothingOf } from '../domain/ledger.ts'
import type { StructureId } from '../domain/order.ts'
import { nameOf } from '../domain/contract-key.ts'
import type { Structure } from '../domain/position.ts'
import { isDoubted } from './doubted.ts'
import { maintain, triggered } from './maintain.ts'
import { supported } from './supported.ts'
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

/**
 * A person's `close`. Of what the broker does not hold any more, for a reason that nobody told,
 * there is nothing to sell: then it says that the structure is over, which only a person can.
 */
export function decideClose(turn: Turn, structureId: StructureId, by: string): void {
  const structure = turn.state.structures.get(structureId)
  if (structure !== undefined && isGone(turn, structure)) return ended(turn, structure, by)
  decideExit(turn, structureId, `close by ${by}`)
}

/** Nothing of it is held, as two pictures have said. */
function isGone({ state, at }: Turn, structure: Structure): boolean {
  const { quantity, contract } = structure
  if (quantity === 0 || state.link !== 'up' || isDoubted(state, contract.symbol)) return false
  return supported(state, structure, at).quantity === 0
}

function ended(turn: Turn, { id, contract, quantity }: Structure, by: string): void {
  for (const { contract: leg } of legsOf(contract)) {
    if ((turn.state.structures.get(id)?.quantity ?? 0) === 0) break
    const { quantity: held, cost } = turn.state.positions.get(leg.conId) ?? nothingOf(leg)
    const detail = `${quantity} of ${id}, which ${by} said to be over`
    const position = { contract: leg, quantity: held, cost }
    turn.record({ type: 'PositionAdjusted', position, cause: 'foreign-trade', detail })
  }
  turn.notify(
    'warning',
    `${id}, ${nameOf(contract)}, is over: ${by} said so, nothing of it is held`,
  )
  maintain(turn, id, null)
}
