import type { Event } from '../trading/event.ts'
import type { Database } from './driver.ts'
import { readRow } from './rows.ts'
import { parseEvent } from './event-schema.ts'
import { EMPTY } from './rows.ts'
import type { Entry, Row, Tail } from './rows.ts'
import { BUSY_MS, openTable } from './table.ts'
import type { EpochMs } from '../base/clock.ts'

const COLUMNS = 'seq, at, type, body, hash'

/** So many rows are read at a time by who follows: a long journal must not stand in memory. */
const BATCH = 2_000

/**
 * A journal that another thread or process writes: followed row by row, each verified against the
 * one before it, and looked up by what its rows say. It never writes, and holds no lock while it
 * waits.
 */
export class JournalReader {
  readonly #database: Database
  #tail: Tail = EMPTY

  /** Throws, with the reason, when the file is missing, cut short or no journal. */
  constructor(path: string) {
    this.#database = openTable(path, { readOnly: true, timeout: BUSY_MS })
  }

  /** Up to where it was followed. */
  get seq(): number {
    return this.#tail.seq
  }

  /** What was appended since the last time, at most so many; empty: nothing was. */
  next(limit = BATCH): readonly Entry[] {
    const rows = this.#rows('seq > ? ORDER BY seq LIMIT ?', this.#tail.seq, limit)
    const entries: Entry[] = []
    for (const row of rows) {
      const entry = readRow(row, this.#tail)
      // What was before it is given out first: nothing that was followed is lost by a bad row.
      if (!entry.ok && entries.length > 0) return entries
      if (!entry.ok) throw new Error(entry.error)
      this.#tail = { seq: row.seq, hash: row.hash }
      entries.push(entry.value)
    }
    return entries
  }

  /** The newest rows before `before`, newest first; of these types, or of all. */
  before(
    before: number | null,
    of: { readonly types: readonly string[]; readonly limit: number },
  ): readonly Entry[] {
    const { types, limit } = of
    const marks = types.map(() => '?').join(', ')
    const only = types.length === 0 ? '' : `AND type IN (${marks}) `
    const until = before ?? Number.MAX_SAFE_INTEGER
    return this.#entries(`seq < ? ${only}ORDER BY seq DESC LIMIT ?`, until, ...types, limit)
  }

  /** Every row of these types up to where it was followed, oldest first, one at a time. */
  *ofTypes(types: readonly Event['type'][]): Generator<Entry> {
    const marks = types.map(() => '?').join(', ')
    for (let from = 0; ;) {
      const where = `seq > ? AND seq <= ? AND type IN (${marks}) ORDER BY seq LIMIT ?`
      const entries = this.#entries(where, from, this.seq, ...types, BATCH)
      yield* entries
      const last = entries.at(-1)
      if (last === undefined || entries.length < BATCH) return
      from = last.seq
    }
  }

  /** Rows whose text holds one of these, oldest first; at most so many. */
  containing(texts: readonly string[], limit: number): readonly Entry[] {
    // A text ends at a NUL for the database, and the empty one is in every row.
    const sought = texts.filter((text) => text !== '' && !text.includes('\0'))
    if (sought.length === 0) return []
    const any = sought.map(() => 'instr(body, ?) > 0').join(' OR ')
    return this.#entries(`seq <= ? AND (${any}) ORDER BY seq LIMIT ?`, this.seq, ...sought, limit)
  }

  /**
   * Everything from the beginning up to a row, in pieces; of the time before `cyclesFrom` without
   * what was decided in cycles, which is most of a journal.
   */
  *pieces(until = this.seq, cyclesFrom = 0): Generator<readonly Entry[]> {
    const only = "(type <> 'CycleEnded' OR at >= ?)"
    for (let from = 0; from < until;) {
      const where = `seq > ? AND seq <= ? AND ${only} ORDER BY seq LIMIT ?`
      const entries = this.#entries(where, from, until, cyclesFrom, 500)
      const last = entries.at(-1)
      if (last === undefined) return
      yield entries
      from = last.seq
    }
  }

  close(): void {
    this.#database.close()
  }

  #entries(where: string, ...values: readonly (string | number)[]): readonly Entry[] {
    return this.#rows(where, ...values).map(entryOf)
  }

  /** `where` is ours; what others say is always a value. */
  #rows(where: string, ...values: readonly (string | number)[]): readonly Row[] {
    const statement = this.#database.prepare(`SELECT ${COLUMNS} FROM journal WHERE ${where}`)
    return statement.all(...values) as unknown[] as readonly Row[]
  }
}

/** Its place in the chain was verified when it was followed. */
function entryOf({ seq, at, type, body }: Row): Entry {
  const event = parseEvent(type, body)
  if (!event.ok) throw new Error(`row ${seq}: ${event.error}`)
  return { seq, at: at as EpochMs, event: event.value }
}
