import type { EpochMs } from '../../base/clock.ts'
import type { Bar } from '../../domain/bar.ts'
import type { ConId } from '../../domain/contract.ts'
import type { Price } from '../../domain/money.ts'
import type { Market } from '../market/market.ts'
import { historyBars } from './session-history-bars.ts'

const DAY_MS = 86_400_000
const SESSIONS_A_YEAR = 252

/** Lowest, highest and average volume of the last weeks; null without a bar. */
export function dailyRange(
  market: Market,
  contract: ConId,
  { at, weeks }: { readonly at: EpochMs; readonly weeks: number },
): { readonly low: Price; readonly high: Price; readonly averageVolume: number } | null {
  const bars = dailyBars(market, contract, { at, days: weeks * 7 })
  if (bars.length === 0) return null
  const volume = bars.reduce((sum, bar) => sum + bar.volume, 0)
  return {
    low: Math.min(...bars.map((bar) => bar.low)) as Price,
    high: Math.max(...bars.map((bar) => bar.high)) as Price,
    averageVolume: Math.round(volume / bars.length),
  }
}

/** Annualised deviation of the daily returns of 30 days, close to close. */
export function historicalVolatility(market: Market, contract: ConId, at: EpochMs): number | null {
  const closes = dailyBars(market, contract, { at, days: 30 }).map((bar) => bar.close)
  const returns = closes.slice(1).map((close, i) => Math.log(close / (closes[i] ?? close)))
  if (returns.length < 2) return null
  const mean = returns.reduce((sum, each) => sum + each, 0) / returns.length
  const squares = returns.reduce((sum, each) => sum + (each - mean) ** 2, 0)
  return Math.sqrt((squares / (returns.length - 1)) * SESSIONS_A_YEAR)
}

function dailyBars(
  market: Market,
  contract: ConId,
  { at, days }: { readonly at: EpochMs; readonly days: number },
): readonly Bar[] {
  const from = (at - days * DAY_MS) as EpochMs
  return historyBars(market, { contract, seconds: 86_400, what: 'TRADES', from, to: at, at })
}
