import { notional, price } from '../../../src/domain/money.ts'
import type { ClientOrderId, StructureId } from '../../../src/domain/order.ts'
import { firstOf, liveOrders, unless } from './checker.ts'
import type { Checker, Sight } from './checker.ts'

/** I3: the limits of the configuration, at the moment of sending, by what the broker has. */
export function withinLimits(): Checker {
  return {
    name: 'within-limits',
    sent({ request }, sight) {
      if (request.kind !== 'placeOrder') return null
      const { totalQuantity, lmtPrice, orderRef } = request.order
      const order = sight.record.orders.get(orderRef as ClientOrderId)
      if (order === undefined || order.role !== 'entry') return null
      const { orderCostMax, structureLossMax, openStructuresMax, premiumPctMax } =
        sight.plan.settings.rules.limits
      const cost = notional(price(lmtPrice ?? 0), totalQuantity ?? 0, order.contract.multiplier)
      const worth = sight.gateway.core.account().netLiquidation
      const open = openStructures(sight)
      open.add(order.structureId)
      return firstOf(
        unless(cost <= orderCostMax, `${orderRef} costs ${cost}, limit ${orderCostMax}`),
        unless(cost <= structureLossMax, `${orderRef} may lose ${cost}, limit ${structureLossMax}`),
        // What the account is worth was observed up to a minute ago.
        unless(cost <= 1.01 * worth * premiumPctMax, `${orderRef} costs ${cost} of ${worth}`),
        unless(
          open.size <= openStructuresMax,
          `${open.size} structures, limit ${openStructuresMax}`,
        ),
      )
    },
  }
}

/** Those that hold something at the broker, or whose entry may still fill there. */
function openStructures(sight: Sight): Set<StructureId | null> {
  const { record, gateway } = sight
  const held = new Map<StructureId | null, number>()
  for (const order of gateway.core.state.orders.values()) {
    const id = record.orders.get(order.orderRef as ClientOrderId)?.structureId ?? null
    const units = order.side === 'BUY' ? order.filled : -order.filled
    held.set(id, (held.get(id) ?? 0) + units)
  }
  const open = new Set([...held].flatMap(([id, units]) => (units === 0 ? [] : [id])))
  for (const order of liveOrders(sight)) {
    const intent = record.orders.get(order.orderRef as ClientOrderId)
    if (intent?.role === 'entry') open.add(intent.structureId)
  }
  return open
}
