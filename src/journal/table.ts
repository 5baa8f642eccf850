import { renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { openDatabase } from './driver.ts'
import type { Database, OpenOptions } from './driver.ts'
import { syncFolder } from './files.ts'
import type { Row } from './rows.ts'

/** `bot` and a version, so that another program's database is not taken for a journal. */
const APPLICATION_ID = 0x626f7401

/** Append-only by the database's own word; an order is intended once, whatever code believes. */
const SCHEMA = `
  CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    hash TEXT NOT NULL
  );
  CREATE UNIQUE INDEX intended_once ON journal (json_extract(body, '$.order.id'))
    WHERE type = 'OrderIntended';
  CREATE TRIGGER no_update BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  CREATE TRIGGER no_delete BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  PRAGMA application_id = ${APPLICATION_ID};
`

/** A row that is there already was stored by a commit that reported a failure. */
export const INSERT = `
  INSERT INTO journal (seq, at, type, body, hash) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (seq) DO NOTHING`

/** BUSY for longer than this is a failure of the journal (P7). */
export const BUSY_MS = 2000

/** Made beside its place and moved there, so that a crash never leaves half a journal. */
export function createTable(path: string): void {
  const beside = `${path}.new`
  for (const left of [beside, `${beside}-wal`, `${beside}-shm`]) rmSync(left, { force: true })
  const database = openDatabase(beside, { readOnly: false, timeout: BUSY_MS })
  database.exec('PRAGMA journal_mode = WAL')
  database.exec(SCHEMA)
  database.close()
  renameSync(beside, path)
  syncFolder(dirname(path))
}

/** Throws, with the reason, when the file is missing, cut short or no journal. */
export function openTable(path: string, options: OpenOptions): Database {
  if (statSync(path).size === 0) throw new Error('expected a journal, came an empty file')
  const database = openDatabase(path, options)
  try {
    const { application_id: id } = database.prepare('PRAGMA application_id').get() as {
      application_id: number
    }
    if (id !== APPLICATION_ID) throw new Error('expected a journal, came another database')
    const check = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string }
    if (check.quick_check !== 'ok') throw new Error(`damaged: ${check.quick_check}`)
    // FULL: a commit is on the disk when it returns; NORMAL may lose the last ones (P1).
    if (!options.readOnly) database.exec('PRAGMA synchronous = FULL')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

export function rowsIn(database: Database): IterableIterator<Row> {
  const select = database.prepare('SELECT seq, at, type, body, hash FROM journal ORDER BY seq')
  return select.iterate() as IterableIterator<Row>
}
