import type { EpochMs } from '../../base/clock.ts'
import { seedOf } from '../../base/prng.ts'
import { previousSession, sessionOf } from '../../domain/calendar.ts'
import type { CalendarDate, ConId, OptionContract, Ticker } from '../../domain/contract.ts'
import { addDays, weekday } from '../../domain/date.ts'
import type { Currency } from '../../domain/money.ts'
import { price } from '../../domain/money.ts'
import type { OptionDay, OptionName } from './replay-option-files.ts'

/** Index options trade this much longer than stocks (rule 8). */
export const INDEX_LATE_MINUTES = 15

export interface OptionClass {
  readonly symbol: Ticker
  readonly tradingClass: string
  readonly settlement: 'AM' | 'PM'
  readonly lateMinutes: number
  /** Ticks in cents below and from $3. */
  readonly tickCents: readonly [below: number, from: number]
}

/**
 * Rule 6: monthly expiries before 2015-02 are recorded as the Saturday after the third Friday and
 * mean the Friday, or the last session before it where that Friday is a holiday.
 */
export function lastSessionOf(recorded: CalendarDate): CalendarDate {
  const friday = weekday(recorded) === 6 ? addDays(recorded, -1) : recorded
  return sessionOf(friday)?.date ?? previousSession(friday)?.date ?? friday
}

/** What a recorded name stands for, and what tells it apart (rule 7). */
export function contractOf(of: OptionClass, name: OptionName): OptionContract {
  const expiry = lastSessionOf(name.expiry)
  // What settles by the opening price trades for the last time on the day before.
  const last = of.settlement === 'AM' ? previousSession(expiry) : sessionOf(expiry)
  const close = last?.close ?? (0 as EpochMs)
  const [below, from] = of.tickCents
  return {
    kind: 'option',
    conId: idOf(of.tradingClass, { ...name, expiry }),
    symbol: of.symbol,
    exchange: 'SMART',
    currency: 'USD' as Currency,
    multiplier: 100,
    priceIncrements: [
      { from: price(0), tick: price(below / 100) },
      { from: price(3), tick: price(from / 100) },
    ],
    expiry,
    strike: price(name.strike),
    right: name.right,
    tradingClass: of.tradingClass,
    settlement: of.settlement,
    lastTradingAt: (close + of.lateMinutes * 60_000) as EpochMs,
  }
}

/** Above the ids of well-known stocks, below those of generated options. */
const FIRST_ID = 500_000_000
const IDS = 500_000_000

/** A hash of the whole name: the same option has the same id in every replay. */
function idOf(tradingClass: string, { expiry, strike, right }: OptionName): ConId {
  const name = `${tradingClass} ${expiry} ${strike} ${right}`
  const wide = seedOf(0, name) * 2 ** 20 + (seedOf(1, name) % 2 ** 20)
  return (FIRST_ID + (wide % IDS)) as ConId
}

/** The grid that all recorded quotes of a class lie on: penny programme or not. */
export function tickCentsOf(days: readonly OptionDay[]): OptionClass['tickCents'] {
  let [below, from] = [5, 10]
  for (const { quotes } of days) {
    for (const { bid, ask } of quotes) {
      for (const amount of [bid.open, bid.close, ask.open, ask.close]) {
        if (Number.isNaN(amount)) continue
        const cents = Math.round(amount * 100)
        if (amount < 3) below = cents % 5 === 0 ? below : 1
        else if (cents % 5 !== 0) from = 1
        else if (cents % 10 !== 0) from = Math.min(from, 5)
      }
    }
  }
  return [below, from]
}
