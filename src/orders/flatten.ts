import type { ConId } from '../domain/contract.ts'
import type { Approved, ClientOrderId, Order } from '../domain/order.ts'
import type { Position } from '../domain/position.ts'

/**
 * For `kill` and `panic`: what to send now to hold nothing. Buys back what is short first and
 * sells only what covers nothing; called again until nothing is held.
 *
 * `mayFill` is signed, of orders not proven dead. What is on its way to close counts as closed, so
 * nothing is sold twice (P32); what is on its way to open is closed once it is held.
 */
export function flatten(
  held: readonly Position[],
  mayFill: ReadonlyMap<ConId, number>,
  nextId: () => ClientOrderId,
): readonly Approved<Order>[] {
  const short = new Set(held.filter(isShort).map((position) => position.contract.symbol))
  return held.flatMap((position) => {
    const { contract, quantity: owned } = position
    // While something is short in this underlying, what is long may be its cover.
    if (owned > 0 && short.has(contract.symbol)) return []
    const coming = mayFill.get(contract.conId) ?? 0
    const closing = Math.sign(coming) === -Math.sign(owned) ? Math.abs(coming) : 0
    // A person may hold parts of a share; orders are for whole ones.
    const quantity = Math.floor(Math.abs(owned) - closing)
    if (quantity <= 0) return []
    const order: Order = {
      id: nextId(),
      structureId: null,
      parentId: null,
      oca: null,
      role: 'close',
      contract,
      side: owned > 0 ? 'SELL' : 'BUY',
      quantity,
      terms: { type: 'MKT' },
      timeInForce: 'DAY',
    }
    return [order as Approved<Order>]
  })
}

function isShort({ quantity }: Position): boolean {
  return quantity < 0
}
