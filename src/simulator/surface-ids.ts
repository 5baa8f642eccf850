import type { CalendarDate, ConId, Right } from '../domain/contract.ts'
import { addDays, daysBetween } from '../domain/date.ts'

/** What tells a generated option apart; `strike` counts steps of the listing. */
export interface OptionCode {
  /** Which underlying of the market: 0 to 15. */
  readonly slot: number
  readonly expiry: CalendarDate
  readonly right: Right
  readonly strike: number
}

/** Generated options have the upper half of the positive 32-bit numbers to themselves. */
const BASE = 2 ** 30
/** A Monday. Thirteen bits of weekdays reach to 2031, past what the calendar covers. */
const FIRST_DAY = '2000-01-03' as CalendarDate
const SLOTS = 16
const DAYS = 8192
const STRIKES = 4096

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
  if (code < 0 || code >= SLOTS * DAYS * 2 * STRIKES) return null
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
