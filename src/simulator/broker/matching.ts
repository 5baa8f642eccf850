import type { Side } from '../../domain/contract.ts'
import type { Price } from '../../domain/money.ts'
import type { MarketQuote } from '../market/market.ts'
import type { SimOrderType } from './state.ts'

/**
 * The one matching model: of the simulated Gateway, of backtests, and of fills over live quotes. It
 * knows the terms of an order and one quote, and nothing else.
 */
export interface Matchable {
  readonly side: Side
  readonly type: SimOrderType
  readonly limit: Price | null
  readonly trigger: Price | null
  readonly triggered: boolean
}

/** What is displayed of what an order is of. `net`: of a combo, whose price may be a credit. */
export interface Quoted extends Pick<
  MarketQuote,
  'bid' | 'ask' | 'bidSize' | 'askSize' | 'halted' | 'synthetic' | 'changedAt'
> {
  readonly net?: true
}

/** What an order may trade against: the displayed price, and how much is shown of it. */
export interface Offer {
  readonly price: Price
  /** Null: not known, so it does not limit. */
  readonly size: number | null
}

/** The opposite side; null when it is not quoted, halted or crossed, and then nothing trades. */
export function opposite(side: Side, quote: Quoted): Offer | null {
  const { bid, ask } = quote
  if (quote.halted || (bid !== null && ask !== null && bid > ask)) return null
  const price = side === 'BUY' ? ask : bid
  const size = side === 'BUY' ? quote.askSize : quote.bidSize
  if (price === null || size === 0) return null
  return price > 0 || quote.net === true ? { price, size } : null
}

export function waitsForTrigger(order: Matchable): boolean {
  return (order.type === 'STP' || order.type === 'STP LMT') && !order.triggered
}

/**
 * A stop is elected by the side it would trade against: a sell when the bid is at or below its
 * trigger, a buy when the ask is at or above it. US option stops are simulated by IBKR on bid and
 * ask (protocol.md 12.4); where IBKR asks for two quotes in a row, one is enough here.
 */
export function elects(order: Matchable, quote: Quoted): boolean {
  const offer = opposite(order.side, quote)
  if (offer === null || order.trigger === null) return false
  return order.side === 'SELL' ? offer.price <= order.trigger : offer.price >= order.trigger
}

/**
 * What the order trades at now, if it does. A market order and an elected stop take the opposite
 * side. A limit order trades when that is at the limit or through it: on arrival at the quote,
 * resting at its limit, never better (replay rules 1 and 2).
 */
export function tradesAt(order: Matchable, quote: Quoted, arriving: boolean): Offer | null {
  if (waitsForTrigger(order)) return null
  const offer = opposite(order.side, quote)
  if (offer === null || order.limit === null || order.type === 'MKT' || order.type === 'STP') {
    return offer
  }
  const reached = order.side === 'BUY' ? offer.price <= order.limit : offer.price >= order.limit
  if (!reached) return null
  return arriving ? offer : { price: order.limit, size: offer.size }
}
