import type { Hours } from '../../domain/calendar.ts'
import type { CalendarDate, Ticker } from '../../domain/contract.ts'
import { addDays, calendarDate, monthOf, yearOf } from '../../domain/date.ts'
import { profileOf, VOLATILITY_INDEX } from './generated-profile.ts'
import { Tapes } from './generated-tapes.ts'
import { GeneratedUnderlying } from './generated-underlying.ts'
import type { MarketPart } from './market-parts.ts'
import { marketOf } from './market-parts.ts'
import { SessionList } from './market-sessions.ts'
import type { Market } from './market.ts'
import { surfaceChain } from './surface-chain.ts'
import { OptionIds } from './surface-ids.ts'

export interface GeneratedOptions {
  readonly seed: number
  /** A New York date; the market begins on the first session of the year before it. */
  readonly start: CalendarDate
  /** Default SPY, QQQ, AAPL and VIX. Options on the first 48 at least, on all where it is short. */
  readonly symbols?: readonly Ticker[]
  /** `all`: stocks trade from 04:00 to 20:00, too. Default: regular. */
  readonly hours?: Hours
}

const SYMBOLS: readonly Ticker[] = ['SPY', 'QQQ', 'AAPL', VOLATILITY_INDEX].map(
  (each) => each as Ticker,
)

/**
 * A market that exists nowhere, of one seed: asked for any moment between its first session and the
 * end of the calendar, in any order, it answers the same. Two with starts in one year are the same
 * market.
 */
export function generatedMarket(options: GeneratedOptions): Market {
  const { seed, start, symbols = SYMBOLS, hours = 'regular' } = options
  const first = calendarDate({ year: yearOf(start) - 1, month: 1, day: 1 })
  const sessions = new SessionList(first)
  const allSessions = hours === 'all' ? new SessionList(first, 'all') : null
  const tapes = new Tapes(seed, sessions)
  const ids = new OptionIds(first)
  const parts = symbols.map((symbol, slot): MarketPart => {
    const profile = profileOf(symbol)
    const underlying = new GeneratedUnderlying(profile, tapes, { sessions, allSessions })
    const listing = profile.options
    if (listing === null || slot >= ids.slots) return { underlying, chain: null }
    const reference = (today: CalendarDate): number =>
      tapes.close(profile, sessions.numberUpTo(lastOfMonthBefore(today)))
    const setup = { profile, listing, slot, ids, sessions, reference, source: underlying }
    const chain = surfaceChain({ ...setup, synthetic: false }, (at) =>
      underlying.nextRegularChange(at),
    )
    return { underlying, chain }
  })
  const bare = symbols.slice(ids.slots)
  const without = bare.length === 0 ? '' : `; without options: ${bare.join(', ')}`
  const names = `${symbols.join(', ')}${without}`
  const which = hours === 'all' ? ', all hours' : ''
  const describe = `generated market, seed ${seed}${which}: ${names}; nothing here is real`
  const common = { origin: 'generated', describe, sessions, parts } as const
  return marketOf(allSessions === null ? common : { ...common, allSessions })
}

/** Strikes are listed around the last close of the month before, so they stay for a month. */
function lastOfMonthBefore(date: CalendarDate): CalendarDate {
  return addDays(calendarDate({ year: yearOf(date), month: monthOf(date), day: 1 }), -1)
}
