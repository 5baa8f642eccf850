import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { assert } from '../base/assert.ts'
import type { EpochMs } from '../base/clock.ts'
import type { Ticker } from '../domain/contract.ts'
import { journalContract } from '../engine/ports.contract.ts'
import type { Event } from '../trading/event.ts'
import { openDatabase } from './driver.ts'
import type { Database } from './driver.ts'
import { MemoryJournal } from './memory.ts'
import { hashOf } from './rows.ts'
import { readJournal, SqliteJournal } from './sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'journal-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
const newPath = (): string => join(folder, `${++files}.sqlite`)
const owner = { mode: 'simulation', accountId: 'DU1', ballastBytes: 4096, busyMs: 0 } as const
const at = (ms: number): EpochMs => ms as EpochMs
const opened = (path: string): SqliteJournal => {
  const journal = SqliteJournal.open(path, owner)
  assert(journal.ok, 'the journal opens')
  return journal.value
}
const refusal = (path: string): string => {
  const journal = SqliteJournal.open(path, owner)
  assert(!journal.ok, 'the journal is refused')
  return journal.error.detail
}
const started: Event = {
  type: 'RunStarted',
  mode: 'simulation',
  accountId: 'DU1',
  version: '1',
  configHash: 'c',
}
const bar = (barStart: number): Event => ({
  type: 'CycleEnded',
  outcome: { symbol: 'SPY' as Ticker, barStart: at(barStart), kind: 'hold', reason: 'flat' },
})
/** Closed, with 1 + `bars` rows. */
const written = (bars: number): string => {
  const path = newPath()
  const journal = opened(path)
  journal.append(at(1), [started])
  for (let i = 1; i <= bars; i++) journal.append(at(1 + i), [bar(i)])
  journal.close()
  return path
}

journalContract('the SQLite journal', () => {
  const path = newPath()
  const journal = opened(path)
  const reopen = (): SqliteJournal => {
    journal.close()
    return opened(path)
  }
  return { journal, reopen }
})

journalContract('the memory journal', () => {
  const journal = new MemoryJournal()
  return { journal, reopen: () => new MemoryJournal(journal.read()) }
})

test('the same events have the same hash in every adapter, and others another', () => {
  const file = opened(newPath())
  const memory = new MemoryJournal()
  for (const journal of [file, memory]) {
    journal.append(at(1), [started])
    journal.append(at(2), [bar(1), bar(2)])
  }
  expect(file.journalHash()).toBe(memory.journalHash())
  memory.append(at(3), [bar(3)])
  expect(file.journalHash()).not.toBe(memory.journalHash())
})

test('one writer: a second instance is refused while the first lives, and not after', () => {
  const path = newPath()
  const first = opened(path)
  expect(refusal(path)).toContain('another instance holds')
  first.close()
  opened(path).close()
})

test('a reader is not shut out by the writer, and sees what was appended', () => {
  const path = newPath()
  const writer = opened(path)
  writer.append(at(1), [started])
  const seen = readJournal(path)
  expect(seen.ok && seen.value.map((entry) => entry.event.type)).toEqual(['RunStarted'])
})

test('rows cannot be changed or deleted through the database', () => {
  const database = openDatabase(written(1), { readOnly: false, timeout: 0 })
  expect(() => database.exec('DELETE FROM journal')).toThrow('append-only')
  expect(() => database.exec('UPDATE journal SET at = 0')).toThrow('append-only')
  database.close()
})

/** What happened to the file, and what the refusal must name. */
const damages: readonly (readonly [string, string, (path: string) => void])[] = [
  [
    'a changed row',
    'row 2 (CycleEnded) does not match its hash',
    (path) => tamper(path, "UPDATE journal SET body = replace(body, 'flat', 'FLAT') WHERE seq = 2"),
  ],
  [
    'a deleted row',
    'expected row 3 after row 2, came row 4',
    (path) => tamper(path, 'DELETE FROM journal WHERE seq = 3'),
  ],
  [
    'a row of an unknown type',
    'unknown event type Nonsense',
    (path) => forge(path, 'Nonsense', '{}'),
  ],
  [
    'a row without what it must have',
    'CycleEnded.outcome.reason',
    (path) => forge(path, 'CycleEnded', '{"outcome":{"symbol":"SPY","barStart":1,"kind":"hold"}}'),
  ],
  [
    'a text file',
    'file is not a database',
    (path) =>
      writeFileSync(
        path,
        'not a database at all, but long enough to have a header of a hundred bytes, which this sentence is made to be',
      ),
  ],
  ['an empty file', 'came an empty file', (path) => truncateSync(path, 0)],
  [
    'another database',
    'came another database',
    (path) => tamper(path, 'PRAGMA application_id = 7'),
  ],
  [
    'a file cut in half',
    'restore the file from a backup',
    (path) => truncateSync(path, Math.floor(statSync(path).size / 2)),
  ],
  ['a damaged page', 'restore the file from a backup', (path) => flip(path, 4096 + 8)],
]

test.each(damages)(
  'T17: %s is refused, naming the place and the remedy',
  (_what, expected, damage) => {
    const path = written(200)
    damage(path)
    const before = readFileSync(path)
    const detail = refusal(path)
    expect(detail).toContain(path)
    expect(detail).toContain(expected)
    expect(detail).toContain('restore the file from a backup, or move it away')
    expect(readFileSync(path).equals(before)).toBe(true) // nothing more is lost
    expect(readJournal(path).ok).toBe(false)
  },
)

