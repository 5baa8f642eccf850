import type { ConId, OptionContract, StockContract } from '../../domain/contract.ts'
import type { Money, Price } from '../../domain/money.ts'
import { notional, price } from '../../domain/money.ts'
import { availableFunds, initialMargin, markOf } from './account.ts'
import { bookTrade, tellPosition } from './booking.ts'
import type { Desk } from './desk.ts'
import { quoteOf } from './desk.ts'

/** The clearing house exercises what is in the money by this much (OCC rule 805). */
const EXERCISED_FROM = price(0.01)

/**
 * An option that is held ends. Out of the money it is worthless. In the money, of an index: cash at
 * intrinsic value. Of a stock: the shares are delivered at the strike; the option is booked out at
 * its intrinsic value and the shares in at the settlement price, which is the same cash. What the
 * account could not carry is paid out instead, as if the broker had closed it just before.
 */
export function settle(desk: Desk, id: ConId): void {
  const position = desk.state.positions.get(id)
  if (position?.contract.kind !== 'option') return
  const option = position.contract
  const spot = settlementOf(desk, option)
  const value = spot === null ? (markOf(desk, option) ?? price(0)) : intrinsic(option, spot)
  bookTrade(desk, option, { quantity: -position.quantity, price: value, commission: 0 as Money })
  const stock = underlyingStock(desk, option)
  if (stock !== null && spot !== null && value >= EXERCISED_FROM) {
    deliver(desk, stock, {
      spot,
      shares: position.quantity * option.multiplier * (option.right === 'C' ? 1 : -1),
    })
  }
  tellPosition(desk, option)
}

function deliver(desk: Desk, stock: StockContract, of: { spot: Price; shares: number }): void {
  const held = desk.state.positions.get(stock.conId)?.quantity ?? 0
  const added = Math.max(0, Math.abs(held + of.shares) - Math.abs(held))
  const needed = initialMargin(desk, 'stock', notional(of.spot, added, 1))
  const short = held + of.shares < 0
  if (needed > availableFunds(desk) || (short && desk.accountKind === 'cash')) return
  bookTrade(desk, stock, { quantity: of.shares, price: of.spot, commission: 0 as Money })
  tellPosition(desk, stock)
}

function intrinsic(option: OptionContract, spot: Price): Price {
  const inside = option.right === 'C' ? spot - option.strike : option.strike - spot
  return Math.max(0, inside) as Price
}

/** The settlement price; where the market knows none, the last price of the underlying. */
function settlementOf(desk: Desk, option: OptionContract): Price | null {
  const settled = desk.market.settlement(option.symbol, option.expiry)
  if (settled !== null) return settled
  const underlying = listingOf(desk, option)
  return underlying === null ? null : (quoteOf(desk, underlying.conId)?.last ?? null)
}

function underlyingStock(desk: Desk, option: OptionContract): StockContract | null {
  const underlying = listingOf(desk, option)
  return underlying?.kind === 'stock' ? underlying : null
}

function listingOf(desk: Desk, option: OptionContract) {
  const { underlyings } = desk.market
  return underlyings.find((each) => each.contract.symbol === option.symbol)?.contract ?? null
}
