import { sessionAt } from '../../../src/domain/calendar.ts'
import type { ConId } from '../../../src/domain/contract.ts'
import type { ClientOrderId } from '../../../src/domain/order.ts'
import { conIdOf, isWorking, remainingOf } from '../../../src/simulator/broker/desk.ts'
import type { SimOrder } from '../../../src/simulator/broker/state.ts'
import { blame, liveOrders, unless } from './checker.ts'
import type { Blame, Checker, Sight } from './checker.ts'
import { tradesOfOthers } from './others.ts'

/** I16: without cover at the broker for longer than this, counted from the moment we are ready. */
const UNPROTECTED_MS_MAX = 5_000

/**
 * I16: what is held is covered by a stop, or by a close, that works at the broker; a combo, whose
 * stop no broker rests, by the engine that watches it.
 */
export function protectedSoon(): Checker {
  const bareSince = new Map<ConId, number>()

  function look(sight: Sight): readonly Blame[] {
    const { gateway, now, record } = sight
    if (gateway.core.state.positions.size === 0 && bareSince.size === 0) return []
    const held = gateway.core.positions().filter(({ quantity }) => quantity > 0)
    const bare = held.filter(({ contract: { conId }, quantity }) => {
      const under = covered(conId, sight) + watched(conId, sight) + waiting(conId, sight)
      return under < quantity && under < quantity - ofOthers(conId, sight)
    })
    for (const id of bareSince.keys()) {
      if (!bare.some(({ contract }) => contract.conId === id)) bareSince.delete(id)
    }
    return bare.flatMap(({ contract, quantity }) => {
      const { conId } = contract
      const since = bareSince.get(conId) ?? now
      bareSince.set(conId, since)
      if (record.upSince === null) return []
      const bareMs = now - Math.max(since, record.upSince)
      const says = `${quantity} of conId ${conId} without a working exit for ${bareMs} ms`
      return blame(contract, unless(bareMs <= UNPROTECTED_MS_MAX, says))
    })
  }

  return { name: 'protected', happened: (_, sight) => look(sight), passed: look, rested: look }
}

/** What a person bought, or an exercise brought, is not ours to protect (P25, P34). */
function ofOthers(id: ConId, sight: Sight): number {
  const { booked } = sight.gateway.core.state
  const settled = booked.filter(({ execId }) => execId === null)
  const units = [...settled, ...tradesOfOthers(sight)].reduce(
    (sum, { contract, quantity }) => sum + (contract.conId === id ? quantity : 0),
    0,
  )
  return Math.max(0, units)
}

/** Of combos that have a stop of ours, or are being closed. */
function watched(id: ConId, { state }: Sight): number {
  let units = 0
  for (const { contract, plan, quantity, triggered } of state.structures.values()) {
    if (contract.kind !== 'combo' || quantity <= 0) continue
    if (plan.stopLoss?.watchedBy !== 'local' && triggered === null) continue
    const leg = contract.legs.find((each) => each.contract.conId === id && each.side === 'BUY')
    units += quantity * (leg?.ratio ?? 0)
  }
  return units
}

/** What is to be closed and found no market before the bell is closed with the next one (P33). */
function waiting(id: ConId, { now, state }: Sight): number {
  if (sessionAt(now) !== null) return 0
  let units = 0
  for (const { contract, quantity, triggered } of state.structures.values()) {
    if (contract.kind === 'option' && contract.conId === id && triggered !== null) units += quantity
  }
  return units
}

/** Live, and said to fill nothing any more, or for now. */
const OFF_THE_MARKET: ReadonlySet<SimOrder['status']> = new Set(['PendingCancel', 'Inactive'])

/** Units that a stop or a close covers; orders of one OCA group cover the same units. */
function covered(id: ConId, sight: Sight): number {
  const groups = new Map<string, number>()
  for (const order of liveOrders(sight)) {
    if (conIdOf(order.contract) !== id || order.side !== 'SELL' || !isWorking(order)) continue
    if (order.whyHeld.startsWith('child') || OFF_THE_MARKET.has(order.status)) continue
    const role = sight.record.orders.get(order.orderRef as ClientOrderId)?.role
    if (role !== 'stop-loss' && role !== 'close') continue
    const group = order.ocaGroup || `alone ${order.orderId}`
    groups.set(group, Math.max(remainingOf(order), groups.get(group) ?? 0))
  }
  return [...groups.values()].reduce((sum, units) => sum + units, 0)
}
