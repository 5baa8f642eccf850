import { amountOf } from '../domain/money.ts'
import type { Quote } from '../domain/quote.ts'
import type { SelectionRules } from './rules.ts'

type LiquidityRules = Pick<
  SelectionRules,
  'spreadPctMax' | 'volumeMin' | 'openInterestMin' | 'allowDelayed'
>

/** Spread over mid, as a ratio; null unless both sides are quoted and not crossed. */
export function spreadPct({ bid, ask }: Quote): number | null {
  if (bid === null || ask === null) return null
  if (!(bid > 0 && Number.isFinite(ask) && ask >= bid)) return null
  return (2 * (ask - bid)) / (ask + bid)
}

/**
 * Everything that speaks against trading on this quote, with value and threshold; nothing: it is
 * liquid. Both sides, the spread, the volume and the open interest must be right, all of them; how
 * small the spread is in dollars excuses nothing (R14).
 */
export function illiquidities(quote: Quote, rules: LiquidityRules): readonly string[] {
  return [
    quote.halted ? 'halted' : null,
    quote.delayed && !rules.allowDelayed ? 'delayed quote' : null,
    wrongSpread(quote, rules.spreadPctMax),
    tooFew('volume', quote.volume, rules.volumeMin),
    tooFew('open interest', quote.openInterest, rules.openInterestMin),
  ].filter((reason) => reason !== null)
}

function wrongSpread(quote: Quote, max: number): string | null {
  const { bid, ask } = quote
  if (!isPrice(bid)) return 'no bid'
  if (!isPrice(ask)) return 'no ask'
  const sides = `${amountOf(bid)} x ${amountOf(ask)}`
  const spread = spreadPct(quote)
  if (spread === null) return `crossed ${sides}`
  if (spread <= max) return null
  return `spread ${(100 * spread).toFixed(2)} % of mid (${sides}) over ${100 * max} %`
}

function isPrice<T extends number>(value: T | null): value is T {
  return value !== null && Number.isFinite(value) && value > 0
}

/** Unknown is too few, unless nothing is asked for. */
function tooFew(what: string, value: number | null, min: number): string | null {
  if (min <= 0) return null
  if (value === null || !Number.isFinite(value)) return `${what} unknown, needs ${min}`
  return value >= min ? null : `${what} ${value} below ${min}`
}
