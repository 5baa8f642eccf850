import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'
import { quoted } from '../../wire/reader.ts'

/** The rows of a recording, with the columns that were asked for, in the order asked. */
export type Table = readonly (readonly string[])[]

/** Reads a gzipped CSV with a header row. Every error names the file and what to do about it. */
export function readTable(path: string, columns: readonly string[]): Result<Table, string> {
  if (!existsSync(path)) return fail(`${path}: no such file`)
  const text = unpacked(path)
  if (!text.ok) return text
  const [header = '', ...lines] = text.value.replace(/\n+$/, '').split('\n')
  const names = header.replace(/^#/, '').split(',')
  const missing = columns.filter((column) => !names.includes(column))
  if (missing.length > 0) {
    return fail(
      `${path}: expected the columns ${columns.join(',')}, of which ${missing.join(',')} ` +
        `are missing; is this a file of another kind?`,
    )
  }
  const places = columns.map((column) => names.indexOf(column))
  const rows: string[][] = []
  for (const [number, line] of lines.entries()) {
    const fields = line.split(',')
    if (fields.length !== names.length) {
      return fail(
        `${path}, line ${number + 2}: expected ${names.length} fields, came ${fields.length}; ` +
          REMEDY,
      )
    }
    rows.push(places.map((place) => fields[place] ?? ''))
  }
  return ok(rows)
}

/** Of one file, unpacked: a day of all options on SPY has a tenth of it. */
const BYTES_MAX = 2 ** 29

const REMEDY = 'the file is damaged: fetch it again and compare its sha256 with MANIFEST.csv'

function unpacked(path: string): Result<string, string> {
  try {
    return ok(gunzipSync(readFileSync(path), { maxOutputLength: BYTES_MAX }).toString('utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return fail(`${path}: cannot be unpacked (${reason}); ${REMEDY}`)
  }
}

/** What may stand in a column, by its name. */
interface Column {
  readonly name: string
  /** A side that is not quoted: NaN. */
  readonly mayBeEmpty: boolean
}

/**
 * Columns as numbers: `ts` is the start of a minute, sizes and volumes are not negative, the rest
 * are prices. In a table of quotes a field behind the first may be empty: then it is NaN.
 */
export function numbersOf(
  path: string,
  table: Table,
  { columns, isQuotes }: { readonly columns: readonly string[]; readonly isQuotes: boolean },
): Result<readonly (readonly number[])[], string> {
  const kinds = columns.map((name, place) => ({ name, mayBeEmpty: isQuotes && place > 0 }))
  const rows: number[][] = []
  for (const [index, fields] of table.entries()) {
    const row: number[] = []
    for (const [place, column] of kinds.entries()) {
      const field = fields[place] ?? ''
      const number = column.mayBeEmpty && field === '' ? NaN : numberIn(field)
      const wrong = number === null ? 'a number' : wrongIn(column, number)
      if (wrong !== null) {
        const came = `expected ${wrong}, came ${quoted(field)} in ${column.name}`
        return fail(`${path}, line ${index + 2}: ${came}; ${REMEDY}`)
      }
      row.push(number ?? NaN)
    }
    const odd = extremesWrong(row, 1) ?? (isQuotes ? extremesWrong(row, 6) : null)
    if (odd !== null) return fail(`${path}, line ${index + 2}: ${odd}; ${REMEDY}`)
    rows.push(row)
  }
  return ok(rows)
}

/** Nothing that is traded in shares or contracts costs more. */
const DOLLARS_MAX = 10_000_000
/** A price is integer millionths; what is traded has one. */
const DOLLARS_MIN = 0.000001
const MINUTE_MS = 60_000
const COUNTS: ReadonlySet<string> = new Set(['volume', 'bid_size', 'ask_size', 'open_interest'])

/** What a number should be where it stands; null: it is that. */
function wrongIn({ name, mayBeEmpty }: Column, number: number): string | null {
  if (Number.isNaN(number)) return null
  if (name === 'ts') return isMinute(number) ? null : 'the start of a minute in epoch milliseconds'
  if (COUNTS.has(name)) return number >= 0 && number <= 1e12 ? null : 'a count'
  const isPrice = number <= DOLLARS_MAX && number >= (mayBeEmpty ? 0 : DOLLARS_MIN)
  return isPrice ? null : `a price in dollars, at most ${DOLLARS_MAX}`
}

function isMinute(ts: number): boolean {
  return ts > 0 && ts % MINUTE_MS === 0 && ts < 1e13
}

const PLAIN = /^-?\d+(\.\d+)?([eE][-+]?\d{1,3})?$/

function numberIn(field: string): number | null {
  const number = PLAIN.test(field) ? Number(field) : NaN
  return Number.isFinite(number) ? number : null
}

/** A minute that stands twice says two things; null: none does. */
export function minuteTwice(rows: readonly (readonly number[])[]): number | null {
  const seen = new Set<number>()
  for (const [ts = NaN] of rows) {
    if (seen.has(ts)) return ts
    seen.add(ts)
  }
  return null
}

export function twice(path: string, minute: number, of = ''): string {
  const when = new Intl.DateTimeFormat('sv-SE', { ...WHEN }).format(minute)
  return `${path}: the minute ${when} New York stands there twice${of}; ${REMEDY}`
}

const WHEN = { dateStyle: 'short', timeStyle: 'short', timeZone: 'America/New_York' } as const

/** What is wrong with four prices as those of a minute, from `place` on; null: nothing is. */
function extremesWrong(row: readonly number[], place: number): string | null {
  const [open = NaN, high = NaN, low = NaN, close = NaN] = row.slice(place, place + 4)
  const isWrong = [open, close, low].some((each) => each > high) || open < low || close < low
  if (!isWrong) return null
  return `expected low to high, came open ${open}, high ${high}, low ${low}, close ${close}`
}
