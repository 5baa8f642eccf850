import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { EpochMs } from '../../base/clock.ts'
import { atNewYork } from '../../domain/calendar.ts'
import type { CalendarDate, ConId, OptionContract, Ticker } from '../../domain/contract.ts'
import type { Market, MarketQuote } from './market.ts'
import { openReplay } from './replay.ts'
import type { ReplayOptions } from './replay.ts'

export const DAY = '2014-06-06' as CalendarDate
export const XYZ = 'XYZ' as Ticker

/** A time of day in New York, in seconds if wanted: `at('10:00', 5)`. */
export function at(time: string, seconds = 0, date: CalendarDate = DAY): EpochMs {
  return (atNewYork(date, time) + seconds * 1000) as EpochMs
}

const TRADE = 'ts,open,high,low,close,volume'
const QUOTE = 'ts,bid_o,bid_h,bid_l,bid_c,bid_size,ask_o,ask_h,ask_l,ask_c,ask_size'
const HEADERS = {
  trade: TRADE,
  quote: QUOTE,
  'option trade': TRADE.replace('ts', 'ts,expiry,strike,right'),
  'option quote': QUOTE.replace('ts', 'ts,expiry,strike,right'),
  'option oi': 'ts,expiry,strike,right,open_interest',
  universe: '#expiry,strike,right,close,open_interest',
} as const

/** Rows begin with their time of day and go on as in the file. */
export type Rows = readonly (readonly [time: string, ...fields: (string | number)[]])[]

/** A folder of hand-written recordings, removed at the end. */
export class Recording {
  readonly dir = mkdtempSync(join(tmpdir(), 'recording-'))

  trades(rows: Rows, date = DAY, place = 'equity_1m/XYZ'): this {
    return this.#table(`${place}/${date}.trade.csv.gz`, HEADERS.trade, timed(rows, date))
  }

  quotes(rows: Rows, date = DAY): this {
    return this.#table(`equity_1m/XYZ/${date}.quote.csv.gz`, HEADERS.quote, timed(rows, date))
  }

  options(
    kind: 'quote' | 'trade' | 'oi',
    rows: Rows,
    of: { date?: CalendarDate; class?: string } = {},
  ): this {
    const { date = DAY, class: tradingClass = 'XYZ' } = of
    const path = `option_1m/${tradingClass}/${date}.${kind}.csv.gz`
    return this.#table(path, HEADERS[`option ${kind}`], timed(rows, date))
  }

  universe(lines: readonly string[], date: CalendarDate): this {
    return this.#table(`option_universe/XYZ/${date}.csv.gz`, HEADERS.universe, lines)
  }

  bytes(path: string, bytes: Uint8Array): this {
    mkdirSync(dirname(join(this.dir, path)), { recursive: true })
    writeFileSync(join(this.dir, path), bytes)
    return this
  }

  open(options: Partial<ReplayOptions> = {}): Market {
    const opened = openReplay({ dir: this.dir, symbols: [XYZ], dates: [DAY], ...options })
    if (!opened.ok) throw new Error(opened.error)
    return opened.value
  }

  refusal(options: Partial<ReplayOptions> = {}): string {
    const opened = openReplay({ dir: this.dir, symbols: [XYZ], dates: [DAY], ...options })
    return opened.ok ? 'opened' : opened.error.replaceAll(this.dir, 'DIR')
  }

  remove(): void {
    rmSync(this.dir, { recursive: true })
  }

  #table(path: string, header: string, lines: readonly string[]): this {
    return this.bytes(path, gzipSync([header, ...lines, ''].join('\n')))
  }
}

function timed(rows: Rows, date: CalendarDate): readonly string[] {
  return rows.map(([time, ...fields]) => [at(time, 0, date), ...fields].join(','))
}

export function underlyingOf(market: Market): ConId {
  const [first] = market.underlyings
  if (first === undefined) throw new Error('expected an underlying')
  return first.contract.conId
}

export function optionOf(market: Market, strike: number, right: 'C' | 'P' = 'C'): OptionContract {
  const found = market
    .options(underlyingSymbol(market), DAY)
    .find((each) => each.strike === strike * 1e6 && each.right === right)
  if (found === undefined) throw new Error(`expected an option at ${strike}`)
  return found
}

function underlyingSymbol(market: Market): Ticker {
  return market.underlyings[0]?.contract.symbol ?? XYZ
}

/** Bid and ask in dollars; `-` where a side is not quoted. */
export function shown(quote: MarketQuote | null): string {
  if (quote === null) return 'none'
  const side = (of: number | null): string => (of === null ? '-' : String(of / 1e6))
  return `${side(quote.bid)}/${side(quote.ask)}`
}
