import type { EpochMs } from '../base/clock.ts'
import { nameOf } from '../domain/contract-key.ts'
import type { ConId } from '../domain/contract.ts'
import type { Fill } from '../domain/fill.ts'
import type { Price } from '../domain/money.ts'
import type { ClientOrderId } from '../domain/order.ts'
import type { BrokerSnapshot } from '../domain/report.ts'
import { untoldFills } from '../orders/untold.ts'
import { booked } from './settle.ts'
import type { Turn } from './turn.ts'

/** What our books say of a contract, signed. */
export function heldOf({ state }: Turn, id: ConId): number {
  return state.positions.get(id)?.quantity ?? 0
}

/** Fills of ours that no execution tells of, as far as they explain this contract (3.5). */
export function untoldBy(
  turn: Turn,
  id: ConId,
  { snapshot, since }: { readonly snapshot: BrokerSnapshot; readonly since: EpochMs },
): readonly Fill[] {
  const theirs = new Map(
    snapshot.positions.map(({ contract, quantity }) => [contract.conId, quantity]),
  )
  const { orders, structures } = turn.state
  return untoldFills(id, {
    orders: orders.values(),
    change: (of) => (theirs.get(of) ?? 0) - heldOf(turn, of),
    moved: (order, of) => movedBy(turn, order.id, of),
    open: new Set(snapshot.openOrders.flatMap(({ orderId }) => orderId ?? [])),
    since,
    openPrice: ({ structureId }) =>
      (structureId === null ? null : structures.get(structureId))?.openPrice ?? (0 as Price),
    at: turn.at,
  })
}

/** Contracts that fills of an order moved, in its direction; those of a combo itself are none. */
function movedBy({ state }: Turn, orderId: ClientOrderId, id: ConId): number {
  let moved = 0
  for (const { contract, quantity, orderId: of } of state.fills.values()) {
    if (of === orderId && contract.kind !== 'combo' && contract.conId === id) moved += quantity
  }
  return moved
}

/** Booked like any fill, and told: what it went for is not known. */
export function untoldBooked(turn: Turn, fills: readonly Fill[]): void {
  for (const fill of fills) booked(turn, fill)
  const [own] = fills
  if (own === undefined) return
  const what = `${own.quantity} of ${own.orderId}, ${nameOf(own.contract)}`
  const why = 'the positions say so, and IBKR tells no execution of it; its price is an estimate'
  turn.notify('fill-untold', `filled: ${what}; ${why}`)
}
