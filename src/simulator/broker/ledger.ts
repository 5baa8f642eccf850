import { assert } from '../../base/assert.ts'
import type { Money, Price } from '../../domain/money.ts'
import { notional } from '../../domain/money.ts'

/** What is held of one contract: signed quantity, and what it cost, signed like the quantity. */
export interface Holding {
  readonly quantity: number
  readonly cost: Money
}

export interface Booked {
  readonly holding: Holding
  /** What the trade did to the cash, commission included. */
  readonly cash: Money
  /** Null when nothing was closed. */
  readonly realized: Money | null
}

/**
 * Books a trade of a signed quantity by average cost. Nothing is lost to rounding: the part of the
 * cost that leaves is a whole number and the rest stays, so that
 * `cash + cost held - realized` never changes.
 */
export function book(
  held: Holding,
  trade: { quantity: number; price: Price; multiplier: number; commission: Money },
): Booked {
  const { quantity, price, multiplier, commission } = trade
  assert(quantity !== 0, 'a trade moves something')
  const cash = (0 - notional(price, quantity, multiplier) - commission) as Money
  const closing = Math.sign(held.quantity) === -Math.sign(quantity)
  if (!closing) {
    const cost = (held.cost - cash) as Money
    return { holding: { quantity: held.quantity + quantity, cost }, cash, realized: null }
  }
  const closed = Math.min(Math.abs(quantity), Math.abs(held.quantity))
  const costOut = shareOf(held.cost, closed, Math.abs(held.quantity))
  const cashOfClosing = shareOf(cash, closed, Math.abs(quantity))
  const costIn = closed === Math.abs(quantity) ? 0 : cash - cashOfClosing
  return {
    holding: {
      quantity: held.quantity + quantity,
      cost: (held.cost - costOut - costIn) as Money,
    },
    cash,
    realized: (cashOfClosing - costOut) as Money,
  }
}

function shareOf(amount: number, part: number, whole: number): number {
  return part === whole ? amount : Math.round((amount / whole) * part)
}
