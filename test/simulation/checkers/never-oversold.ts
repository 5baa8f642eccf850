import type { ConId } from '../../../src/domain/contract.ts'
import { conIdOf, remainingOf } from '../../../src/simulator/broker/desk.ts'
import { firstOf, liveOrders, unless } from './checker.ts'
import type { Checker, Complaint, Sight } from './checker.ts'

/** I4, I5: nothing is short, and what may still be sold is held, or is being bought with it. */
export function neverOversold(): Checker {
  return {
    name: 'never-oversold',
    happened(event, sight) {
      if (event.kind === 'position') {
        const { contract, quantity } = event.position
        return unless(quantity >= 0, `conId ${contract.conId} is short ${quantity}`)
      }
      if (event.kind !== 'open-order' && event.kind !== 'execution') return null
      const { contract } = event.kind === 'execution' ? event.execution : event.order
      const id = conIdOf(contract)
      return id === null ? null : coverOf(id, sight)
    },
    rested: (sight) =>
      firstOf(
        ...sight.gateway.core.positions().map(({ contract }) => coverOf(contract.conId, sight)),
      ),
  }
}

/** Sells in one OCA group share what they may sell. */
function coverOf(id: ConId, sight: Sight): Complaint {
  const held = sight.gateway.core.state.positions.get(id)?.quantity ?? 0
  const mayBeSold = new Map<string, number>()
  let mayBeBought = 0
  for (const order of liveOrders(sight)) {
    if (conIdOf(order.contract) !== id) continue
    const left = remainingOf(order)
    if (order.side === 'BUY') mayBeBought += left
    else {
      const group = order.ocaGroup || `alone ${order.orderId}`
      mayBeSold.set(group, Math.max(left, mayBeSold.get(group) ?? 0))
    }
  }
  const sells = [...mayBeSold.values()].reduce((sum, units) => sum + units, 0)
  const says = `conId ${id}: ${sells} may be sold, ${held} are held, ${mayBeBought} being bought`
  return unless(held >= 0 && sells <= Math.max(0, held) + mayBeBought, says)
}
