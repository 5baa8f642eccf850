import type { Result } from '../base/result.ts'
import { fail, ok } from '../base/result.ts'
import type { Right } from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import { normalQuantile } from '../domain/normal.ts'
import type { SelectionRules } from './rules.ts'
import { strikesInRange } from './search.ts'

export interface StrikeQuestion {
  readonly listed: readonly Price[]
  readonly spot: Price
  readonly right: Right
  readonly rule: SelectionRules['strike']
  readonly daysToExpiry: number
  /** How many strikes to answer at most; of a range out of the money all are answered. */
  readonly count: number
}

/** The strikes worth a look, the nearest to the target first. */
export function strikesFor(question: StrikeQuestion): Result<readonly Price[], string> {
  const { listed, spot, rule, count } = question
  if (!(spot > 0)) return fail('the price of the underlying is unknown') // never strikes around 0
  if (rule.kind === 'otm') return strikesInRange(listed, rule, question)
  if (rule.kind === 'delta') return deltaWindow(question, rule.target)
  const target = strikeAtOffset(question, rule.steps)
  if (target === null) return fail(`no strike listed ${Math.abs(rule.steps)} steps from the money`)
  return ok(byDistance(listed, { target, spot }).slice(0, count))
}

/**
 * From the holder's side (R12): 0 is the strike nearest to the spot, n the n-th out of the money,
 * -n the n-th in the money; a call is in the money below the spot, a put above it.
 */
function strikeAtOffset({ listed, spot, right }: StrikeQuestion, steps: number): Price | null {
  const fromSpot = { target: spot, spot }
  if (steps === 0) return byDistance(listed, fromSpot)[0] ?? null
  const above = right === 'C' ? steps > 0 : steps < 0
  const side = listed.filter((strike) => (above ? strike > spot : strike < spot))
  return byDistance(side, fromSpot)[Math.abs(steps) - 1] ?? null
}

/**
 * What a year's volatility of a US stock or index may be; the greeks then say which strike it is.
 */
const VOLATILITIES = { low: 0.08, usual: 0.25, high: 0.9 } as const

/** A delta has no strike before a volatility is known: spread over where it may be. */
function deltaWindow(question: StrikeQuestion, delta: number): Result<readonly Price[], string> {
  const { listed, spot, count } = question
  if (listed.length === 0) return fail('no strike listed')
  const likely = [VOLATILITIES.low, VOLATILITIES.high].map((volatility) =>
    strikeOfDelta(question, delta, volatility),
  )
  const low = Math.min(...likely)
  const high = Math.max(...likely)
  const usual = { target: strikeOfDelta(question, delta, VOLATILITIES.usual), spot }
  const inside = listed.filter((strike) => strike >= low && strike <= high)
  // Near the money the window may hold fewer strikes than may be looked at.
  const window = inside.length < count ? byDistance(listed, usual) : thinned(inside, count)
  return ok(byDistance(window, usual).slice(0, count))
}

/** Black and Scholes solved for the strike, without rates. */
function strikeOfDelta(
  { spot, right, daysToExpiry }: StrikeQuestion,
  delta: number,
  volatility: number,
): number {
  const deviation = volatility * Math.sqrt(Math.max(1, daysToExpiry) / 365)
  const d1 = right === 'C' ? normalQuantile(delta) : -normalQuantile(delta)
  return spot * Math.exp(deviation * (deviation / 2 - d1))
}

/** Evenly, both ends included. */
function thinned(strikes: readonly Price[], count: number): readonly Price[] {
  if (strikes.length <= count || count < 2) return strikes.slice(0, count)
  const sorted = [...strikes].sort((a, b) => a - b)
  const step = (sorted.length - 1) / (count - 1)
  return sorted.filter((_, index) => Math.round(Math.round(index / step) * step) === index)
}

/** The nearest to the target first; of two as near the nearer to the spot, then the lower. */
function byDistance(
  strikes: readonly Price[],
  { target, spot }: { readonly target: number; readonly spot: number },
): readonly Price[] {
  return [...strikes].sort(
    (a, b) =>
      Math.abs(a - target) - Math.abs(b - target) ||
      Math.abs(a - spot) - Math.abs(b - spot) ||
      a - b,
  )
}
