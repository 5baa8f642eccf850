import type { OptionChain } from '../domain/chain.ts'
import type { CalendarDate } from '../domain/contract.ts'

/** Shares that a standard US option delivers. */
const STANDARD_MULTIPLIER = 100

/**
 * The chains to choose from: those of SMART where there are any, and of a stock only the class of
 * its own name with the standard multiplier: an adjusted class delivers something else.
 */
export function eligibleChains(chains: readonly OptionChain[]): readonly OptionChain[] {
  const smart = chains.filter((chain) => chain.exchange === 'SMART')
  return (smart.length > 0 ? smart : chains).filter(
    ({ underlying, tradingClass, multiplier }) =>
      underlying.kind === 'index' ||
      (tradingClass === underlying.symbol && multiplier === STANDARD_MULTIPLIER),
  )
}

/**
 * The chain to trade an expiry in. Where two classes of an index share a date (SPX and SPXW), the
 * one with more expiries: the weekly class, which trades to the close and settles on it.
 */
export function chainWith(
  chains: readonly OptionChain[],
  expiry: CalendarDate,
): OptionChain | null {
  const listing = chains.filter((chain) => chain.expiries.includes(expiry))
  const ranked = [...listing].sort(
    (a, b) => b.expiries.length - a.expiries.length || (a.tradingClass < b.tradingClass ? -1 : 1),
  )
  return ranked[0] ?? null
}
