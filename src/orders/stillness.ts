import type { EpochMs } from '../base/clock.ts'
import { sessionAt } from '../domain/calendar.ts'
import type { Quote } from '../domain/quote.ts'

/** Options on indexes and some ETFs trade on for a quarter of an hour. */
const LATE_MS = 900_000

/** Why nothing trades now, whatever is sent; null: as far as we know it does (P30, P33). */
export function whyStill(quote: Quote | null, now: EpochMs): 'closed' | 'halted' | null {
  if (quote?.halted === true) return 'halted'
  const isOpen = [now, now - LATE_MS].some((at) => sessionAt(at as EpochMs) !== null)
  return isOpen ? null : 'closed'
}
