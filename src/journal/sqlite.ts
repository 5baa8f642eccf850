import { existsSync } from 'node:fs'
import type { EpochMs } from '../base/clock.ts'
import { fail, ok } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import type { Fault, Journal } from '../engine/ports.ts'
import type { Event } from '../trading/event.ts'
import type { Run } from '../trading/input.ts'
import type { Database } from './driver.ts'
import { BALLAST_BYTES, Ballast, EmergencyLog } from './emergency.ts'
import { messageOf } from './files.ts'
import { lockFor } from './lock.ts'
import { BUSY_MS, createTable, INSERT, openTable, rowsIn } from './table.ts'
import { EMPTY, readRow, rowsOf, tailOf } from './rows.ts'
import type { Entry, Row, Tail } from './rows.ts'

/** Whose journal it is; the rest is for tests. */
export interface JournalOptions extends Pick<Run, 'mode' | 'accountId'> {
  /** Room that is kept for emergencies. */
  readonly ballastBytes?: number
  /** How long another process may hold the file before that is a failure. */
  readonly busyMs?: number
}

/** How often a journal in an emergency looks whether there is room again. */
const RETRY_MS = 10_000

/** One table in one file; durable when `append` returns; one writer for the life of the process. */
export class SqliteJournal implements Journal {
  readonly #database: Database
  readonly #release: () => void
  readonly #emergency: EmergencyLog
  readonly #ballast: Ballast
  readonly #insert: ReturnType<Database['prepare']>
  readonly #begin: ReturnType<Database['prepare']>
  readonly #commit: ReturnType<Database['prepare']>
  readonly #busyMs: number
  #tail: Tail = EMPTY
  /** Rows that only the emergency log has. */
  #backlog: readonly Row[] = []
  /** Why the database last refused. */
  #refusal = ''
  /** When the database last refused, or room was last looked for; null: all is well. */
  #troubledAt: EpochMs | null = null

  private constructor(path: string, release: () => void, options: JournalOptions) {
    const { ballastBytes = BALLAST_BYTES, busyMs = BUSY_MS } = options
    this.#release = release
    this.#emergency = new EmergencyLog(`${path}.emergency`)
    this.#ballast = new Ballast(`${path}.ballast`, ballastBytes)
    this.#busyMs = busyMs
    this.#database = openTable(path, { readOnly: false, timeout: busyMs })
    this.#insert = this.#database.prepare(INSERT)
    this.#begin = this.#database.prepare('BEGIN IMMEDIATE')
    this.#commit = this.#database.prepare('COMMIT')
  }

  /** Verifies every row. A fault names the file, the place and the remedy. */
  static open(path: string, options: JournalOptions): Result<SqliteJournal, Fault> {
    const lock = lockFor(path)
    if (!lock.ok) return fail(storage(lock.error))
    try {
      if (!existsSync(path)) createTable(path)
      const journal = new SqliteJournal(path, lock.value.release, options)
      const wrong = journal.#verify(options)
      if (wrong === null) return ok(journal)
      journal.close()
      return fail(storage(`${path}: ${wrong}`))
    } catch (error) {
      lock.value.release()
      return fail(storage(`${path}: ${messageOf(error)}; ${RESTORE}`))
    }
  }

