import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { EpochMs } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'
import { previousSession } from '../../domain/calendar.ts'
import type { CalendarDate, Right } from '../../domain/contract.ts'
import { parseDate } from '../../domain/date.ts'
import { quoted } from '../../wire/reader.ts'
import type { TradingSession } from './market.ts'
import { QUOTE_COLUMNS, quoteMinute, TRADE_COLUMNS, tradeMinute, within } from './replay-files.ts'
import type { QuoteMinute, TradeMinute } from './replay-rows.ts'
import { inOrder } from './replay-rows.ts'
import { minuteTwice, numbersOf, readTable, twice } from './replay-table.ts'

/** What tells one recorded option from another, apart from its class: `2014-06-21 70 C`. */
export interface OptionName {
  readonly expiry: CalendarDate
  readonly strike: number
  readonly right: Right
}

/** One option through one session. */
export interface OptionDay {
  readonly name: OptionName
  readonly quotes: readonly QuoteMinute[]
  readonly trades: readonly TradeMinute[]
  /** As published; null when nothing says. */
  readonly openInterest: { readonly from: EpochMs; readonly value: number } | null
}

const KEY = ['expiry', 'strike', 'right']
const QUOTES = [...KEY, ...QUOTE_COLUMNS]
const TRADES = [...KEY, ...TRADE_COLUMNS]
const INTEREST = [...KEY, 'ts', 'open_interest']
const UNIVERSE = [...KEY, 'open_interest']

/** Where the options of one class were recorded, and through which hours. */
export interface OptionSession {
  readonly dir: string
  readonly tradingClass: string
  /** From the open to the end of trading of these options, which may be after the stock's. */
  readonly session: TradingSession
}

function fileOf({ dir, tradingClass, session }: OptionSession, kind: string): string {
  return join(dir, 'option_1m', tradingClass, `${session.date}.${kind}.csv.gz`)
}

export function hasOptionQuotes(of: OptionSession): boolean {
  return existsSync(fileOf(of, 'quote'))
}

/** All options of one class through one session. */
export function readOptionDay(of: OptionSession): Result<readonly OptionDay[], string> {
  const quotes = readByOption(fileOf(of, 'quote'), QUOTES)
  if (!quotes.ok) return quotes
  const tradePath = fileOf(of, 'trade')
  const trades = existsSync(tradePath) ? readByOption(tradePath, TRADES) : ok(NOTHING)
  if (!trades.ok) return trades
  const interest = readInterest(of)
  if (!interest.ok) return interest
  const names = new Map([...quotes.value, ...trades.value].map(([key, { name }]) => [key, name]))
  const days = [...names].map(([key, name]): OptionDay => {
    const inside = (rows: ByOption): readonly (readonly number[])[] =>
      within(of.session, rows.get(key)?.rows ?? [])
    return {
      name,
      quotes: inside(quotes.value).map(quoteMinute),
      trades: inOrder(inside(trades.value).map(tradeMinute)),
      openInterest: interest.value.get(key) ?? null,
    }
  })
  return ok(days)
}

type ByOption = ReadonlyMap<
  string,
  { readonly name: OptionName; readonly rows: readonly (readonly number[])[] }
>
const NOTHING: ByOption = new Map()

function readByOption(path: string, columns: readonly string[]): Result<ByOption, string> {
  const table = readTable(path, columns)
  if (!table.ok) return table
  const numbers = numbersOf(
    path,
    table.value.map((fields) => fields.slice(KEY.length)),
    { columns: columns.slice(KEY.length), isQuotes: columns === QUOTES },
  )
  if (!numbers.ok) return numbers
  const options = new Map<string, { name: OptionName; rows: (readonly number[])[] }>()
  for (const [index, [expiry = '', strike = '', right = '']] of table.value.entries()) {
    const key = `${expiry} ${strike} ${right}`
    let option = options.get(key)
    if (option === undefined) {
      const name = nameOf(expiry, strike, right)
      if (name === null)
        return fail(`${path}, line ${index + 2}: expected an option, came ${quoted(key)}`)
      option = { name, rows: [] }
      options.set(key, option)
    }
    option.rows.push(numbers.value[index] ?? [])
  }
  for (const [key, { rows }] of options) {
    const again = minuteTwice(rows)
    if (again !== null) return fail(twice(path, again, ` for ${key}`))
  }
  return ok(options)
}

function nameOf(expiryText: string, strikeText: string, right: string): OptionName | null {
  const expiry = parseDate(expiryText)
  const strike = /^\d{1,7}(\.\d+)?$/.test(strikeText) ? Number(strikeText) : 0
  if (expiry === null || !(strike > 0) || (right !== 'C' && right !== 'P')) return null
  return { expiry, strike, right }
}

type Interest = ReadonlyMap<string, NonNullable<OptionDay['openInterest']>>

/** As published on the day, or else what the daily chain file of the session before says. */
function readInterest(of: OptionSession): Result<Interest, string> {
  const path = fileOf(of, 'oi')
  if (!existsSync(path)) return readUniverse(of)
  const read = readByOption(path, INTEREST)
  if (!read.ok) return read
  const interest = new Map<string, NonNullable<OptionDay['openInterest']>>()
  for (const [key, { rows }] of read.value) {
    const [from, value] = rows.at(-1) ?? []
    if (from !== undefined && value !== undefined)
      interest.set(key, { from: from as EpochMs, value })
  }
  return ok(interest)
}

function readUniverse({ dir, tradingClass, session }: OptionSession): Result<Interest, string> {
  const before = previousSession(session.date)?.date ?? session.date
  const path = join(dir, 'option_universe', tradingClass, `${before}.csv.gz`)
  const table = existsSync(path) ? readTable(path, UNIVERSE) : ok([])
  if (!table.ok) return table
  const interest = new Map<string, NonNullable<OptionDay['openInterest']>>()
  for (const [expiryText = '', strike = '', right = '', held = ''] of table.value) {
    const expiry = parseDate(expiryText)
    if (expiry === null || !/^\d{1,12}(\.\d+)?$/.test(held)) continue // the underlying
    interest.set(`${expiry} ${strike} ${right}`, { from: session.open, value: Number(held) })
  }
  return ok(interest)
}
