import { assert } from '../base/assert.ts'
import type { ComboContract, ComboLeg } from './contract.ts'
import type { Price } from './money.ts'
import type { Quote } from './quote.ts'

/**
 * What one unit of a leg's price counts in the price of the combo, signed: of a spread plus or
 * minus its ratio; of a hundred shares under one option 1, because both are quoted per share.
 */
export function legWeight({ multiplier }: ComboContract, { contract, ratio, side }: ComboLeg) {
  return ((side === 'BUY' ? 1 : -1) * ratio * contract.multiplier) / multiplier
}

/** The sides of one leg that a quote of the combo is made of. */
export type LegSides = Pick<Quote, 'bid' | 'ask' | 'bidSize' | 'askSize'>

/**
 * What one unit of a combo could be sold and bought for at once, leg by leg, and how often. Without
 * both sides of every leg, or with one of them crossed, there is no price (P33).
 */
export function netSides(combo: ComboContract, legs: readonly LegSides[]): LegSides {
  assert(legs.length === combo.legs.length, 'every leg has a quote')
  const told = combo.legs.flatMap((leg, index) => {
    const sides = legs[index]
    return sides === undefined ? [] : [{ leg, sides, weight: legWeight(combo, leg) }]
  })
  const isPriced = told.every(
    ({ sides: { bid, ask } }) => bid !== null && ask !== null && bid <= ask,
  )
  const price = (side: 'sold' | 'bought'): Price | null => {
    if (!isPriced) return null
    const sum = told.reduce((total, { sides, weight }) => {
      const at = weight > 0 === (side === 'sold') ? sides.bid : sides.ask
      return total + weight * (at ?? 0)
    }, 0)
    return (sum === 0 ? 0 : Math.round(sum)) as Price
  }
  const size = (side: 'sold' | 'bought'): number | null =>
    least(
      told.map(({ leg, sides, weight }) => {
        const shown = weight > 0 === (side === 'sold') ? sides.bidSize : sides.askSize
        return shown === null ? null : Math.floor(shown / leg.ratio)
      }),
    )
  return {
    bid: price('sold'),
    ask: price('bought'),
    bidSize: size('sold'),
    askSize: size('bought'),
  }
}

/**
 * The quote of a combo from those of its legs, in their order. It is as old as the oldest of them,
 * and as delayed, halted or derived as the worst. IBKR quotes combos too, but writes -1 for "none",
 * which is also the price of a credit.
 */
export function netQuote(combo: ComboContract, legs: readonly Quote[]): Quote {
  const { bid, ask, bidSize, askSize } = netSides(combo, legs)
  const ofOptions = legs.filter((_, index) => combo.legs[index]?.contract.kind === 'option')
  const units = (of: number | null, index: number): number | null =>
    of === null ? null : Math.floor(of / (combo.legs[index]?.ratio ?? 1))
  return {
    bid,
    ask,
    last: null, // its legs trade at different times
    bidSize,
    askSize,
    volume: least(legs.map(({ volume }, index) => units(volume, index))),
    openInterest: least(ofOptions.map(({ openInterest }) => openInterest)),
    delta: netDelta(combo, legs),
    receivedAt: Math.max(...legs.map(({ receivedAt }) => receivedAt)) as Quote['receivedAt'],
    aliveAt: Math.min(...legs.map(({ aliveAt }) => aliveAt)) as Quote['aliveAt'],
    delayed: legs.some(({ delayed }) => delayed),
    halted: legs.some(({ halted }) => halted),
    synthetic: legs.some(({ synthetic }) => synthetic),
    legs: legs.map((leg) => ({ bid: leg.bid, ask: leg.ask })),
  }
}

/** Of one unit, as an option's: per dollar of the underlying, per share of the multiplier. */
function netDelta(combo: ComboContract, legs: readonly Quote[]): number | null {
  let sum = 0
  for (const [index, leg] of combo.legs.entries()) {
    const delta = leg.contract.kind === 'stock' ? 1 : (legs[index]?.delta ?? null)
    if (delta === null) return null
    sum += legWeight(combo, leg) * delta
  }
  return sum
}

/** Null when any is unknown, and of none. */
function least(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length < values.length || known.length === 0 ? null : Math.min(...known)
}
