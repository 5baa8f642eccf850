import { keyOf, nameOf } from '../../../src/domain/contract-key.ts'
import { legsOf } from '../../../src/domain/contract.ts'
import type { Side, Tradable } from '../../../src/domain/contract.ts'
import type { ClientOrderId } from '../../../src/domain/order.ts'
import { legSide } from '../../../src/simulator/broker/combos.ts'
import { blame, firstOf, isOfClient, unless } from './checker.ts'
import type { Checker, Complaint, Sight } from './checker.ts'

/** I6: the broker holds and fills of an order what was intended and approved, and never more. */
export function withinIntent(): Checker {
  const filled = new Map<string, number>()

  function asIntended(ref: string, of: { contract: Tradable; side: Side }, sight: Sight) {
    const intent = sight.record.orders.get(ref as ClientOrderId)
    if (intent === undefined) return `${ref} is at the broker, and nobody intended it`
    const same = keyOf(intent.contract) === keyOf(of.contract) && intent.side === of.side
    if (same) return null
    const { contract, side } = intent
    const isLeg = legsOf(contract).some(
      (leg) => keyOf(leg.contract) === keyOf(of.contract) && legSide(leg, side) === of.side,
    )
    const says = `${ref} is ${of.side} ${nameOf(of.contract)} at the broker, meant ${side}`
    return unless(contract.kind === 'combo' && isLeg, says)
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
        if (!isOfClient(event.order)) return null
        const { orderRef: ref, contract, side, quantity: units } = event.order
        return blame(
          contract,
          firstOf(asIntended(ref, { contract, side }, sight), quantity(ref, units, sight)),
        )
      }
      if (event.kind !== 'execution' || !isOfClient(event.execution)) return null
      const { orderRef: ref, contract, side, quantity: units, cumulative } = event.execution
      const key = `${ref} ${keyOf(contract)}`
      const sum = (filled.get(key) ?? cumulative - units) + units
      filled.set(key, sum)
      // A leg counts by its ratio, and the combo that it is of counts itself.
      const ratio = ratioOf(ref, contract, sight)
      return blame(
        contract,
        firstOf(
          asIntended(ref, { contract, side }, sight),
          quantity(ref, cumulative / ratio, sight),
          unless(sum === cumulative, `${ref}: ${sum} filled in parts, ${cumulative} in all`),
        ),
      )
    },
  }
}

function ratioOf(ref: string, contract: Tradable, { record }: Sight): number {
  const intent = record.orders.get(ref as ClientOrderId)
  if (intent === undefined || contract.kind === 'combo') return 1
  return legsOf(intent.contract).find((leg) => keyOf(leg.contract) === keyOf(contract))?.ratio ?? 1
}
