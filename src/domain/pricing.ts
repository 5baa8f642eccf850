import type { Right } from './contract.ts'
import { normalCdf, normalDensity } from './normal.ts'

/** A European option, in floats: prices in units of the currency per share, rates as ratios. */
export interface OptionTerms {
  readonly right: Right
  readonly spot: number
  readonly strike: number
  /** To expiry; `yearsBetween` counts them. */
  readonly years: number
  /** Continuously compounded, a year. */
  readonly rate: number
  readonly dividendYield: number
}

export interface Greeks {
  readonly value: number
  readonly delta: number
  readonly gamma: number
  /** Per percentage point of volatility. */
  readonly vega: number
  /** Per calendar day. */
  readonly theta: number
}

const YEAR_MS = 365 * 86_400_000

/** Actual/365, never negative. */
export function yearsBetween(fromMs: number, toMs: number): number {
  return Math.max(0, toMs - fromMs) / YEAR_MS
}

/** Black-Scholes-Merton. Without time or volatility left: what the forward is worth. */
export function optionValue(terms: OptionTerms, volatility: number): number {
  const { sign, spot, strike } = discounted(terms)
  const deviation = volatility * Math.sqrt(terms.years)
  if (!(deviation > 0)) return Math.max(0, sign * (spot - strike))
  const d1 = Math.log(spot / strike) / deviation + deviation / 2
  const value = sign * (spot * normalCdf(sign * d1) - strike * normalCdf(sign * (d1 - deviation)))
  return Math.max(0, value) // far out of the money the two terms may cancel to -1e-17
}

export function greeksOf(terms: OptionTerms, volatility: number): Greeks {
  const { sign, spot, strike } = discounted(terms)
  const deviation = volatility * Math.sqrt(terms.years)
  const growth = spot / terms.spot // exp(-dividendYield x years)
  if (!(deviation > 0)) {
    const value = Math.max(0, sign * (spot - strike))
    return { value, delta: value > 0 ? sign * growth : 0, gamma: 0, vega: 0, theta: 0 }
  }
  const d1 = Math.log(spot / strike) / deviation + deviation / 2
  const density = normalDensity(d1)
  const heldShare = normalCdf(sign * d1)
  const owedShare = normalCdf(sign * (d1 - deviation))
  const carry = sign * (terms.dividendYield * spot * heldShare - terms.rate * strike * owedShare)
  const decay = (spot * density * volatility) / (2 * Math.sqrt(terms.years))
  return {
    value: Math.max(0, sign * (spot * heldShare - strike * owedShare)),
    delta: sign * growth * heldShare,
    gamma: (growth * density) / (terms.spot * deviation),
    vega: (spot * density * Math.sqrt(terms.years)) / 100,
    theta: (carry - decay) / 365,
  }
}

/** Between these any value has one volatility; outside, somebody earns money without risk. */
export function valueBounds(terms: OptionTerms): { readonly low: number; readonly high: number } {
  const { sign, spot, strike } = discounted(terms)
  return { low: Math.max(0, sign * (spot - strike)), high: sign > 0 ? spot : strike }
}

/** Spot and strike as worth today; a call counts up with the spot (1), a put down (-1). */
export function discounted(terms: OptionTerms): {
  readonly sign: 1 | -1
  readonly spot: number
  readonly strike: number
} {
  return {
    sign: terms.right === 'C' ? 1 : -1,
    spot: terms.spot * Math.exp(-terms.dividendYield * terms.years),
    strike: terms.strike * Math.exp(-terms.rate * terms.years),
  }
}
