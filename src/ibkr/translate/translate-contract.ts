import { unreachable } from '../../base/assert.ts'
import type { EpochMs } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'
import { atNewYork, newYorkDate, previousSession, sessionOf } from '../../domain/calendar.ts'
import type {
  CalendarDate,
  ConId,
  Contract,
  ContractKey,
  Listing,
  OddDay,
  OptionContract,
  StockContract,
  Ticker,
  UnderlyingKey,
} from '../../domain/contract.ts'
import { compactDate, parseDate } from '../../domain/date.ts'
import type { DayHours } from '../../domain/liquid-hours.ts'
import { lastCloseOn, parseLiquidHours } from '../../domain/liquid-hours.ts'
import { amountOf, price } from '../../domain/money.ts'
import type { Currency } from '../../domain/money.ts'
import { emptyContract } from '../../wire/contract.ts'
import type { RequestOf } from '../../wire/requests.ts'
import type { ResponseOf } from '../../wire/responses.ts'

export type WireContract = RequestOf<'reqContractDetails'>['contract']

/** Where options and stocks are quoted and sent. */
export const SMART = 'SMART'

type Increments = Listing['priceIncrements']

/** Enough to ask for a contract that may not exist. */
export function keyToWire(
  key: Exclude<ContractKey, { kind: 'combo' }> | UnderlyingKey,
): WireContract {
  const common = {
    ...emptyContract,
    symbol: key.symbol,
    exchange: key.exchange,
    currency: key.currency,
  }
  switch (key.kind) {
    case 'stock':
      return { ...common, secType: 'STK' }
    case 'index':
      return { ...common, secType: 'IND' }
    case 'option':
      return {
        ...common,
        secType: 'OPT',
        lastTradeDateOrContractMonth: compactDate(key.expiry),
        strike: amountOf(key.strike),
        right: key.right,
        multiplier: String(key.multiplier),
        tradingClass: key.tradingClass,
      }
    default:
      return unreachable(key)
  }
}

/** A known contract, with everything that is always sent (client-library.md section 7). */
export function contractToWire(contract: Contract): WireContract {
  if (contract.kind !== 'combo') return { ...keyToWire(contract), conId: contract.conId }
  const { symbol, exchange, currency } = contract
  return { ...emptyContract, symbol, exchange, currency, secType: 'BAG' }
}

/** One row of the answer, with the price grid that its market rule gives. */
export function contractFrom(
  details: ResponseOf<'contractDetails'>,
  increments: Increments,
): Result<Contract, string> {
  const { contract } = details
  const common = {
    symbol: contract.symbol as Ticker,
    exchange: contract.exchange === '' ? SMART : contract.exchange,
    currency: contract.currency as Currency,
    conId: contract.conId as ConId,
  }
  switch (contract.secType) {
    case 'STK':
      return ok({
        ...common,
        kind: 'stock',
        multiplier: 1,
        priceIncrements: increments,
        ...oddDaysOf(details),
      })
    case 'IND':
      return ok({ ...common, kind: 'index' })
    case 'OPT':
      return optionFrom(details, { ...common, multiplier: 100, priceIncrements: increments })
    default:
      return fail(`expected a stock, an index or an option, was ${contract.secType}`)
  }
}

function optionFrom(
  details: ResponseOf<'contractDetails'>,
  common: Listing & { readonly symbol: Ticker; readonly conId: ConId },
): Result<OptionContract, string> {
  const { contract } = details
  // The month field can be `20270115 16:15 US/Eastern` (H28); lastTradeDate is plain, if there.
  const day = details.lastTradeDate || contract.lastTradeDateOrContractMonth
  const terms = optionTerms({ ...contract, lastTradeDateOrContractMonth: day })
  if (terms === null) return fail(`expected the terms of option ${contract.conId}`)
  const lastTradingAt = lastTrading(details, terms.expiry)
  if (!lastTradingAt.ok) return lastTradingAt
  const lateMs = longestLate(details, lastTradingAt.value)
  const settles = expiryOf(details.realExpirationDate)
  return ok({
    ...common,
    ...terms,
    // What trades last on the day before it expires settles by the opening of that day.
    settlement: settles !== null && settles > terms.expiry ? 'AM' : 'PM',
    lastTradingAt: lastTradingAt.value,
    ...(lateMs !== null && { lateMs }),
    ...oddDaysOf(details),
  })
}

