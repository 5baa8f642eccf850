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
  if (structure !== undefined && isGone(turn, structure)) {
    const left = legsLeft(turn, structure)
    if (left.length === 0) return ended(turn, structure, by)
    const what = `${structureId} is not whole any more, and these legs are left: ${left.join(', ')}`
    return turn.notify('legs-left', `${what}; close them by hand, or kill`)
  }
  decideExit(turn, structureId, `close by ${by}`)
}

/** Nothing of it is held, as two pictures have said. */
function isGone({ state, at }: Turn, structure: Structure): boolean {
  const { quantity, contract } = structure
  if (quantity === 0 || state.link !== 'up' || isDoubted(state, contract.symbol)) return false
  return supported(state, structure, at).quantity === 0
}

/** Of a combo some legs may be held, and one of them may be short: that is not over. */
function legsLeft({ state }: Turn, { contract }: Structure): readonly string[] {
  if (contract.kind !== 'combo') return []
  return contract.legs.flatMap(({ contract: leg }) => {
    const held = state.positions.get(leg.conId)?.quantity ?? 0
    return held === 0 ? [] : [`${held} ${nameOf(leg)}`]
  })
}

function ended(turn: Turn, { id, contract, quantity }: Structure, by: string): void {
  for (const { contract: leg } of legsOf(contract)) {
    if ((turn.state.structures.get(id)?.quantity ?? 0) === 0) break
    const { quantity: held, cost } = turn.state.positions.get(leg.conId) ?? nothingOf(leg)
    const detail = `${quantity} of ${id}, which ${by} said to be over`
    const position = { contract: leg, quantity: held, cost }
    const gone = { position, cause: 'foreign-trade', detail, structureId: id } as const
    turn.record({ type: 'PositionAdjusted', ...gone })
  }
  turn.notify(
    'structure-over',
    `${id}, ${nameOf(contract)}, is over: ${by} said so, nothing of it is held`,
  )
  maintain(turn, id, null)
}
