import type { ClientOrderId, StructureId } from '../../../src/domain/order.ts'
import type { ExitPlan } from '../../../src/domain/position.ts'
import type { SimOrder } from '../../../src/simulator/broker/state.ts'
import { firstOf, liveOrders, unless } from './checker.ts'
import type { Checker, Complaint, Sight } from './checker.ts'

/**
 * P30: at rest each exit that a plan wants at the broker rests there, with the type, the price and
 * the time in force of the plan, and no exit rests with others.
 */
export function exitsAsPlanned(): Checker {
  const plans = new Map<StructureId, ExitPlan>()
  const ending = new Set<StructureId>()
  return {
    name: 'exits-as-planned',
    journaled({ event }) {
      if (event.type === 'EntryApproved' || event.type === 'PlanChanged') {
        plans.set(event.structureId, event.plan)
      }
      if (event.type === 'ExitTriggered') ending.add(event.structureId)
      return null
    },
    rested(sight) {
      const held = [...sight.state.structures.values()].filter(
        ({ id, quantity }) => quantity !== 0 && !ending.has(id),
      )
      return firstOf(...held.map(({ id }) => ofStructure(id, plans.get(id) ?? null, sight)))
    },
  }
}

function ofStructure(id: StructureId, plan: ExitPlan | null, sight: Sight): Complaint {
  if (plan === null) return `${id} is held, and nothing was planned`
  const live = liveOrders(sight).filter(({ status }) => status !== 'PendingCancel')
  const { takeProfit, stopLoss, timeInForce: tif } = plan
  const wanted = {
    'take-profit': takeProfit?.watchedBy === 'broker' ? `LMT ${takeProfit.price} ${tif}` : null,
    'stop-loss': stopLoss?.watchedBy === 'broker' ? `STP ${stopLoss.price} ${tif}` : null,
  }
  const complaints = Object.entries(wanted).map(([role, terms]) => {
    const rests = live.filter((order) => isExit(order, { id, role }, sight)).map(termsOf)
    const right = terms === null ? rests.length === 0 : rests.length > 0
    const says = `the ${role} of ${id} is ${terms}, at the broker: ${rests.join() || 'nothing'}`
    return unless(right && rests.every((each) => each === terms), says)
  })
  return firstOf(...complaints)
}

function isExit(
  { orderRef }: SimOrder,
  of: { readonly id: StructureId; readonly role: string },
  { record }: Sight,
): boolean {
  const intent = record.orders.get(orderRef as ClientOrderId)
  return intent?.structureId === of.id && intent.role === of.role
}

function termsOf({ type, limit, trigger, timeInForce }: SimOrder): string {
  return `${type} ${type === 'STP' ? trigger : limit} ${timeInForce}`
}
