import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { assert } from '../../src/base/assert.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import { Prng } from '../../src/base/prng.ts'
import type { Result } from '../../src/base/result.ts'
import type { Ticker } from '../../src/domain/contract.ts'
import type { Fault } from '../../src/engine/ports.ts'
import { openDatabase } from '../../src/journal/driver.ts'
import { rowsOf, EMPTY, tailOf } from '../../src/journal/rows.ts'
import type { Row } from '../../src/journal/rows.ts'
import { SqliteJournal } from '../../src/journal/sqlite.ts'
import { rowsIn } from '../../src/journal/table.ts'
import type { Event } from '../../src/trading/event.ts'

/** The files of a journal as a power loss leaves them: nothing was closed. */
export interface Written {
  readonly files: Readonly<Record<JournalFile, Uint8Array>>
  readonly rows: readonly Row[]
}

export type JournalFile = keyof typeof NAMES
const NAMES = { database: '', wal: '-wal', 'emergency log': '.emergency' } as const
export const JOURNAL_FILES = Object.keys(NAMES) as readonly JournalFile[]
const OWNER = { mode: 'simulation', accountId: 'DU1', ballastBytes: 4_096, busyMs: 0 } as const
const PAGE_BYTES = 4_096
/** Rows that only the emergency log has. */
const AHEAD = 5

export interface Opened {
  /** Copies that opened with the first rows of what was written; and those that were refused. */
  readonly opened: number
  readonly refused: number
  /** Of those that opened, rows that are not there. */
  readonly rowsLost: number
  /** What must not be: other rows, or a refusal that does not say which file and what to do. */
  readonly wrong: readonly string[]
}

/** So many rows in the database, as many in its WAL, and a few that only the emergency log has. */
export function writtenJournal(folder: string, rowsEach: number): Written {
  const path = join(folder, 'written.sqlite')
  const opening = SqliteJournal.open(path, OWNER)
  assert(opening.ok, 'a new journal opens')
  const journal = opening.value
  let n = 0
  const more = (count: number): void => {
    for (let i = 0; i < count; i++) journal.append((1_000 + n) as EpochMs, [eventOf(n++)])
  }
  more(rowsEach)
  const other = openDatabase(path, { readOnly: false, timeout: 0 })
  other.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  more(rowsEach)
  other.exec('BEGIN IMMEDIATE')
  more(AHEAD)
  const files = Object.entries(NAMES).map(([name, end]) => [name, readFileSync(path + end)])
  other.exec('ROLLBACK')
  other.close()
  journal.close()
  let tail = EMPTY
  const rows = Array.from({ length: n }, (_, i) => {
    const made = rowsOf(tail, (1_000 + i) as EpochMs, [eventOf(i)])
    tail = tailOf(made, tail)
    return made
  }).flat()
  return { files: Object.fromEntries(files) as Written['files'], rows }
}

function eventOf(n: number): Event {
  if (n === 0) {
    const { mode, accountId } = OWNER
    return { type: 'RunStarted', mode, accountId, version: '1', configHash: 'c' }
  }
  const outcome = { symbol: 'SPY' as Ticker, barStart: (60_000 * n) as EpochMs } as const
  const reason = `flat, for the ${n}th time; ${'.'.repeat((n * 37) % 900)}`
  return { type: 'CycleEnded', outcome: { ...outcome, kind: 'hold', reason } }
}

type Open = (path: string) => Result<{ readonly close: () => void }, Pick<Fault, 'detail'>>

export class Copies {
  readonly #folder: string
  readonly #written: Written
  readonly #opening: Open

  /** `opening`: a planted bug. */
  constructor(
    folder: string,
    written: Written,
    opening: Open = (path) => SqliteJournal.open(path, OWNER),
  ) {
    this.#folder = join(folder, 'copy')
    this.#written = written
    this.#opening = opening
  }

  /** Cut at every page, and as often somewhere between; of all those `most`, spread evenly. */
  cut(file: JournalFile, most = Infinity): Opened {
    const bytes = this.#written.files[file]
    const prng = new Prng(7)
    const step = file === 'emergency log' ? 64 : PAGE_BYTES
    const places = Array.from({ length: Math.ceil(bytes.length / step) }, (_, page) => [
      page * step,
      Math.min(bytes.length, page * step + prng.int(1, step - 1)),
    ]).flat()
    const each = { file, places: spread(places, most) }
    return this.#each(each, (place) => ({ [file]: bytes.subarray(0, place) }))
  }

  /** A bit of every so many bytes, one at a time. */
  flipped(file: JournalFile, most = Infinity): Opened {
    const bytes = this.#written.files[file]
    const prng = new Prng(11)
    const step = file === 'emergency log' ? 7 : 97
    const places = Array.from({ length: Math.floor(bytes.length / step) }, (_, i) => i * step)
    return this.#each({ file, places: spread(places, most) }, (place) => {
      const copy = new Uint8Array(bytes)
      copy[place] = (copy[place] ?? 0) ^ (1 << prng.int(0, 7))
      return { [file]: copy }
    })
  }

  #each(
    { file, places }: { readonly file: JournalFile; readonly places: readonly number[] },
    change: (place: number) => Partial<Record<JournalFile, Uint8Array>>,
  ): Opened {
    const sum = { opened: 0, refused: 0, rowsLost: 0, wrong: [] as string[] }
    for (const place of places) {
      // What the emergency log is ahead by would give a shorter journal away.
      const alone = file === 'emergency log' ? {} : { 'emergency log': new Uint8Array() }
      const said = this.#open({ ...this.#written.files, ...alone, ...change(place) })
      if (typeof said === 'string') sum.wrong.push(`${place}: ${said}`)
      else if (said === null) sum.refused++
      else {
        sum.opened++
        sum.rowsLost += this.#written.rows.length - (file === 'emergency log' ? 0 : AHEAD) - said
      }
    }
    return sum
  }

  /** How many rows it opened with; null: it was refused as it should be; else what is wrong. */
  #open(files: Written['files']): number | null | string {
    rmSync(this.#folder, { recursive: true, force: true })
    mkdirSync(this.#folder)
    const path = join(this.#folder, 'journal.sqlite')
    for (const [name, end] of Object.entries(NAMES)) {
      writeFileSync(path + end, files[name as JournalFile])
    }
    const opening = this.#opening(path)
    if (!opening.ok) {
      const { detail } = opening.error
      const says = detail.includes(path) && detail.includes('restore the file from a backup')
      return says ? null : `refused without a remedy: ${detail}`
    }
    opening.value.close()
    const rows = readBack(path)
    if (typeof rows === 'string') return `opened, and cannot be read: ${rows}`
    const odd = rows.findIndex((row, i) => !isSame(row, this.#written.rows[i]))
    return odd < 0 ? rows.length : `row ${odd + 1} is another one: ${JSON.stringify(rows[odd])}`
  }
}

function readBack(path: string): readonly Row[] | string {
  const database = openDatabase(path, { readOnly: true, timeout: 0 })
  try {
    return [...rowsIn(database)]
  } catch (error) {
    return String(error)
  } finally {
    database.close()
  }
}

function isSame(row: Row, other: Row | undefined): boolean {
  const { seq, at, type, body, hash } = row
  const same = other?.seq === seq && other.at === at && other.type === type
  return same && other.body === body && other.hash === hash
}

function spread(places: readonly number[], most: number): readonly number[] {
  const every = Math.max(1, places.length / most)
  return places.filter((_, i) => Math.floor(i / every) !== Math.floor((i - 1) / every))
}
