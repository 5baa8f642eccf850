import { assert } from '../../base/assert.ts'
import { legWeight, netSides } from '../../domain/combo-quote.ts'
import type { ComboContract, ComboLeg, ConId, Side, Tradable } from '../../domain/contract.ts'
import { legsOf } from '../../domain/contract.ts'
import type { Price } from '../../domain/money.ts'
import type { Desk } from './desk.ts'
import { quoteOf } from './desk.ts'
import type { Quoted } from './matching.ts'
import type { SimContract } from './state.ts'

/** What an order moves when one unit of it fills: its contract, or the legs of its combo. */
export function contractsOf(contract: Tradable): readonly SimContract[] {
  return legsOf(contract).map((leg) => leg.contract)
}

/** Regular hours of every leg: a combo trades while all of them do. */
export function isOpen(desk: Desk, contract: Tradable): boolean {
  if (contract.kind !== 'combo') return desk.hours.isOpen(contract, desk.now)
  return contract.legs.every((leg) => desk.hours.isOpen(leg.contract, desk.now))
}

/** The side a leg trades on when its combo trades on this one. */
export function legSide(leg: ComboLeg, side: Side): Side {
  if (side === 'BUY') return leg.side
  return leg.side === 'BUY' ? 'SELL' : 'BUY'
}

/**
 * The quote an order is matched against. Of a combo the net of its legs: IBKR guarantees all legs
 * or none, at no worse than what they trade at one by one. Null while any leg is not quoted.
 */
export function marketOf(desk: Desk, contract: Tradable): Quoted | null {
  if (contract.kind !== 'combo') return quoteOf(desk, contract.conId)
  const quotes = contractsOf(contract).flatMap((each) => quoteOf(desk, each.conId) ?? [])
  if (quotes.length < contract.legs.length) return null
  const shown = quotes.map((quote, index) => {
    const { conId } = contractsOf(contract)[index] ?? { conId: 0 as ConId }
    const taken = desk.state.taken.get(conId)
    if (taken?.changedAt !== quote.changedAt) return quote
    // Our own orders have had some of what this leg shows.
    const left = (of: number | null, side: Side) =>
      of === null ? null : Math.max(0, of - taken[side])
    return { ...quote, bidSize: left(quote.bidSize, 'SELL'), askSize: left(quote.askSize, 'BUY') }
  })
  return {
    ...netSides(contract, shown),
    halted: quotes.some(({ halted }) => halted),
    synthetic: quotes.some(({ synthetic }) => synthetic),
    changedAt: Math.max(...quotes.map(({ changedAt }) => changedAt)) as Quoted['changedAt'],
    net: true,
  }
}

/** One unit of a combo takes what its legs show. */
export function takeLegs(
  desk: Desk,
  { contract, side }: { readonly contract: ComboContract; readonly side: Side },
  units: number,
): void {
  for (const leg of contract.legs) {
    const { conId } = leg.contract
    const quote = quoteOf(desk, conId)
    if (quote === null) continue
    const before = desk.state.taken.get(conId)
    const fresh = before?.changedAt !== quote.changedAt
    const taken = fresh ? { changedAt: quote.changedAt, BUY: 0, SELL: 0 } : before
    const on = legSide(leg, side)
    desk.state.taken.set(conId, { ...taken, [on]: taken[on] + units * leg.ratio })
  }
}

/**
 * What each leg is done at when the combo is done at a price: where they are quoted, and what the
 * combo is done at beside that in one of them, so that the legs add up to the combo to a millionth.
 */
export function legPrices(
  desk: Desk,
  { contract, side }: { readonly contract: ComboContract; readonly side: Side },
  at: Price,
): readonly Price[] {
  const prices = contract.legs.map((leg) => {
    const quote = quoteOf(desk, leg.contract.conId)
    const quoted = legSide(leg, side) === 'BUY' ? quote?.ask : quote?.bid
    assert(quoted !== undefined && quoted !== null, 'what fills is quoted')
    return quoted
  })
  const weights = contract.legs.map((leg) => legWeight(contract, leg))
  const net = prices.reduce((sum, each, index) => sum + each * (weights[index] ?? 0), 0)
  const beside = at - net
  const [dearest] = prices
    .map((each, index) => ({ index, weight: weights[index] ?? 0, each }))
    .filter(({ weight }) => Math.abs(weight) === 1)
    .sort((a, b) => b.each - a.each)
    .filter(({ weight, each }) => each + beside / weight > 0)
  if (beside === 0 || dearest === undefined) return prices
  return prices.map((each, index) =>
    index === dearest.index ? ((each + beside / dearest.weight) as Price) : each,
  )
}

/** The price of the combo that its legs were done at. */
export function netOf(contract: ComboContract, prices: readonly Price[]): Price {
  const sum = contract.legs.reduce(
    (total, leg, index) => total + legWeight(contract, leg) * (prices[index] ?? 0),
    0,
  )
  return (sum === 0 ? 0 : sum) as Price
}
