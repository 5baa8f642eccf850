import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { EpochMs } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'
import { previousSession } from '../../domain/calendar.ts'
import type { CalendarDate, Ticker } from '../../domain/contract.ts'
import { parseDate } from '../../domain/date.ts'
import type { TradingSession } from './market.ts'
import type { Minute, QuoteMinute, TradeMinute } from './replay-rows.ts'
import { inOrder } from './replay-rows.ts'
import { minuteTwice, numbersOf, readTable, twice } from './replay-table.ts'

/** One session of an underlying. `quotes` is null where none were recorded (rule 5). */
export interface RecordedDay {
  readonly session: TradingSession
  readonly trades: readonly TradeMinute[]
  readonly quotes: readonly QuoteMinute[] | null
}

/** Where an underlying was recorded. */
export interface RecordedUnder {
  readonly symbol: Ticker
  readonly kind: 'stock' | 'index'
  readonly folder: string
  /** Ascending. */
  readonly dates: readonly CalendarDate[]
}

export function findUnderlying(dir: string, symbol: Ticker): Result<RecordedUnder, string> {
  const places = [
    { kind: 'stock', folder: join(dir, 'equity_1m', symbol) },
    { kind: 'index', folder: join(dir, 'index_1m', symbol) },
  ] as const
  const place = places.find((each) => existsSync(each.folder))
  if (place === undefined) {
    const known = [...namesIn(join(dir, 'equity_1m')), ...namesIn(join(dir, 'index_1m'))]
    const others = known.length === 0 ? 'there is none at all' : `there are ${known.join(', ')}`
    return fail(`${dir}: expected recordings of ${symbol} in equity_1m or index_1m; ${others}`)
  }
  const dates = namesIn(place.folder).flatMap((name) => datesOf(name, '.trade.csv.gz'))
  return ok({ symbol, ...place, dates })
}

/** The date that a file name begins with, when the rest of it is this. */
function datesOf(name: string, ending: string): readonly CalendarDate[] {
  if (!name.endsWith(ending)) return []
  const date = parseDate(name.slice(0, -ending.length))
  return date === null ? [] : [date]
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : []
}

/** Earlier days that were recorded without a gap before this one, oldest first. */
export function daysBefore(recorded: RecordedUnder, date: CalendarDate): readonly CalendarDate[] {
  const before = previousSession(date)?.date
  if (before === undefined || !recorded.dates.includes(before)) return []
  return [...daysBefore(recorded, before), before]
}

export const TRADE_COLUMNS = 'ts,open,high,low,close,volume'.split(',')
export const QUOTE_COLUMNS =
  'ts,bid_o,bid_h,bid_l,bid_c,bid_size,ask_o,ask_h,ask_l,ask_c,ask_size'.split(',')

/** Regular hours only; what was recorded before and after them is left out. */
export function readDay(
  recorded: RecordedUnder,
  session: TradingSession,
): Result<RecordedDay, string> {
  const { folder, symbol, dates } = recorded
  if (!dates.includes(session.date)) {
    return fail(
      `${folder}: expected a recording of ${symbol} on ${session.date}, ` +
        `recorded are ${dates.length === 0 ? 'no days' : dates.join(', ')}; choose one of them`,
    )
  }
  const trades = readNumbers(join(folder, `${session.date}.trade.csv.gz`), TRADE_COLUMNS)
  if (!trades.ok) return trades
  const quotePath = join(folder, `${session.date}.quote.csv.gz`)
  const hasQuotes = existsSync(quotePath)
  const quotes = hasQuotes ? readNumbers(quotePath, QUOTE_COLUMNS) : ok([])
  if (!quotes.ok) return quotes
  const minutes = within(session, trades.value).map(tradeMinute)
  if (minutes.length === 0) {
    const path = join(folder, `${session.date}.trade.csv.gz`)
    return fail(`${path}: expected trades between the open and the close, there are none`)
  }
  return ok({
    session,
    trades: inOrder(minutes),
    quotes: hasQuotes ? within(session, quotes.value).map(quoteMinute) : null,
  })
}

function readNumbers(
  path: string,
  columns: readonly string[],
): Result<readonly (readonly number[])[], string> {
  const table = readTable(path, columns)
  if (!table.ok) return table
  const rows = numbersOf(path, table.value, { columns, isQuotes: columns === QUOTE_COLUMNS })
  const again = rows.ok ? minuteTwice(rows.value) : null
  return again === null ? rows : fail(twice(path, again))
}

export function within(
  { open, close }: TradingSession,
  rows: readonly (readonly number[])[],
): readonly (readonly number[])[] {
  const inside = rows.filter(([ts = NaN]) => open <= ts && ts < close)
  return inside.sort(([one = 0], [other = 0]) => one - other)
}

function minuteOf(start: number, prices: readonly number[]): Minute {
  const [open = NaN, high = NaN, low = NaN, close = NaN] = prices
  return { start: start as EpochMs, open, high, low, close }
}

export function tradeMinute(fields: readonly number[]): Minute & { readonly volume: number } {
  return { ...minuteOf(fields[0] ?? NaN, fields.slice(1, 5)), volume: fields[5] ?? 0 }
}

export function quoteMinute(fields: readonly number[]): QuoteMinute {
  const start = fields[0] ?? NaN
  return {
    start: start as EpochMs,
    bid: minuteOf(start, fields.slice(1, 5)),
    bidSize: fields[5] ?? 0,
    ask: minuteOf(start, fields.slice(6, 10)),
    askSize: fields[10] ?? 0,
  }
}
