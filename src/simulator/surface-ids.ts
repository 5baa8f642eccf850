import type { CalendarDate, ConId, Right } from '../domain/contract.ts'
import { addDays, daysBetween } from '../domain/date.ts'

/** What tells a generated option apart; `strike` counts steps of the listing. */
export interface OptionCode {
  /** Which underlying of the market: below `OPTION_SLOTS`. */
  readonly slot: number
  readonly expiry: CalendarDate
  readonly right: Right
  readonly strike: number
}

/** Generated options have the upper three quarters of the positive 32-bit numbers to themselves. */
const BASE = 2 ** 29
/** A Monday. Thirteen bits of weekdays reach to 2031, past what the calendar covers. */
const FIRST_DAY = '2000-01-03' as CalendarDate
/** So many underlyings of one market have options: an id is a 32-bit number and holds no more. */
export const OPTION_SLOTS = 48
const DAYS = 8192
const STRIKES = 2048

/** The id is the option written as a number, so any id can be read back without a table. */
export function conIdOf({ slot, expiry, right, strike }: OptionCode): ConId {
  const days = daysBetween(FIRST_DAY, expiry)
  const weekdays = Math.floor(days / 7) * 5 + (days % 7)
  return (BASE +
    ((slot * DAYS + weekdays) * 2 + (right === 'C' ? 0 : 1)) * STRIKES +
    strike) as ConId
}

/** Null for a number that is no id of a generated option. */
export function readConId(id: ConId): OptionCode | null {
  const code = id - BASE
  if (code < 0 || code >= OPTION_SLOTS * DAYS * 2 * STRIKES) return null
  const strike = code % STRIKES
  const rest = Math.floor(code / STRIKES)
  const weekdays = Math.floor(rest / 2) % DAYS
  const days = Math.floor(weekdays / 5) * 7 + (weekdays % 5)
  if (strike === 0) return null
  return {
    slot: Math.floor(rest / 2 / DAYS),
    expiry: addDays(FIRST_DAY, days),
    right: rest % 2 === 0 ? 'C' : 'P',
    strike,
  }
}
