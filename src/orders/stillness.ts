import type { EpochMs } from '../base/clock.ts'
import { newYorkDate, sessionAt, sessionOf } from '../domain/calendar.ts'
import type { OptionContract, StockContract, Tradable } from '../domain/contract.ts'
import { legsOf } from '../domain/contract.ts'
import type { Quote } from '../domain/quote.ts'

/** Options on indexes and some ETFs trade on for a quarter of an hour: no other hours are known. */
const LATE_MS_MAX = 900_000

/**
 * Why this contract does not trade now, whatever is sent; null: as far as we know it does (P30,
 * P33). Of a combo all legs must.
 */
export function whyStill(
  contract: Tradable,
  quote: Quote | null,
  now: EpochMs,
): 'closed' | 'halted' | null {
  if (quote?.halted === true) return 'halted'
  return legsOf(contract).every((leg) => isOpen(leg.contract, now)) ? null : 'closed'
}

/** When regular trading began or begins on this date; null: it does not. */
export function openOf(now: EpochMs): EpochMs | null {
  return sessionOf(newYorkDate(now))?.open ?? null
}

function isOpen(contract: OptionContract | StockContract, now: EpochMs): boolean {
  const last = contract.kind === 'option' ? contract.lastTradingAt : Infinity
  // A closure that came overnight stands in the hours of the contract alone (P52).
  const odd = contract.oddDays?.find(({ date }) => date === newYorkDate(now))
  if (odd !== undefined) {
    return odd.hours !== null && odd.hours.open <= now && now < odd.hours.close && now < last
  }
  return now < last && sessionAt((now - lateMs(contract, now)) as EpochMs) !== null
}

/** How long after the exchange's close it trades on: 0 while the exchange is open. */
function lateMs(contract: OptionContract | StockContract, now: EpochMs): number {
  if (contract.kind === 'stock' || sessionAt(now) !== null) return 0
  const { lastTradingAt, lateMs: published = 0 } = contract
  const session = sessionOf(newYorkDate(lastTradingAt))
  const last = session === null ? 0 : lastTradingAt - session.close
  return Math.min(Math.max(0, last, published), LATE_MS_MAX)
}
