import { keyOf } from '../../../src/domain/contract-key.ts'
import { legsOf } from '../../../src/domain/contract.ts'
import type { ConId, Tradable } from '../../../src/domain/contract.ts'
import type { ExecId } from '../../../src/domain/fill.ts'
import { notional, price } from '../../../src/domain/money.ts'
import type { ClientOrderId, StructureId } from '../../../src/domain/order.ts'
import { baseOf } from '../../../src/simulator/broker/fills.ts'
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
      const { contract } = order
      const paid = notional(price(lmtPrice ?? 0), totalQuantity ?? 0, contract.multiplier)
      // Of a credit it is what it may come to owe.
      const cost = Math.max(paid, paid + owedAtWorst(contract) * (totalQuantity ?? 0))
      const worth = sight.gateway.core.account().netLiquidation
      const open = openStructures(sight)
      open.add(order.structureId)
      const dear = firstOf(
        unless(cost <= orderCostMax, `${orderRef} costs ${cost}, limit ${orderCostMax}`),
        unless(cost <= structureLossMax, `${orderRef} may lose ${cost}, limit ${structureLossMax}`),
        // What the account is worth was observed up to a minute ago.
        unless(cost <= 1.01 * worth * premiumPctMax, `${orderRef} costs ${cost} of ${worth}`),
      )
      if (dear !== null) return [{ text: dear, about: [] }]
      if (open.size <= openStructuresMax) return null
      const text = `${open.size} structures (${[...open].join(', ')}), limit ${openStructuresMax}`
      return [{ text, about: contractsOf(open, sight) }]
    },
  }
}

/** Of one unit bought, at the prices of the underlying between which it is a straight line. */
function owedAtWorst(contract: Tradable): number {
  if (contract.kind !== 'combo') return 0
  const strikes = contract.legs.flatMap((leg) =>
    leg.contract.kind === 'option' ? [leg.contract.strike] : [],
  )
  const worth = [0, ...strikes].map((spot) =>
    contract.legs.reduce((sum, { contract: of, ratio, side }) => {
      const inside = of.kind === 'option' && of.right === 'P' ? of.strike - spot : spot
      const strike = of.kind === 'option' && of.right === 'C' ? of.strike : 0
      const each = of.kind === 'stock' ? spot : Math.max(0, inside - strike)
      return sum + (side === 'BUY' ? 1 : -1) * ratio * of.multiplier * each
    }, 0),
  )
  return Math.max(0, -Math.min(...worth))
}

/** Those that hold something at the broker, or whose entry may still fill there. */
function openStructures(sight: Sight): Set<StructureId | null> {
  const { record } = sight
  const open = new Set<StructureId | null>(
    holdingsOf(sight).flatMap((each) => notTaken(each, sight)),
  )
  for (const order of liveOrders(sight)) {
    const intent = record.orders.get(order.orderRef as ClientOrderId)
    if (intent?.role === 'entry') open.add(intent.structureId)
  }
  return open
}

/** Any of them may be counted for what was done to it. */
function contractsOf(open: ReadonlySet<StructureId | null>, { record }: Sight): readonly ConId[] {
  const orders = [...record.orders.values()].filter(({ structureId }) => open.has(structureId))
  const all = orders.flatMap(({ contract }) => legsOf(contract).map((leg) => leg.contract.conId))
  return [...new Set(all)]
}

interface Holdings {
  readonly contract: Tradable
  /** By structure; signed. */
  readonly units: Map<StructureId, number>
}

/** What our orders have made of each contract. */
function holdingsOf(sight: Sight): readonly Holdings[] {
  const all = new Map<string, Holdings>()
  for (const { orderId, units } of filled(sight)) {
    const order = sight.record.orders.get(orderId)
    // What a kill sold of nobody's, such as shares of an exercise, opens nothing.
    if (order === undefined || order.structureId === null) continue
    const { contract, structureId } = order
    const of = all.get(keyOf(contract)) ?? { contract, units: new Map() }
    all.set(keyOf(contract), of)
    of.units.set(structureId, (of.units.get(structureId) ?? 0) + units)
  }
  return [...all.values()]
}

/**
 * Others may have sold some of it, or it has expired: as many structures as it takes to hold what
 * the broker has, the newest first.
 */
function notTaken({ contract, units }: Holdings, { gateway }: Sight): StructureId[] {
  const { positions } = gateway.core.state
  const there = legsOf(contract).map(({ contract: { conId }, ratio }) => {
    return Math.abs(positions.get(conId)?.quantity ?? 0) / ratio
  })
  let left = Math.max(0, ...there)
  return [...units]
    .filter(([, of]) => of !== 0)
    .toReversed()
    .flatMap(([id, of]) => {
      if (left <= 0) return []
      left -= Math.abs(of)
      return [id]
    })
}

function isSame(one: Tradable, other: Tradable): boolean {
  if (one.kind === 'combo' || other.kind === 'combo') return keyOf(one) === keyOf(other)
  return one.conId === other.conId
}

interface FilledUnits {
  readonly orderId: ClientOrderId
  /** Signed. */
  readonly units: number
}

/**
 * By the broker what it executed today, also what nobody was told of yet; by the record what was
 * filled before, for overnight the broker forgets its orders and their executions.
 */
function filled({ record, gateway }: Sight): readonly FilledUnits[] {
  const today = new Map(
    gateway.core.state.executions.map((each) => [baseOf(each.execId) as ExecId, each]),
  )
  const before = record.lastFills().filter(({ execId }) => !today.has(execId))
  return [
    ...before,
    ...[...today.values()].map((each) => ({ ...each, orderId: each.orderRef as ClientOrderId })),
  ].flatMap(({ orderId, contract, side, quantity }) => {
    const of = record.orders.get(orderId)
    // Of a combo itself: its legs are told beside it.
    if (of === undefined || !isSame(of.contract, contract)) return []
    return [{ orderId, units: side === 'BUY' ? quantity : -quantity }]
  })
}
