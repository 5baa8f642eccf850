import type { CalendarDate, ConId, Right } from '../../domain/contract.ts'
import { addDays, calendarDate, daysBetween, weekday } from '../../domain/date.ts'
import { COVERED_YEARS } from '../../domain/holidays.ts'

/** What tells a generated option apart; `strike` counts steps of the listing. */
export interface OptionCode {
  /** Which underlying of the market: below `slots`. */
  readonly slot: number
  readonly expiry: CalendarDate
  readonly right: Right
  readonly strike: number
}

/** Generated options have the upper three quarters of the positive 32-bit numbers to themselves. */
const FIRST_ID = 2 ** 29
const END_ID = 2 ** 31
const STRIKES = 2048
/** No expiry is later: the calendar ends. */
const LAST_DAY = calendarDate({ year: COVERED_YEARS.last, month: 12, day: 31 })

/**
 * The ids of one market's generated options. An id is the option written as a number, so any id can
 * be read back without a table. The shorter the market, the more underlyings have room.
 */
export class OptionIds {
  /** So many underlyings of the market have options: an id is a 32-bit number and holds no more. */
  readonly slots: number
  readonly #monday: CalendarDate
  readonly #days: number

  /** `first`: before the first date on which anything is listed. */
  constructor(first: CalendarDate) {
    this.#monday = addDays(first, -((weekday(first) + 6) % 7))
    this.#days = this.#weekdays(LAST_DAY) + 1
    this.slots = Math.floor((END_ID - FIRST_ID) / (this.#days * 2 * STRIKES))
  }

  of({ slot, expiry, right, strike }: OptionCode): ConId {
    const place = (slot * this.#days + this.#weekdays(expiry)) * 2 + (right === 'C' ? 0 : 1)
    return (FIRST_ID + place * STRIKES + strike) as ConId
  }

  /** Null for a number that is no id of a generated option. */
  read(id: ConId): OptionCode | null {
    const code = id - FIRST_ID
    if (code < 0 || code >= this.slots * this.#days * 2 * STRIKES) return null
    const strike = code % STRIKES
    const place = Math.floor(code / STRIKES)
    const weekdays = Math.floor(place / 2) % this.#days
    const days = Math.floor(weekdays / 5) * 7 + (weekdays % 5)
    if (strike === 0) return null
    return {
      slot: Math.floor(place / 2 / this.#days),
      expiry: addDays(this.#monday, days),
      right: place % 2 === 0 ? 'C' : 'P',
      strike,
    }
  }

  #weekdays(date: CalendarDate): number {
    const days = daysBetween(this.#monday, date)
    return Math.floor(days / 7) * 5 + Math.min(4, days % 7)
  }
}