test('a journal of another account or mode is refused', () => {
  const path = written(1)
  const live = SqliteJournal.open(path, { ...owner, mode: 'live' })
  expect(!live.ok && live.error.detail).toContain('began a run of mode simulation and account DU1')
  const other = SqliteJournal.open(path, { ...owner, accountId: 'DU2' })
  expect(!other.ok && other.error.detail).toContain('use another state folder')
})

test('an order is intended once, whatever the code believes', () => {
  const journal = opened(newPath())
  const intended = {
    type: 'OrderIntended',
    order: { id: 'A1', structureId: null },
  } as unknown as Event
  expect(journal.append(at(1), [intended])).toEqual({ ok: true, value: 'journal' })
  expect(journal.append(at(2), [intended])).toEqual({ ok: true, value: 'emergency' })
})

test('what a database refuses is kept, and is in the journal again when it can be', () => {
  const path = newPath()
  const journal = opened(path)
  journal.append(at(1), [started])
  const blocker = openDatabase(path, { readOnly: false, timeout: 0 })
  blocker.exec('BEGIN IMMEDIATE') // as a full disk would, this makes every write fail
  expect(journal.append(at(2), [bar(1)])).toEqual({ ok: true, value: 'emergency' })
  expect(journal.append(at(3), [bar(2)])).toEqual({ ok: true, value: 'emergency' })
  blocker.exec('ROLLBACK')
  blocker.close()
  expect(journal.append(at(4), [bar(3)])).toEqual({ ok: true, value: 'emergency' }) // too soon
  expect(journal.append(at(20_000), [bar(4)])).toEqual({ ok: true, value: 'journal' })
  const all = [1, 2, 3, 4, 5]
  expect([...journal.read()].map((entry) => entry.seq)).toEqual(all)
  journal.close()
  expect([...opened(path).read()].map((entry) => entry.seq)).toEqual(all)
})

test('who holds the file holds up one append, and none after it', () => {
  const path = newPath()
  const busyMs = 500
  const opening = SqliteJournal.open(path, { ...owner, busyMs })
  assert(opening.ok, 'the journal opens')
  const { value: journal } = opening
  const blocker = openDatabase(path, { readOnly: false, timeout: 0 })
  blocker.exec('BEGIN IMMEDIATE')
  const took = [1, 2, 3].map((n) => {
    const begun = performance.now()
    expect(journal.append(at(n), [bar(n)])).toEqual({ ok: true, value: 'emergency' })
    return performance.now() - begun
  })
  expect(took[0]).toBeGreaterThan(busyMs / 2)
  expect(Math.min(...took.slice(1))).toBeLessThan(busyMs / 2) // a kill writes more than once (P44)
  blocker.exec('ROLLBACK')
  blocker.close()
  expect(journal.append(at(20_000), [bar(4)])).toEqual({ ok: true, value: 'journal' })
  const again = openDatabase(path, { readOnly: false, timeout: 0 })
  again.exec('BEGIN IMMEDIATE')
  const begun = performance.now()
  journal.append(at(20_001), [bar(5)])
  expect(performance.now() - begun).toBeGreaterThan(busyMs / 2) // it waits for a moment again
  again.close()
  journal.close()
})

test('a crash in an emergency loses nothing: the next start takes over the emergency log', () => {
  const path = newPath()
  const journal = opened(path)
  journal.append(at(1), [started])
  const blocker = openDatabase(path, { readOnly: false, timeout: 0 })
  blocker.exec('BEGIN IMMEDIATE')
  journal.append(at(2), [bar(1)])
  const hash = journal.journalHash()
  blocker.close()
  journal.close()
  const cut = newPath()
  copyFileSync(path, cut)
  writeFileSync(`${cut}.emergency`, `${readFileSync(`${path}.emergency`, 'utf8')}{"seq":3,"at`)
  for (const each of [path, cut]) {
    const later = opened(each)
    expect(later.journalHash()).toBe(hash)
    later.close()
  }
})

function tamper(path: string, sql: string): void {
  const database = openDatabase(path, { readOnly: false, timeout: 0 })
  database.exec(`DROP TRIGGER no_update; DROP TRIGGER no_delete; ${sql}`)
  settle(database)
}

/** A row that is chained as it should be, but holds what no version ever wrote. */
function forge(path: string, type: string, body: string): void {
  const database = openDatabase(path, { readOnly: false, timeout: 0 })
  const last = database
    .prepare('SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1')
    .get() as {
    seq: number
    hash: string
  }
  const row = { seq: last.seq + 1, at: 9, type, body }
  const hash = hashOf(last.hash, row)
  database
    .prepare('INSERT INTO journal VALUES (?, ?, ?, ?, ?)')
    .run(row.seq, row.at, type, body, hash)
  settle(database)
}

/** All into the one file, so that it can be compared before and after. */
function settle(database: Database): void {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
}

function flip(path: string, offset: number): void {
  const bytes = readFileSync(path)
  for (let i = offset; i < offset + 64; i++) bytes[i] = 0xff
  writeFileSync(path, bytes)
}
