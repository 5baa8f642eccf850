import { amountOf } from '../domain/money.ts'
import type { Quote } from '../domain/quote.ts'
import type { SelectionRules } from './rules.ts'

type LiquidityRules = Pick<
  SelectionRules,
  'spreadPctMax' | 'volumeMin' | 'openInterestMin' | 'allowDelayed'
>

/**
 * Spread over mid, as a ratio; null unless both sides are quoted and not crossed. The net of a
 * combo may be a credit, and then it counts by its size; around zero no spread is small.
 */
export function spreadPct({ bid, ask }: Quote, net = false): number | null {
  if (bid === null || ask === null) return null
  if (!((bid > 0 || net) && Number.isFinite(ask) && ask >= bid)) return null
  if (ask === bid) return 0
  return (2 * (ask - bid)) / Math.abs(ask + bid)
}

/**
 * Everything that speaks against trading on this quote, with value and threshold; nothing: it is
 * liquid. Both sides, the spread, the volume and the open interest must be right, all of them; how
 * small the spread is in dollars excuses nothing (R14).
 */
export function illiquidities(quote: Quote, rules: LiquidityRules, net = false): readonly string[] {
  return [
    quote.halted ? 'halted' : null,
    quote.delayed && !rules.allowDelayed ? 'delayed quote' : null,
    wrongSpread(quote, rules.spreadPctMax, net),
    quote.bidSize === 0 || quote.askSize === 0 ? 'quoted without size' : null,
    tooFew('volume', quote.volume, rules.volumeMin),
    tooFew('open interest', quote.openInterest, rules.openInterestMin),
  ].filter((reason) => reason !== null)
}

function wrongSpread(quote: Quote, max: number, net: boolean): string | null {
  const { bid, ask } = quote
  if (bid === null || !(net || isPrice(bid))) return 'no bid'
  if (ask === null || !(net || isPrice(ask))) return 'no ask'
  const sides = `${amountOf(bid)} x ${amountOf(ask)}`
  const spread = spreadPct(quote, net)
  if (spread === null) return `crossed ${sides}`
  if (spread <= max) return null
  const most = `${Number((100 * max).toFixed(2))}%`
  return `spread ${(100 * spread).toFixed(2)}% of mid (${sides}) over ${most}`
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
