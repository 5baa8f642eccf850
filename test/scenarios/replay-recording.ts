import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** Where the recordings lie, seen from the root of the repository; they are not part of it. */
export const RECORDINGS = '../shared/data'
export const hasRecordings = existsSync(RECORDINGS)

/** Open, high, low and close in dollars; null where the side was not quoted. */
export interface Side {
  readonly prices: readonly (number | null)[]
  /** At the end of the minute. */
  readonly size: number
}

export interface QuoteRow {
  readonly ts: number
  readonly bid: Side
  readonly ask: Side
}

/** `which`: low first or high first, the path of a minute (replay rule 3). */
export type Path = 'low-first' | 'high-first'

/** One option at one moment. */
export interface Shown {
  readonly bid: number | null
  readonly ask: number | null
  /** What is known of the sizes: those of the last minute that has ended, or is at its close. */
  readonly bidSize: number | null
  readonly askSize: number | null
}

type Fields = Readonly<Record<string, string>>

const MINUTE_MS = 60_000
const STEP_MS = 15_000

/**
 * A recorded session, read from its files by nothing of the simulator's: what the replay may show
 * of it, and when, is written down here a second time.
 */
export class RecordedSession {
  readonly open: number
  readonly close: number
  /** Of the underlying, regular hours, by the start of the minute. */
  readonly closes = new Map<number, string>()
  readonly #quotes = new Map<string, QuoteRow[]>()
  readonly #trades = new Map<string, { readonly ts: number; readonly volume: number }[]>()
  readonly #interest = new Map<string, { readonly ts: number; readonly value: number }>()
  /** Set only where the figures say when they were published. */
  readonly knowsInterest: boolean

  constructor(symbol: string, date: string) {
    const calendar = lines(readFileSync(at('calendar/nyse_sessions_1990_2025.csv'), 'utf8'))
    const hours = calendar.find((row) => row['date'] === date)
    this.open = Number(hours?.['open_ts'])
    this.close = Number(hours?.['close_ts'])
    for (const row of table(`equity_1m/${symbol}/${date}.trade.csv.gz`)) {
      if (this.#isOpen(row)) this.closes.set(Number(row['ts']), row['close'] ?? '')
    }
    const options = `option_1m/${symbol}/${date}`
    for (const row of table(`${options}.quote.csv.gz`)) {
      if (!this.#isOpen(row)) continue
      const quote = { ts: Number(row['ts']), bid: sideOf(row, 'bid'), ask: sideOf(row, 'ask') }
      into(this.#quotes, nameOf(row), quote)
    }
    for (const row of table(`${options}.trade.csv.gz`)) {
      if (!this.#isOpen(row)) continue
      into(this.#trades, nameOf(row), { ts: Number(row['ts']), volume: Number(row['volume']) })
    }
    this.knowsInterest = existsSync(at(`${options}.oi.csv.gz`))
    for (const row of table(`${options}.oi.csv.gz`)) {
      const value = Number(row['open_interest'])
      this.#interest.set(nameOf(row), { ts: Number(row['ts']), value })
    }
  }

  /** Null before the first row of the session; from then on the last row is filled forward. */
  shown(option: string, when: number, path: Path): Shown | null {
    const rows = this.#quotes.get(option) ?? []
    const index = rows.findLastIndex((row) => row.ts <= when)
    const row = rows[index]
    if (row === undefined) return null
    const step = Math.min(3, Math.floor((when - row.ts) / STEP_MS))
    const place = [0, path === 'low-first' ? 2 : 1, path === 'low-first' ? 1 : 2, 3][step] ?? 3
    const sized = step === 3 ? row : rows[index - 1]
    const [bid, ask] = [row.bid.prices[place] ?? null, row.ask.prices[place] ?? null]
    return {
      bid,
      ask,
      bidSize: bid === null ? null : sizeOf(sized?.bid),
      askSize: ask === null ? null : sizeOf(sized?.ask),
    }
  }

  /** Contracts traded in the minutes that have ended. */
  volumeBy(option: string, when: number): number {
    const ended = (this.#trades.get(option) ?? []).filter((row) => row.ts + MINUTE_MS <= when)
    return ended.reduce((sum, row) => sum + row.volume, 0)
  }

  /** As published by then. */
  interestBy(option: string, when: number): number | null {
    const published = this.#interest.get(option)
    return published === undefined || published.ts > when ? null : published.value
  }

  #isOpen(row: Fields): boolean {
    const ts = Number(row['ts'])
    return ts >= this.open && ts < this.close
  }
}

/** When the second step of the minute begins: until then both paths show the same. */
export function turnOf(when: number): number {
  return Math.floor(when / MINUTE_MS) * MINUTE_MS + STEP_MS
}

/** The moments between two at which some recorded quote may change. */
export function stepsBetween(from: number, to: number): readonly number[] {
  const first = Math.ceil(from / STEP_MS)
  const count = Math.max(0, Math.floor(to / STEP_MS) - first + 1)
  return Array.from({ length: count }, (_, index) => (first + index) * STEP_MS)
}

/** Before 2015-02 monthly options are recorded as expiring on a Saturday: the Friday is meant. */
export function optionName(expiry: string, strike: number, right: string): string {
  const day = new Date(`${expiry}T00:00:00Z`)
  if (day.getUTCDay() === 6) day.setUTCDate(day.getUTCDate() - 1)
  return `${day.toISOString().slice(0, 10)} ${strike} ${right}`
}

function nameOf(row: Fields): string {
  return optionName(row['expiry'] ?? '', Number(row['strike']), row['right'] ?? '')
}

function sideOf(row: Fields, side: 'bid' | 'ask'): Side {
  const price = (key: string): number | null => {
    const text = row[`${side}_${key}`] ?? ''
    return text === '' ? null : Number(text)
  }
  return { prices: ['o', 'h', 'l', 'c'].map(price), size: Number(row[`${side}_size`]) }
}

function sizeOf(side: Side | undefined): number | null {
  return side === undefined || side.size === 0 ? null : side.size
}

function into<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [value])
  else known.push(value)
}

function at(path: string): string {
  return join(RECORDINGS, path)
}

function table(path: string): readonly Fields[] {
  return existsSync(at(path)) ? lines(gunzipSync(readFileSync(at(path))).toString('utf8')) : []
}

function lines(text: string): readonly Fields[] {
  const [header = '', ...rows] = text.trimEnd().split('\n')
  const names = header.split(',')
  return rows.map((row) =>
    Object.fromEntries(row.split(',').map((field, place) => [names[place] ?? '', field])),
  )
}
