import type { EpochMs } from '../base/clock.ts'
import { memoized } from '../base/memo.ts'
import type { ConId, OptionContract, Tradable } from '../domain/contract.ts'
import { legsOf } from '../domain/contract.ts'
import { impliedVolatility } from '../domain/implied-volatility.ts'
import { amountOf } from '../domain/money.ts'
import type { OptionTerms } from '../domain/pricing.ts'
import { greeksOf, optionValue, yearsBetween } from '../domain/pricing.ts'
import type { Mark } from '../domain/mark.ts'

/**
 * A mark tells what volatility a price stands for, and that moves slowly: an older one than this is
 * of another market, and what it is of is unknown.
 */
export const MARK_AGE_MS_MAX = 60_000

/** Of one unit bought, or of a portfolio, in dollars. */
export interface Exposure {
  /** What stock would move alike: delta times the spot. */
  readonly delta: number
  /** What delta changes by when the spot moves by one percent. */
  readonly gamma: number
  /** For a point of volatility. */
  readonly vega: number
  /** For a calendar day. */
  readonly theta: number
  /** What each shock brings, in the order of `shocksOf`. */
  readonly shocks: readonly number[]
}

/** One thing that may happen to every underlying at once: ratios, 0 is nothing. */
export interface Shock {
  readonly move: number
  readonly volatility: number
}

export interface ShockRules {
  readonly movesPct: readonly number[]
  readonly volatilityPct: number
}

/** Up and down by each move, with volatility as it is, higher and lower. */
export const shocksOf = memoized(({ movesPct, volatilityPct }: ShockRules): readonly Shock[] => {
  const moves = [0, ...movesPct.flatMap((move) => [move, -move])]
  return moves.flatMap((move) =>
    [0, volatilityPct, -volatilityPct].map((volatility) => ({ move, volatility })),
  )
})

export interface Seen {
  readonly now: EpochMs
  readonly marks: readonly Mark[]
  readonly shocks: readonly Shock[]
}

/** Of one unit bought; null while what any leg is worth, or its underlying, is not known. */
export function exposureOf(contract: Tradable, seen: Seen): Exposure | null {
  const legs = legsOf(contract).map(({ contract: leg, ratio, side }) => {
    const mark = markOf(leg.conId, seen)
    if (mark?.spot == null) return null
    const units = (side === 'BUY' ? 1 : -1) * ratio * leg.multiplier
    const each = leg.kind === 'stock' ? ofShare(mark.spot, seen) : ofOption(leg, mark, seen)
    return each === null ? null : times(each, units)
  })
  const known = legs.filter((leg) => leg !== null)
  return known.length < legs.length ? null : sum(known, seen.shocks.length)
}

export function times(of: Exposure, units: number): Exposure {
  return mapped(of, (value) => value * units)
}

export function mapped(of: Exposure, change: (value: number) => number): Exposure {
  const { delta, gamma, vega, theta, shocks } = of
  return {
    delta: change(delta),
    gamma: change(gamma),
    vega: change(vega),
    theta: change(theta),
    shocks: shocks.map(change),
  }
}

export function sum(all: readonly Exposure[], shocks: number): Exposure {
  const total = {
    delta: 0,
    gamma: 0,
    vega: 0,
    theta: 0,
    shocks: Array.from({ length: shocks }, () => 0),
  }
  for (const each of all) {
    total.delta += each.delta
    total.gamma += each.gamma
    total.vega += each.vega
    total.theta += each.theta
    for (let i = 0; i < shocks; i++)
      total.shocks[i] = (total.shocks[i] ?? 0) + (each.shocks[i] ?? 0)
  }
  return total
}

function markOf(conId: ConId, { now, marks }: Seen): Mark | null {
  const usable = marks.filter(
    (mark) => mark.conId === conId && mark.at <= now && now - mark.at <= MARK_AGE_MS_MAX,
  )
  return usable.reduce<Mark | null>(
    (newest, mark) => (newest === null || mark.at > newest.at ? mark : newest),
    null,
  )
}

function ofShare(price: Mark['spot'] & number, { shocks }: Seen): Exposure {
  const spot = amountOf(price)
  return {
    delta: spot,
    gamma: 0,
    vega: 0,
    theta: 0,
    shocks: shocks.map(({ move }) => spot * move),
  }
}

function ofOption(option: OptionContract, mark: Mark, seen: Seen): Exposure | null {
  if (mark.spot === null) return null
  const terms: OptionTerms = {
    right: option.right,
    spot: amountOf(mark.spot),
    strike: amountOf(option.strike),
    years: yearsBetween(seen.now, option.lastTradingAt),
    // What the forward is worth beyond the spot is taken up by the volatility.
    rate: 0,
    dividendYield: 0,
  }
  const volatility = volatilityOf(terms, mark)
  if (volatility === null) return null
  const { value, delta, gamma, vega, theta } = greeksOf(terms, volatility)
  const { spot } = terms
  return {
    delta: delta * spot,
    gamma: (gamma * spot * spot) / 100,
    vega,
    theta,
    shocks: seen.shocks.map((shock) => {
      const moved = { ...terms, spot: spot * (1 + shock.move) }
      return optionValue(moved, volatility * (1 + shock.volatility)) - value
    }),
  }
}

/** Of the mid; where it is below what exercise would bring, of the ask. Null: of neither. */
function volatilityOf(terms: OptionTerms, { bid, ask }: Mark): number | null {
  if (bid === null || ask === null || bid > ask) return null
  const mid = (amountOf(bid) + amountOf(ask)) / 2
  return impliedVolatility(terms, mid) ?? impliedVolatility(terms, amountOf(ask))
}
