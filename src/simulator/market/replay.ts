import { existsSync } from 'node:fs'
import type { EpochMs } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'
import { sessionOf } from '../../domain/calendar.ts'
import type { CalendarDate, Ticker } from '../../domain/contract.ts'
import type { Price } from '../../domain/money.ts'
import { amountOf, price } from '../../domain/money.ts'
import { LEVEL_MEAN } from './generated-days.ts'
import { profileOf, VOLATILITY_INDEX } from './generated-profile.ts'
import { listedAs } from './generated-underlying.ts'
import type { ChainPart, MarketPart } from './market-parts.ts'
import { marketOf } from './market-parts.ts'
import { SessionList } from './market-sessions.ts'
import { UNWATCHED } from './market.ts'
import type { Market } from './market.ts'
import { readOptions } from './replay-chain.ts'
import { daysBefore, findUnderlying, readDay } from './replay-files.ts'
import type { RecordedDay, RecordedUnder } from './replay-files.ts'
import { RecordedChain } from './replay-options.ts'
import { RecordedUnderlying } from './replay-underlying.ts'
import { surfaceChain } from './surface-chain.ts'
import { OptionIds } from './surface-ids.ts'
import { levelOfIndex } from './surface.ts'

export interface ReplayOptions {
  /** A folder laid out as the README of the recordings says. */
  readonly dir: string
  readonly symbols: readonly Ticker[]
  readonly dates: readonly CalendarDate[]
  /** Rule 5: either side of the last trade where no quote was recorded. Default $0.01. */
  readonly halfSpread?: Price
}

interface Recorded {
  readonly under: RecordedUnder
  readonly days: readonly RecordedDay[]
}

/**
 * Recorded days as a market, under the nine replay rules of the recordings' README. Earlier days of
 * a symbol that were recorded without a gap serve as its history. Options that were not recorded
 * are generated around the recorded underlying, and each of their quotes says so.
 */
export function openReplay(options: ReplayOptions): Result<Market, string> {
  const dates = [...new Set(options.dates)].sort()
  const wrong = refusal(options)
  if (wrong !== null) return fail(wrong)
  const read: Recorded[] = []
  for (const symbol of withVolatility(options)) {
    const one = readUnderlying(options.dir, symbol, dates)
    if (!one.ok) return one
    read.push(one.value)
  }
  const first = read.flatMap(({ days }) => days.map(({ session }) => session.date)).sort()[0]
  const sessions = new SessionList(first ?? NO_DATE)
  const ids = new OptionIds(first ?? NO_DATE)
  const underlyings = underlyingsOf(read, sessions, options.halfSpread ?? price(0.01))
  const parts: ReplayPart[] = []
  for (const [slot, underlying] of underlyings.entries()) {
    const under = read[slot]?.under
    if (under === undefined) continue
    const found = readOptions({ dir: options.dir, ...under, dates, sessions })
    if (!found.ok) return found
    const isRecorded = found.value !== null
    const chain: ChainPart | null =
      found.value !== null
        ? new RecordedChain({ ...found.value, sessions, underlying })
        : generatedChain(underlying, { slot, ids, sessions })
    parts.push({ underlying, chain, options: chain && (isRecorded ? 'recorded' : 'generated') })
  }
  const isMade = parts.some((part) => part.options === 'generated')
  const origin = isMade ? 'replay-generated-options' : 'replay'
  return ok(marketOf({ origin, describe: describe(dates, parts), sessions, parts }))
}

const NO_DATE = '2000-01-01' as CalendarDate

interface ReplayPart extends MarketPart {
  readonly underlying: RecordedUnderlying
  readonly options: 'recorded' | 'generated' | null
}

function refusal({ dir, symbols, dates }: ReplayOptions): string | null {
  if (!existsSync(dir)) return `${dir}: no such folder; name the one that holds the recordings`
  if (symbols.length === 0) return 'expected at least one symbol to replay'
  if (symbols.length > SYMBOLS_MAX) return `expected at most ${SYMBOLS_MAX} symbols to replay`
  if (dates.length === 0) return 'expected at least one date to replay, as 2014-06-06'
  const closed = dates.find((date) => sessionOf(date) === null)
  return closed === undefined ? null : `${closed}: the exchange was closed; choose another date`
}

/** The ids of generated options have room for this many underlyings. */
const SYMBOLS_MAX = 15

/** The volatility index comes along wherever it was recorded: it sets the level of the surface. */
function withVolatility({ dir, symbols, dates }: ReplayOptions): readonly Ticker[] {
  const found = findUnderlying(dir, VOLATILITY_INDEX)
  const isThere = found.ok && dates.every((date) => found.value.dates.includes(date))
  return [...new Set(isThere ? [...symbols, VOLATILITY_INDEX] : symbols)]
}

function readUnderlying(
  dir: string,
  symbol: Ticker,
  dates: readonly CalendarDate[],
): Result<Recorded, string> {
  const found = findUnderlying(dir, symbol)
  if (!found.ok) return found
  const under = found.value
  const [first = NO_DATE] = dates
  const days: RecordedDay[] = []
  for (const date of [...daysBefore(under, first), ...dates]) {
    const session = sessionOf(date)
    if (session === null) continue
    const day = readDay(under, session)
    if (!day.ok) return day
    days.push(day.value)
  }
  return ok({ under, days })
}

function underlyingsOf(
  read: readonly Recorded[],
  sessions: SessionList,
  halfSpread: Price,
): readonly RecordedUnderlying[] {
  let volatility: RecordedUnderlying | undefined
  const levelAt = (at: EpochMs): number => {
    const index = volatility?.quote(at, UNWATCHED)?.last ?? null
    return index === null ? LEVEL_MEAN : levelOfIndex(amountOf(index))
  }
  const underlyings = read.map(({ under: { symbol, kind }, days }) => {
    const listed = listedAs({ ...profileOf(symbol), kind })
    return new RecordedUnderlying({ listed, sessions, days, halfSpread, levelAt })
  })
  volatility = underlyings.find((each) => each.listed.contract.symbol === VOLATILITY_INDEX)
  return underlyings
}

function generatedChain(
  source: RecordedUnderlying,
  at: { readonly slot: number; readonly ids: OptionIds; readonly sessions: SessionList },
): ChainPart | null {
  const profile = profileOf(source.listed.contract.symbol)
  const listing = profile.options
  if (listing === null) return null
  // One grid of strikes for the whole replay, around the first recorded price.
  const reference = (): number => source.firstPrice
  const setup = { ...at, profile, listing, source, reference, synthetic: true }
  return surfaceChain(setup, (moment) => source.nextChange(moment))
}

function describe(dates: readonly CalendarDate[], parts: readonly ReplayPart[]): string {
  const each = parts.map(({ underlying, options }) => {
    const quotes = underlying.hasQuotes ? 'quotes recorded' : 'quotes derived from trades'
    const chain =
      options === null
        ? ''
        : options === 'recorded'
          ? ', options recorded'
          : ', options GENERATED around it'
    const since = `bars since ${underlying.firstDate}`
    return `${underlying.listed.contract.symbol}: ${quotes}${chain}, ${since}`
  })
  const wait = 'an indicator that needs earlier bars waits for them'
  return `replay of ${dates.join(', ')}; ${each.join('; ')}; ${wait}`
}
