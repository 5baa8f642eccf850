import { amountOf, decimalText } from '../domain/money.ts'
import type { Money, Price } from '../domain/money.ts'
import type { OrderTerms } from '../domain/order.ts'
import type { Quote } from '../domain/quote.ts'
import type { DollarsText, PriceText, QuoteView } from './view.ts'

/** "-1751.40", exact: more decimals only where there are any. */
export function dollarsText(of: Money): DollarsText {
  return decimalText(of)
}

/** "2.35", exact. */
export function priceText(of: Price): PriceText {
  return decimalText(of)
}

/** `$1,234.50`, for a sentence. */
export function inDollars(of: Money): string {
  const text = Math.abs(amountOf(of)).toFixed(2)
  return `${of < 0 ? '-' : ''}$${text.replace(/\B(?=(\d{3})+(?!\d))/g, ',')}`
}

export function quoteView(quote: Quote): QuoteView {
  const text = (of: Price | null) => (of === null ? null : priceText(of))
  return {
    bid: text(quote.bid),
    ask: text(quote.ask),
    last: text(quote.last),
    aliveAt: quote.aliveAt,
    isDelayed: quote.delayed,
    isHalted: quote.halted,
  }
}

/** Limit or trigger; null: at the market. */
export function termsPrice(terms: OrderTerms): Price | null {
  if (terms.type === 'LMT') return terms.limit
  return terms.type === 'STP' ? terms.trigger : null
}
