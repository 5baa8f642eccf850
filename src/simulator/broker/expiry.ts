import { assert } from '../../base/assert.ts'
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
 * Options that are held end, all of one underlying and moment together: what one leg of a spread
 * brings, the other one takes. Out of the money they are worthless. In the money, of an index: cash
 * at intrinsic value. Of a stock: the shares are delivered at the strike; the option is booked out
 * at its intrinsic value and the shares in at the settlement price, which is the same cash. What
 * the account could not carry is paid out instead, as if the broker had closed it just before.
 */
export function settle(desk: Desk, id: ConId): void {
  const option = desk.state.positions.get(id)?.contract
  if (option?.kind === 'option') settleAll(desk, endingWith(desk, option))
}

/** One option that is held is exercised, or assigned, whenever that is. */
export function settleOne(desk: Desk, id: ConId): void {
  const position = desk.state.positions.get(id)
  if (position?.contract.kind !== 'option') return
  settleAll(desk, [{ contract: position.contract, quantity: position.quantity }])
}

interface Ending {
  readonly contract: OptionContract
  readonly quantity: number
}

function settleAll(desk: Desk, ended: readonly Ending[]): void {
  const [first] = ended
  if (first === undefined) return
  const spot = settlementOf(desk, first.contract)
  let shares = 0
  for (const { contract: option, quantity } of ended) {
    const value = spot === null ? (markOf(desk, option) ?? price(0)) : intrinsic(option, spot)
    bookTrade(desk, option, { quantity: -quantity, price: value, commission: 0 as Money })
    if (value >= EXERCISED_FROM) {
      shares += quantity * option.multiplier * (option.right === 'C' ? 1 : -1)
    }
  }
  const stock = underlyingStock(desk, first.contract)
  if (stock !== null && spot !== null && shares !== 0) deliver(desk, stock, { spot, shares })
  for (const { contract } of ended) tellPosition(desk, contract)
}

function endingWith(desk: Desk, option: OptionContract): readonly Ending[] {
  const at = desk.hours.settlesAt(option)
  return [...desk.state.positions.values()].flatMap(({ contract, quantity }) => {
    const same = contract.kind === 'option' && contract.symbol === option.symbol
    return same && desk.hours.settlesAt(contract) === at ? [{ contract, quantity }] : []
  })
}

/**
 * Early assignment of options that are short: they are gone, and their shares came or went at the
 * strike. Nobody asks whether the account can carry them.
 */
export function assign(desk: Desk, id: ConId, contracts: number): void {
  const position = desk.state.positions.get(id)
  assert(
    position?.contract.kind === 'option' && position.quantity < 0,
    'a short option is assigned',
  )
  const option = position.contract
  const stock = underlyingStock(desk, option)
  assert(stock !== null, 'only options on stock are exercised early')
  const quantity = Math.min(contracts, -position.quantity)
  const spot = quoteOf(desk, stock.conId)?.last ?? option.strike
  const value = intrinsic(option, spot)
  const direction = option.right === 'C' ? -1 : 1
  bookTrade(desk, option, { quantity, price: value, commission: 0 as Money })
  bookTrade(desk, stock, {
    quantity: direction * quantity * option.multiplier,
    price: (option.strike - direction * value) as Price,
    commission: 0 as Money,
  })
  tellPosition(desk, option)
  tellPosition(desk, stock)
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
