import type { EpochMs } from '../../../src/base/clock.ts'
import { legsOf } from '../../../src/domain/contract.ts'
import type { ClientOrderId } from '../../../src/domain/order.ts'
import { sessionAt } from '../../../src/domain/calendar.ts'
import { firstOf, isOfClient, liveOrders, unless } from './checker.ts'
import type { Checker, Complaint, Sight } from './checker.ts'
import type { SimOrder } from '../../../src/simulator/broker/state.ts'

/** The close, what ends with it, and the picture that tells of it. */
const ENDED_MS = 60_000
const LOOK_MS = 60_000

/** L12: at the end of a day no order of ours rests without something held that it closes. */
export function noOrphans(): Checker {
  let lookedAt = -Infinity

  function look(sight: Sight): Complaint {
    const { now, quietSince, record } = sight
    const isOpen = [0, ENDED_MS].some((ms) => sessionAt((now - ms) as EpochMs) !== null)
    if (isOpen || quietSince === null || record.upSince === null) return null
    if (now - Math.max(quietSince, record.upSince) < ENDED_MS) return null
    const orphans = liveOrders(sight).filter((order) => isOfClient(order) && !isHeld(order, sight))
    return firstOf(
      ...orphans.map(({ orderRef, side, quantity, timeInForce }) =>
        unless(false, `${timeInForce} order ${orderRef}, ${side} ${quantity}, outlived its day`),
      ),
    )
  }

  return {
    name: 'no-orphans',
    passed(sight) {
      if (sight.now - lookedAt < LOOK_MS) return null
      lookedAt = sight.now
      return look(sight)
    },
    rested: look,
  }
}

/** It closes something that is held. */
function isHeld({ orderRef, contract, side }: SimOrder, { record, gateway }: Sight): boolean {
  const role = record.orders.get(orderRef as ClientOrderId)?.role
  if (role === undefined || role === 'entry') return false
  return legsOf(contract).every((leg) => {
    const units = gateway.core.state.positions.get(leg.contract.conId)?.quantity ?? 0
    return (leg.side === side ? -units : units) > 0
  })
}