  append(at: EpochMs, events: readonly Event[]): Result<'journal' | 'emergency', Fault> {
    const rows = rowsOf(this.#tail, at, events)
    if (this.#store([...this.#backlog, ...rows])) {
      this.#backlog = []
      this.#tail = tailOf(rows, this.#tail)
      return ok(this.#recovered(at) ? 'journal' : 'emergency')
    }
    // Who holds the file holds up one append: a kill writes many, and none of them may wait (P44).
    this.#waitFor(0)
    this.#troubledAt = at
    this.#ballast.free()
    if (!this.#emergency.append(rows)) {
      return fail(storage(`the emergency log refuses too; the database: ${this.#refusal}`))
    }
    this.#backlog = [...this.#backlog, ...rows]
    this.#tail = tailOf(rows, this.#tail)
    return ok('emergency')
  }

  *read(): Generator<Entry> {
    yield* entriesOf([rowsIn(this.#database), this.#backlog])
  }

  /** Of the last row, and through it of all. */
  journalHash(): string {
    return this.#tail.hash
  }

  /** Leaves everything in the one file, for whoever copies it. */
  close(): void {
    this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    this.#database.close()
    this.#release()
  }

  #store(rows: readonly Row[]): boolean {
    try {
      // One statement is a transaction by itself, takes the same locks, and costs a fifth less.
      const isTogether = rows.length > 1
      if (isTogether) this.#begin.run()
      for (const row of rows) this.#insert.run(row.seq, row.at, row.type, row.body, row.hash)
      if (isTogether) this.#commit.run()
      return true
    } catch (error) {
      this.#refusal = messageOf(error)
      this.#rollBack()
      return false
    }
  }

  #rollBack(): void {
    try {
      this.#database.exec('ROLLBACK')
    } catch {
      // The failure had ended the transaction already.
    }
  }

  /** After a refusal there is no new risk until the ballast fits on the disk again. */
  #recovered(at: EpochMs): boolean {
    if (this.#troubledAt === null) return true
    if (at - this.#troubledAt < RETRY_MS) return false
    this.#troubledAt = this.#ballast.hold() ? null : at
    if (this.#troubledAt === null) this.#waitFor(this.#busyMs)
    return this.#troubledAt === null
  }

  /** How long a statement waits for another process that holds the file. */
  #waitFor(ms: number): void {
    this.#database.exec(`PRAGMA busy_timeout = ${ms}`)
  }

  /** What is wrong with the file, or null; moves what the emergency log is ahead by. */
  #verify(options: JournalOptions): string | null {
    for (const row of rowsIn(this.#database)) {
      const entry = readRow(row, this.#tail)
      if (!entry.ok) return `${entry.error}; ${RESTORE}`
      this.#tail = { seq: row.seq, hash: row.hash }
      const stranger = strangerIn(entry.value, options)
      if (stranger !== null) return stranger
    }
    const ahead = this.#emergency.rows().filter((row) => row.seq > this.#tail.seq)
    for (const row of ahead) {
      const entry = readRow(row, this.#tail)
      if (!entry.ok) return `emergency log: ${entry.error}; ${RESTORE}`
      this.#tail = { seq: row.seq, hash: row.hash }
    }
    if (!this.#store(ahead)) {
      return `the rows of the emergency log cannot be moved here: ${this.#refusal}; ${RESTORE}`
    }
    if (!this.#ballast.hold()) this.#troubledAt = 0 as EpochMs
    return null
  }
}

/** Every event of a journal that another process may be writing; verified on the way. */
export function readJournal(path: string): Result<readonly Entry[], Fault> {
  const entries: Entry[] = []
  const walked = walkJournal(path, (entry) => entries.push(entry))
  return walked.ok ? ok(entries) : walked
}

/** The same, an event at a time: all those of days would not fit. */
export function walkJournal(path: string, see: (entry: Entry) => void): Result<void, Fault> {
  try {
    const database = openTable(path, { readOnly: true, timeout: BUSY_MS })
    try {
      for (const entry of entriesOf([rowsIn(database)])) see(entry)
      return ok(undefined)
    } finally {
      database.close()
    }
  } catch (error) {
    return fail(storage(`${path}: ${messageOf(error)}; ${RESTORE}`))
  }
}

const RESTORE =
  'restore the file from a backup, or move it away and start a new journal: ' +
  "what is open at the broker is then found as not explained, and a person's to judge"

function* entriesOf(parts: readonly Iterable<Row>[]): Generator<Entry> {
  let tail = EMPTY
  for (const rows of parts) {
    for (const row of rows) {
      const entry = readRow(row, tail)
      if (!entry.ok) throw new Error(entry.error)
      tail = { seq: row.seq, hash: row.hash }
      yield entry.value
    }
  }
}

/** One journal, one mode, one account: what a row says of another, or null. */
export function strangerIn(
  { seq, event }: Entry,
  options: Pick<Run, 'mode' | 'accountId'>,
): string | null {
  if (event.type !== 'RunStarted') return null
  if (event.mode === options.mode && event.accountId === options.accountId) return null
  return (
    `expected a journal of mode ${options.mode} and account ${options.accountId}, but row ${seq} ` +
    `began a run of mode ${event.mode} and account ${event.accountId}; use another state folder`
  )
}

function storage(detail: string): Fault {
  return { code: 'storage', retry: 'never', detail, vendorCode: null }
}
