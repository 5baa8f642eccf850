import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'

/** The rows of a recording, with the columns that were asked for, in the order asked. */
export type Table = readonly (readonly string[])[]

/** Reads a gzipped CSV with a header row. Every error names the file and what to do about it. */
export function readTable(path: string, columns: readonly string[]): Result<Table, string> {
  if (!existsSync(path)) return fail(`${path}: no such file`)
  const text = unpacked(path)
  if (!text.ok) return text
  const [header = '', ...lines] = text.value.split('\n')
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
    if (line === '') continue
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

const REMEDY = 'the file is damaged: fetch it again and compare its sha256 with MANIFEST.csv'

function unpacked(path: string): Result<string, string> {
  try {
    return ok(gunzipSync(readFileSync(path)).toString('utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return fail(`${path}: cannot be unpacked (${reason}); ${REMEDY}`)
  }
}

/** Columns as numbers. Behind the first one a field may be empty where allowed: then it is NaN. */
export function numbersOf(
  path: string,
  table: Table,
  mayBeEmpty: boolean,
): Result<readonly (readonly number[])[], string> {
  const rows: number[][] = []
  for (const [index, fields] of table.entries()) {
    const numbers = fields.map((field, place) =>
      field === '' && mayBeEmpty && place > 0 ? NaN : numberIn(field),
    )
    const wrong = numbers.indexOf(null)
    if (wrong !== -1) {
      const came = fields[wrong] ?? ''
      return fail(`${path}, row ${index + 1}: expected a number, came "${came}"; ${REMEDY}`)
    }
    rows.push(numbers.map((number) => number ?? NaN))
  }
  return ok(rows)
}

function numberIn(field: string): number | null {
  const number = Number(field)
  return field !== '' && Number.isFinite(number) ? number : null
}