type OptionTerms = Pick<
  OptionContract,
  'kind' | 'expiry' | 'strike' | 'right' | 'tradingClass' | 'multiplier'
>

function optionTerms(row: Omit<WireContract, 'includeExpired'>): OptionTerms | null {
  const expiry = expiryOf(row.lastTradeDateOrContractMonth)
  const right = row.right.slice(0, 1) // `CALL` from some
  const multiplier = Number(row.multiplier)
  if (expiry === null || (right !== 'C' && right !== 'P') || !(multiplier > 0)) return null
  const { tradingClass } = row
  return { kind: 'option', expiry, strike: price(row.strike), right, tradingClass, multiplier }
}

/** `20260116`, perhaps with a time and a zone behind it, or with dashes. */
export function expiryOf(text: string): CalendarDate | null {
  return parseDate(text.slice(0, 8)) ?? parseDate(text.slice(0, 10))
}

/**
 * From the contract's own hours. They reach about a week ahead; beyond it the contract ends as long
 * after the exchange's close as it does on a day that is published, also on half days.
 */
function lastTrading(
  details: ResponseOf<'contractDetails'>,
  expiry: CalendarDate,
): Result<EpochMs, string> {
  const hours = parseLiquidHours(details.liquidHours, details.timeZoneId)
  if (!hours.ok) return hours
  const published = lastCloseOn(hours.value, expiry)
  if (published !== null) return ok(published)
  const session = sessionOf(expiry) ?? previousSession(expiry) // a Saturday means the Friday
  const sample = sampleClose(hours.value)
  if (session === null || sample === null) {
    return fail(`expected hours of ${expiry}, were "${details.liquidHours}"`)
  }
  return ok((session.close + sample) as EpochMs)
}

/** Null where it trades on no day longer after the close than it does on its last one. */
function longestLate(
  { liquidHours, timeZoneId }: ResponseOf<'contractDetails'>,
  lastTradingAt: EpochMs,
): number | null {
  const hours = parseLiquidHours(liquidHours, timeZoneId)
  if (!hours.ok) return null
  const longest = Math.max(...hours.value.map((day) => sampleClose([day]) ?? 0))
  const session = sessionOf(newYorkDate(lastTradingAt))
  const last = session === null ? 0 : lastTradingAt - session.close
  return longest > Math.max(0, last) ? longest : null
}

/** An ad-hoc closure is published here, and in no calendar that we could have (P52). */
function oddDaysOf({ liquidHours, timeZoneId }: ResponseOf<'contractDetails'>): {
  readonly oddDays?: readonly OddDay[]
} {
  const published = parseLiquidHours(liquidHours, timeZoneId)
  if (!published.ok) return {}
  const odd = published.value.flatMap(({ date, spans }): readonly OddDay[] => {
    const session = sessionOf(date)
    if (session === null) return []
    const [open, close] = [spans[0]?.open, spans.at(-1)?.close]
    if (open === undefined || close === undefined) return [{ date, hours: null }]
    if (open <= session.open && close >= session.close) return []
    return [{ date, hours: { open, close } }]
  })
  return odd.length === 0 ? {} : { oddDays: odd }
}

/** How long after the exchange's own close this contract trades; null when no day tells. */
function sampleClose(days: readonly DayHours[]): number | null {
  for (const { date, spans } of days) {
    const close = spans.at(-1)?.close
    const session = sessionOf(date)
    if (close !== undefined && session !== null) return close - session.close
  }
  return null
}

/** IBKR's options and stocks are quoted in cents where no market rule can be asked for. */
const PLAIN_GRID: Increments = [{ from: price(0), tick: price(0.01) }]

/** From a position or an order alone: of an expired contract there are no details any more. */
export function tradableFromRow(row: WireContract): StockContract | OptionContract | null {
  const common = {
    symbol: row.symbol as Ticker,
    exchange: SMART,
    currency: row.currency as Currency,
    conId: row.conId as ConId,
    priceIncrements: PLAIN_GRID,
  }
  if (row.secType === 'STK') return { ...common, kind: 'stock', multiplier: 1 }
  const terms = row.secType === 'OPT' ? optionTerms(row) : null
  if (terms === null) return null
  const session = sessionOf(terms.expiry) ?? previousSession(terms.expiry)
  // Of a year that the calendar does not cover yet: what is held is held all the same.
  const lastTradingAt = session?.close ?? atNewYork(terms.expiry, '16:00')
  return { ...common, ...terms, settlement: 'PM', lastTradingAt }
}
