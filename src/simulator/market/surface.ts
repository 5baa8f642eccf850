/**
 * An implied-volatility surface without static arbitrage: SSVI of Gatheral and Jacquier,
 * "Arbitrage-free SVI volatility surfaces" (2014). Total variance at log-moneyness k is
 *   w = theta / 2 x (1 + rho phi k + sqrt((phi k + rho)^2 + 1 - rho^2))
 * with theta the at-the-money total variance, not decreasing in time, and their power law
 * phi = eta / sqrt(theta (1 + theta)), free of butterfly and calendar arbitrage while
 * eta (1 + |rho|) <= 2 (their remark 4.4).
 */
export interface Smile {
  /** Negative: puts are dearer than calls. */
  readonly rho: number
  readonly eta: number
  /** At-the-money volatility that long expiries tend to, annualised. */
  readonly longRun: number
}

export const INDEX_SMILE = { rho: -0.55, eta: 0.85 } as const
export const STOCK_SMILE = { rho: -0.3, eta: 0.85 } as const

/** How fast the forward variance goes from today's level to the long run, a year. */
const REVERSION = 4

/**
 * At-the-money total variance up to `years` of trading time: today's level fading into the long
 * run. Its slope, the forward variance, is a mix of two squares, so it never decreases.
 */
export function varianceTo(years: number, level: number, longRun: number): number {
  const faded = (1 - Math.exp(-REVERSION * years)) / REVERSION
  return longRun ** 2 * years + (level ** 2 - longRun ** 2) * faded
}

/** Total variance at log(strike / forward). */
export function totalVariance(logMoneyness: number, atTheMoney: number, smile: Smile): number {
  if (atTheMoney <= 0) return 0
  const x = (smile.eta / Math.sqrt(atTheMoney * (1 + atTheMoney))) * logMoneyness
  const wing = Math.sqrt((x + smile.rho) ** 2 + 1 - smile.rho ** 2)
  return (atTheMoney / 2) * (1 + smile.rho * x + wing)
}

/** Trading days in the 30 calendar days that the volatility index looks ahead. */
const MONTH_YEARS = 21 / 252
/** The index weighs all strikes, and the dear puts lift it over the at-the-money volatility. */
const INDEX_OVER_MONEY = 1.06

/** What the volatility index reads when the market's level is this. */
export function volatilityIndex(level: number): number {
  const variance = varianceTo(MONTH_YEARS, level, LONG_RUN)
  return 100 * INDEX_OVER_MONEY * Math.sqrt(variance / MONTH_YEARS)
}

/** The market's level that the volatility index implies: the inverse of `volatilityIndex`. */
export function levelOfIndex(index: number): number {
  const variance = (index / 100 / INDEX_OVER_MONEY) ** 2 * MONTH_YEARS
  const faded = (1 - Math.exp(-REVERSION * MONTH_YEARS)) / REVERSION
  return Math.sqrt(Math.max(1e-4, LONG_RUN ** 2 + (variance - LONG_RUN ** 2 * MONTH_YEARS) / faded))
}

/** Of the market; a symbol's is this times its ratio. */
export const LONG_RUN = 0.17
