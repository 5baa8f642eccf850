import type { Result } from '../base/result.ts'
import { fail, ok } from '../base/result.ts'
import { keyOf } from './contract-key.ts'
import { tickAt } from './contract.ts'
import type { ComboContract, ComboLeg, Listing } from './contract.ts'
import type { Price } from './money.ts'

/**
 * The only way to make a combo: 2 to 4 option legs and at most one stock leg, of one underlying
 * and one currency, no contract twice, ratios in lowest terms. With a stock leg one option leg is
 * enough (buy-write).
 */
export function combo(legs: readonly ComboLeg[], listing: Listing): Result<ComboContract, string> {
  const [first] = legs
  if (first === undefined) return fail('expected legs, were none')
  const { symbol } = first.contract
  const wrong = wrongShape(legs) ?? wrongListing(legs, listing) ?? wrongRatios(legs)
  if (wrong !== null) return fail(wrong)
  const { exchange, currency, multiplier, priceIncrements } = listing
  return ok({
    kind: 'combo',
    symbol,
    legs,
    exchange,
    currency,
    multiplier,
    priceIncrements,
  })
}

/**
 * A combo as it is listed by what its legs are: on SMART or wherever they all are, in their
 * currency, by the multiplier of its options, on the finest step of any leg.
 */
export function comboOf(legs: readonly ComboLeg[]): Result<ComboContract, string> {
  const options = legs.flatMap(({ contract }) => (contract.kind === 'option' ? [contract] : []))
  const [option] = options
  if (option === undefined) return fail('expected an option leg')
  const { exchange, currency, multiplier } = option
  if (options.some((each) => each.multiplier !== multiplier)) {
    return fail('expected one multiplier for all options')
  }
  const odd = legs.find(({ contract, ratio }) => (ratio * contract.multiplier) % multiplier !== 0)
  if (odd !== undefined) return fail(`expected round lots of ${multiplier}, were ${odd.ratio}`)
  const finest = Math.min(...legs.map(({ contract }) => tickAt(contract, ZERO)))
  const priceIncrements = [{ from: ZERO, tick: finest as Price }]
  return combo(legs, { exchange, currency, multiplier, priceIncrements })
}

const ZERO = 0 as Price

function wrongShape(legs: readonly ComboLeg[]): string | null {
  const stocks = legs.filter((leg) => leg.contract.kind === 'stock').length
  const options = legs.length - stocks
  if (stocks > 1) return `expected at most one stock leg, were ${stocks}`
  if (options > 4 || options < 2 - stocks) {
    return `expected ${2 - stocks} to 4 option legs, were ${options}`
  }
  const keys = new Set(legs.map((leg) => keyOf(leg.contract)))
  return keys.size === legs.length ? null : 'expected every contract once'
}

function wrongListing(legs: readonly ComboLeg[], listing: Listing): string | null {
  const symbols = new Set(legs.map((leg) => leg.contract.symbol))
  if (symbols.size > 1) return `expected one underlying, were ${[...symbols].join(', ')}`
  const foreign = legs.find((leg) => leg.contract.currency !== listing.currency)
  if (foreign === undefined) return null
  return `expected every leg in ${listing.currency}, was ${foreign.contract.currency}`
}

function wrongRatios(legs: readonly ComboLeg[]): string | null {
  const ratios = legs.map((leg) => leg.ratio)
  if (!ratios.every((ratio) => Number.isSafeInteger(ratio) && ratio > 0)) {
    return `expected positive whole ratios, were ${ratios.join(':')}`
  }
  const divisor = ratios.reduce(greatestCommonDivisor)
  return divisor === 1 ? null : `expected ratios in lowest terms, were ${ratios.join(':')}`
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
