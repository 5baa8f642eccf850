import type { ClientOrderId } from '../../../src/domain/order.ts'
import { conIdOf } from '../../../src/simulator/broker/desk.ts'
import { firstOf, unless } from './checker.ts'
import type { Checker, Complaint, Sight } from './checker.ts'

/** I6: the broker holds and fills of an order what was intended and approved, and never more. */
export function withinIntent(): Checker {
  const filled = new Map<string, number>()

  function asIntended(ref: string, of: { conId: number | null; side: string }, sight: Sight) {
    const intent = sight.record.orders.get(ref as ClientOrderId)
    if (intent === undefined) return `${ref} is at the broker, and nobody intended it`
    const same = conIdOf(intent.contract) === of.conId && intent.side === of.side
    return unless(same, `${ref} is ${of.side} ${of.conId} at the broker, meant ${intent.side}`)
  }

  function quantity(ref: string, units: number, sight: Sight): Complaint {
    const id = ref as ClientOrderId
    const intent = sight.record.orders.get(id)
    const changes = sight.record.changesOf(id).map((change) => change.quantity)
    const most = Math.max(intent?.quantity ?? 0, ...changes)
    const approved =
      intent?.role === 'entry' && intent.structureId !== null
        ? (sight.record.approvals.get(intent.structureId)?.quantity ?? 0)
        : Infinity
    const says = `${ref}: ${units} units at the broker, ${Math.min(most, approved)} were intended`
    return unless(units <= Math.min(most, approved), says)
  }

  return {
    name: 'within-intent',
    happened(event, sight) {
      if (event.kind === 'open-order') {
        const { orderRef: ref, contract, side, quantity: units } = event.order
        return firstOf(
          asIntended(ref, { conId: conIdOf(contract), side }, sight),
          quantity(ref, units, sight),
        )
      }
      if (event.kind !== 'execution') return null
      const { orderRef: ref, contract, side, quantity: units, cumulative } = event.execution
      const sum = (filled.get(ref) ?? cumulative - units) + units
      filled.set(ref, sum)
      return firstOf(
        asIntended(ref, { conId: contract.conId, side }, sight),
        quantity(ref, cumulative, sight),
        unless(sum === cumulative, `${ref}: ${sum} filled in parts, ${cumulative} in all`),
      )
    },
  }
}
