import type { EpochMs } from '../../base/clock.ts'
import { newYorkDate, nextSession, previousSession, sessionOf } from '../../domain/calendar.ts'
import type { Hours } from '../../domain/calendar.ts'
import type { CalendarDate } from '../../domain/contract.ts'
import { addDays } from '../../domain/date.ts'
import type { TradingSession } from './market.ts'

/** The sessions of the stock exchange from a first date on, numbered; read lazily, in order. */
export class SessionList {
  readonly hours: Hours
  readonly #sessions: TradingSession[] = []
  readonly #numbers = new Map<CalendarDate, number>()
  readonly #upTo = new Map<CalendarDate, number>()
  #last: CalendarDate
  #hint = 0

  constructor(first: CalendarDate, hours: Hours = 'regular') {
    this.#last = addDays(first, -1)
    this.hours = hours
  }

  /** Null beyond what the calendar covers. */
  get(number: number): TradingSession | null {
    while (number >= this.#sessions.length && this.#read());
    return this.#sessions[number] ?? null
  }

  /** Null when the exchange is closed on that date, or before the first. */
  numberOf(date: CalendarDate): number | null {
    if (sessionOf(date) === null) return null
    while (date > this.#last && this.#read());
    return this.#numbers.get(date) ?? null
  }

  /** The last session on or before the date; -1 before the first. Asked with every quote. */
  numberUpTo(date: CalendarDate): number {
    let number = this.#upTo.get(date)
    if (number === undefined) {
      const session = sessionOf(date) ?? previousSession(date)
      number = session === null ? -1 : (this.numberOf(session.date) ?? -1)
      this.#upTo.set(date, number)
    }
    return number
  }

  /** The last session that has opened by `at`; -1 before the first. */
  numberAt(at: EpochMs): number {
    const hint = this.get(this.#hint)
    const after = this.get(this.#hint + 1)
    if (hint !== null && hint.open <= at && (after === null || at < after.open)) return this.#hint
    const number = this.numberUpTo(newYorkDate(at))
    const session = this.get(number)
    const opened = session === null || session.open <= at ? number : number - 1
    this.#hint = Math.max(0, opened)
    return opened
  }

  #read(): boolean {
    const session = nextSession(this.#last, this.hours)
    if (session === null) return false
    this.#last = session.date
    this.#numbers.set(session.date, this.#sessions.length)
    this.#sessions.push(session)
    return true
  }
}
