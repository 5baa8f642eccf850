import type { EpochMs } from '../../base/clock.ts'
import type { OptionContract } from '../../domain/contract.ts'
import type { Price } from '../../domain/money.ts'
import { amountOf } from '../../domain/money.ts'
import { greeksOf, yearsBetween } from '../../domain/pricing.ts'
import type { OptionListing } from './generated-profile.ts'
import type { ModelValues } from './market.ts'
import type { Smile } from './surface.ts'
import { totalVariance, varianceTo } from './surface.ts'

/** What an option is valued on. */
export interface Spot {
  readonly at: EpochMs
  /** In dollars. */
  readonly price: number
  /** At-the-money volatility of the underlying now, annualised. */
  readonly level: number
  /** Trading time left, in years of 252 sessions. */
  readonly yearsLeft: number
}

/** Below this nothing is left to model: a tenth of a second of an ordinary day. */
const VARIANCE_MIN = 1e-10
const SECOND_YEARS = yearsBetween(0, 1000)

/**
 * The surface's opinion of an option. Rates and dividends are zero, so exercise before expiry is
 * never worth anything and an American option is worth what a European one is. The volatility is
 * per year of calendar time, as clients annualise it; the surface itself counts trading time.
 */
export function modelOf(contract: OptionContract, spot: Spot, smile: Smile): ModelValues {
  const strike = amountOf(contract.strike)
  const atTheMoney = varianceTo(spot.yearsLeft, spot.level, smile.longRun)
  const variance = totalVariance(Math.log(strike / spot.price), atTheMoney, smile)
  const years = Math.max(SECOND_YEARS, yearsBetween(spot.at, contract.lastTradingAt))
  const impliedVolatility = Math.sqrt(Math.max(VARIANCE_MIN, variance) / years)
  const { value, delta, gamma, vega, theta } = greeksOf(
    { right: contract.right, spot: spot.price, strike, years, rate: 0, dividendYield: 0 },
    impliedVolatility,
  )
  return { impliedVolatility, price: value, delta, gamma, vega, theta, underlyingPrice: spot.price }
}

const CENT = 10_000

/** What is in the money is quoted this wide, as a share of its value. */
const INTRINSIC_SPREAD = 0.002
/** A half-year option is quoted half as wide again as one of today. */
const SPREAD_PER_YEAR = 1

/** `bid` is null where none is due. */
export interface BidAsk {
  readonly bid: Price | null
  readonly ask: Price
}

export interface QuotedAs {
  readonly listing: OptionListing
  /** 1 or more: some contracts are always quoted wider than others. */
  readonly mood: number
  readonly yearsLeft: number
}

/** Around the value, on the contract's grid, at least a tick apart. */
export function bidAskOf(model: ModelValues, contract: OptionContract, as: QuotedAs): BidAsk {
  const { spread, tickCents } = as.listing
  const above = model.underlyingPrice - amountOf(contract.strike)
  const intrinsic = Math.max(0, contract.right === 'C' ? above : -above)
  const time = Math.max(0, model.price - intrinsic)
  const longer = 1 + SPREAD_PER_YEAR * as.yearsLeft
  const width = as.mood * (spread * time * longer + INTRINSIC_SPREAD * intrinsic)
  const bid = onGrid(100 * (model.price - width / 2), tickCents, Math.floor)
  // The millionth of a cent keeps what lies exactly on the grid apart.
  const ask = onGrid(100 * (model.price + width / 2) + 1e-6, tickCents, Math.ceil)
  return { bid: bid > 0 ? ((bid * CENT) as Price) : null, ask: (ask * CENT) as Price }
}

/** The wider tick begins at $3. */
function onGrid(
  cents: number,
  [below, from]: OptionListing['tickCents'],
  round: (steps: number) => number,
): number {
  const tick = cents < 300 ? below : from
  return round(cents / tick) * tick
}
