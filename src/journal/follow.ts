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

  /**
   * The newest rows before `before`, newest first; of these types, or of all. Of types that are
   * rare only so many rows are looked through, and `from` says where that ended; null: at the
   * beginning.
   */
  before(
    before: number | null,
    of: { readonly types: readonly string[]; readonly limit: number; readonly span: number },
  ): { readonly entries: readonly Entry[]; readonly from: number | null } {
    const { types, limit, span } = of
    const marks = types.map(() => '?').join(', ')
    const only = types.length === 0 ? '' : `AND type IN (${marks}) `
    const until = Math.min(before ?? Number.MAX_SAFE_INTEGER, this.#newest() + 1)
    const least = Math.max(0, until - span)
    const where = `seq < ? AND seq >= ? ${only}ORDER BY seq DESC LIMIT ?`
    const entries = this.#entries(where, until, least, ...types, limit)
    const from = entries.length < limit ? least : (entries.at(-1)?.seq ?? least)
    return { entries, from: from <= 1 ? null : from }
  }

  /** The rows with these numbers, oldest first, as far as it was followed. */
  at(seqs: readonly number[]): readonly Entry[] {
    const marks = seqs.map(() => '?').join(', ')
    return this.#entries(`seq <= ? AND seq IN (${marks}) ORDER BY seq`, this.seq, ...seqs)
  }

  /** Cycles of one bar within a stretch of the journal, oldest first. */
  cyclesOf(
    barStart: number,
    { from, to }: { readonly from: number; readonly to: number },
  ): readonly Entry[] {
    const where = "seq >= ? AND seq <= ? AND type = 'CycleEnded' AND instr(body, ?) > 0"
    return this.#entries(`${where} ORDER BY seq`, from, to, `"barStart":${barStart}`)
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

  /** Also of rows that were not followed yet. */
  #newest(): number {
    const row = this.#database.prepare('SELECT max(seq) AS seq FROM journal').get()
    return (row as { readonly seq: number | null } | undefined)?.seq ?? 0
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
