import type { EpochMs } from '../../base/clock.ts'
import { sessionOf } from '../../domain/calendar.ts'
import type { Hours } from '../../domain/calendar.ts'
import type {
  CalendarDate,
  ConId,
  IndexContract,
  OptionContract,
  StockContract,
} from '../../domain/contract.ts'
import type { Price } from '../../domain/money.ts'
import { BarBook } from './market-bars.ts'
import type { MinuteBars } from './market-bars.ts'
import { Recent } from './market-cache.ts'
import type { SessionList } from './market-sessions.ts'
import type { Adverse, Listed, Market, MarketQuote, TradingSession } from './market.ts'

/** One underlying of a market. */
export interface UnderlyingPart {
  readonly listed: Listed
  quote(at: EpochMs, adverse: Adverse): MarketQuote | null
  nextChange(at: EpochMs): EpochMs | null
  readonly minutes: MinuteBars
  /** Minutes of all hours; null where it trades in regular ones alone. */
  readonly allMinutes?: MinuteBars | null
  settlement(expiry: CalendarDate): Price | null
}

/** The options on it, where it has any. */
export interface ChainPart {
  listed(today: CalendarDate): readonly OptionContract[]
  contract(id: ConId): OptionContract | null
  quote(contract: OptionContract, at: EpochMs, adverse: Adverse): MarketQuote | null
  nextChange(contract: OptionContract, at: EpochMs): EpochMs | null
  minutes(contract: OptionContract): MinuteBars
  /** After the close of the underlying, in minutes. */
  readonly lateMinutes: number
}

export interface MarketPart {
  readonly underlying: UnderlyingPart
  readonly chain: ChainPart | null
}

export interface MarketParts {
  readonly origin: Market['origin']
  readonly describe: string
  readonly sessions: SessionList
  /** Of all hours, where any part trades in them. */
  readonly allSessions?: SessionList
  readonly parts: readonly MarketPart[]
}

/** Contracts whose bars are kept at hand. */
const BOOKS_KEPT = 64

/** What an id stands for, reduced to what a market is asked about any contract. */
interface Found {
  readonly contract: StockContract | IndexContract | OptionContract
  readonly lateMinutes: number
  readonly minutes: () => MinuteBars
  readonly allMinutes: MinuteBars | null
  quote(at: EpochMs, adverse: Adverse): MarketQuote | null
  nextChange(at: EpochMs): EpochMs | null
}

export function marketOf(of: MarketParts): Market {
  const { origin, describe, sessions, allSessions, parts } = of
  const finds = new Map<ConId, Found>()
  const books = new Recent<ConId, BarBook>(BOOKS_KEPT)
  const allBooks = new Map<ConId, BarBook>()
  const find = (id: ConId): Found | null => {
    const known = finds.get(id)
    if (known !== undefined) return known
    const found = parts.map((part) => findIn(part, id)).find((each) => each !== null) ?? null
    if (found !== null) finds.set(id, found)
    return found
  }
  const allBook = (id: ConId): BarBook | null => {
    const known = allBooks.get(id)
    if (known !== undefined) return known
    const minutes = find(id)?.allMinutes ?? null
    if (minutes === null || allSessions === undefined) return null
    const made = new BarBook(allSessions, minutes)
    allBooks.set(id, made)
    return made
  }
  const book = (id: ConId, hours: Hours = 'regular'): BarBook | null => {
    const all = hours === 'all' ? allBook(id) : null
    if (all !== null) return all
    const found = find(id)
    return found && books.get(id, () => new BarBook(sessions, found.minutes()))
  }
  const partOf = (symbol: string): MarketPart | undefined =>
    parts.find((each) => each.underlying.listed.contract.symbol === symbol)
  return {
    origin,
    describe,
    underlyings: parts.map((each) => each.underlying.listed),
    session: (id, date, hours) => sessionFor(find(id), date, hours),
    options: (symbol, today) => partOf(symbol)?.chain?.listed(today) ?? [],
    contract: (id) => find(id)?.contract ?? null,
    quote: (id, at, adverse) => find(id)?.quote(at, adverse) ?? null,
    nextChange: (id, at) => find(id)?.nextChange(at) ?? null,
    bars: (id, query) => book(id, query.hours)?.bars(query) ?? [],
    formingBar: (id, { size, at, hours }) => book(id, hours)?.forming(size, at) ?? null,
    settlement: (symbol, expiry) => partOf(symbol)?.underlying.settlement(expiry) ?? null,
  }
}

function findIn({ underlying, chain }: MarketPart, id: ConId): Found | null {
  if (underlying.listed.contract.conId === id) {
    return {
      contract: underlying.listed.contract,
      lateMinutes: 0,
      minutes: () => underlying.minutes,
      allMinutes: underlying.allMinutes ?? null,
      quote: (at, adverse) => underlying.quote(at, adverse),
      nextChange: (at) => underlying.nextChange(at),
    }
  }
  const option = chain?.contract(id) ?? null
  if (chain === null || option === null) return null
  return {
    contract: option,
    lateMinutes: chain.lateMinutes,
    minutes: () => chain.minutes(option),
    allMinutes: null,
    quote: (at, adverse) => chain.quote(option, at, adverse),
    nextChange: (at) => chain.nextChange(option, at),
  }
}

function sessionFor(
  found: Found | null,
  date: CalendarDate,
  hours: Hours = 'regular',
): TradingSession | null {
  const session = sessionOf(date, found?.allMinutes ? hours : 'regular')
  if (found === null || session === null) return null
  return { ...session, close: (session.close + found.lateMinutes * 60_000) as EpochMs }
}
