import { amountText } from '../domain/money.ts'
import type { EchoedTerms, TrackedOrder } from '../domain/order.ts'
import type { ExitPlan, Structure } from '../domain/position.ts'
import { asHeld, isHeldOtherwise } from '../orders/echoes.ts'
import { ordersOf } from './alive.ts'
import { maintain } from './maintain.ts'
import type { Turn } from './turn.ts'
import { isEntry } from './views.ts'

/** So often what the broker made of an exit is put right; then a person has to end the cause. */
const REPAIRS_MAX = 2

/**
 * The broker holds an order otherwise than it was given: recorded as it is, and put right by
 * `protect` (P30). What a preset makes of it time and again becomes the plan; a person is told.
 */
export function echoed(turn: Turn, order: TrackedOrder, echo: EchoedTerms): void {
  if (!isHeldOtherwise(order, echo)) return
  const evidence = { kind: 'echoed', terms: echo.terms, timeInForce: echo.timeInForce } as const
  const { id: orderId, status } = order
  turn.record({ type: 'OrderMoved', orderId, from: status, to: status, evidence })
  const text = `${order.role} ${order.id} is held as ${textOf(echo)}, not as ${textOf(order)}`
  turn.notify('order-altered', text)
  const structure = order.structureId && turn.state.structures.get(order.structureId)
  if (!structure || isEntry(order) || order.role === 'close') return
  const times = ordersOf(turn.state, structure.id)
    .filter(({ role }) => role === order.role)
    .reduce((sum, { echoes = 0 }) => sum + echoes, 0)
  if (times > REPAIRS_MAX) accepted(turn, structure, asHeld(order, echo))
  maintain(turn, structure.id, null)
}

function accepted(turn: Turn, structure: Structure, held: TrackedOrder): void {
  const made = `the broker makes ${held.role} ${textOf(held)}`
  const reason = `${made}, ${REPAIRS_MAX} repairs did not last`
  turn.record({
    type: 'PlanChanged',
    structureId: structure.id,
    plan: planAs(structure, held),
    reason,
  })
  const remedy = 'look for an order preset in TWS or the Gateway, and remove it'
  turn.notify('plan-altered', `${structure.id}: ${reason}; ${remedy}`)
}

function planAs({ plan }: Structure, { role, terms, timeInForce }: TrackedOrder): ExitPlan {
  const { takeProfit, stopLoss } = plan
  return {
    takeProfit:
      role === 'take-profit' && takeProfit !== null && terms.type === 'LMT'
        ? { ...takeProfit, price: terms.limit }
        : takeProfit,
    stopLoss:
      role === 'stop-loss' && stopLoss !== null && terms.type === 'STP'
        ? { ...stopLoss, price: terms.trigger }
        : stopLoss,
    timeInForce: timeInForce === 'IOC' ? plan.timeInForce : timeInForce,
  }
}

function textOf({ terms, timeInForce }: EchoedTerms): string {
  if (terms.type === 'MKT') return `MKT ${timeInForce}`
  const at = terms.type === 'LMT' ? terms.limit : terms.trigger
  return `${terms.type} ${amountText(at)} ${timeInForce}`
}
