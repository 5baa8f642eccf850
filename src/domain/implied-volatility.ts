import { normalCdf, normalDensity } from './normal.ts'
import type { OptionTerms } from './pricing.ts'
import { discounted, valueBounds } from './pricing.ts'

/** Newton needs about 6 steps and bisection about 60; past this the value holds no information. */
const STEPS_MAX = 128

/**
 * The volatility at which `optionValue` gives this value, to about 1e-12 as far as the value's own
 * digits allow. Null for a value outside its bounds, and for an option without time.
 */
export function impliedVolatility(terms: OptionTerms, value: number): number | null {
  const { low, high } = valueBounds(terms)
  if (!(terms.years > 0 && value > low && value < high)) return null
  const { spot, strike } = discounted(terms)
  // By parity the out-of-the-money option of the strike has the same volatility; measured in
  // sqrt(spot x strike) its value depends on the distance to the strike alone.
  const distance = -Math.abs(Math.log(spot / strike))
  const target = (value - low) / Math.sqrt(spot * strike)
  const deviation = deviationAt(distance, target)
  return deviation === null ? null : deviation / Math.sqrt(terms.years)
}

/**
 * Solves for the total deviation by Newton on the logarithm of the value, which is nearly straight
 * where the value itself is flat, and by bisection wherever a step would leave the bracket.
 */
function deviationAt(distance: number, target: number): number | null {
  let low = 0
  let high = 1
  while (normalizedValue(distance, high) < target) {
    low = high
    high *= 2
    if (high > 64) return null // above any volatility that doubles can tell apart
  }
  let deviation = Math.min(Math.max(firstGuess(distance, target), low), high)
  for (let step = 0; step < STEPS_MAX; step++) {
    const value = normalizedValue(distance, deviation)
    if (value === target) return deviation
    if (value < target) low = deviation
    else high = deviation
    const slope = normalDensity(distance / deviation + deviation / 2) * Math.exp(distance / 2)
    const newton = deviation - (value * Math.log(value / target)) / slope
    const next = newton > low && newton < high ? newton : (low + high) / 2
    if (Math.abs(next - deviation) <= 1e-15 * deviation) return next
    deviation = next
  }
  return deviation
}

/** At the money the value is deviation / sqrt(2 pi); elsewhere Manaster and Koehler's point. */
function firstGuess(distance: number, target: number): number {
  return Math.max(target * Math.sqrt(2 * Math.PI), Math.sqrt(-2 * distance))
}

/** Of a call `distance` below the money (at most 0), over sqrt(spot x strike). */
function normalizedValue(distance: number, deviation: number): number {
  if (deviation === 0) return 0
  const d1 = distance / deviation + deviation / 2
  const held = Math.exp(distance / 2) * normalCdf(d1)
  return Math.max(0, held - Math.exp(-distance / 2) * normalCdf(d1 - deviation))
}
