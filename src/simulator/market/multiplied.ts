import type { Bar } from '../../domain/bar.ts'
import type { Price } from '../../domain/money.ts'
import type { MarketQuote } from './market.ts'

/** Of a stock, whose prices are whole cents. */
const CENT = 10_000

function times(price: Price, factor: number): Price {
  return Math.max(CENT, Math.round((price * factor) / CENT) * CENT) as Price
}

/** A quote after a split, or after a dividend. */
export function multipliedQuote(quote: MarketQuote, factor: number): MarketQuote {
  if (factor === 1 || quote.model !== null) return quote
  const each = (price: Price | null): Price | null => (price === null ? null : times(price, factor))
  const { bid, ask, last, open, high, low, previousClose } = quote
  return {
    ...quote,
    bid: each(bid),
    ask: each(ask),
    last: each(last),
    open: each(open),
    high: each(high),
    low: each(low),
    previousClose: each(previousClose),
  }
}

export function multipliedBar(bar: Bar, factor: number): Bar {
  if (factor === 1) return bar
  return {
    ...bar,
    open: times(bar.open, factor),
    high: times(bar.high, factor),
    low: times(bar.low, factor),
    close: times(bar.close, factor),
  }
}
