import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert } from '../src/base/assert.ts'
import type { EpochMs } from '../src/base/clock.ts'
import { openDatabase } from '../src/journal/driver.ts'
import type { Database } from '../src/journal/driver.ts'
import { SqliteJournal } from '../src/journal/sqlite.ts'
import type { Bench, Effort, Row } from './bench.ts'
import { fillEvents } from './events.ts'
import { packageVersion } from './machine.ts'
import { interleaved, medianOf, micros, perSecond, roundsOf } from './measure.ts'
import type { Side } from './measure.ts'

const SQLITE = 'SQLite itself'
const RAW = 'append + fdatasync'
const IN_BATCH = 64
const AT = 1_773_153_000_000 as EpochMs

export const journal: Bench = {
  name: 'journal',
  what: 'Commits that are on the disk when they return, with a fill of 500 bytes each.',
  peers: [SQLITE, RAW],
  goal: "at least 0.9x SQLite's own rate; a batch of 64 at least 8x",
  versions: () => ({ sqlite: sqliteVersion(), '@photostructure/sqlite': driverVersion() }),
  async run(effort) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-journal-'))
    try {
      return await measured(folder, effort)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

async function measured(folder: string, effort: Effort): Promise<readonly Row[]> {
  const turns = roundsOf(effort)
  const commits = effort === 'full' ? 1_000 : 3
  const batches = effort === 'full' ? 100 : 1
  const [ours, sqlite, raw] = [oursIn(folder), sqliteIn(folder), rawIn(folder)]
  const sides: readonly Side[] = [
    { name: 'ours', operations: commits, work: (count) => ours.commit(count, 1) },
    { name: SQLITE, operations: commits, work: (count) => sqlite.commit(count, 1) },
    { name: RAW, operations: commits, work: (count) => raw.commit(count) },
    {
      name: 'ours, 64',
      operations: batches * IN_BATCH,
      work: (count) => ours.commit(count / IN_BATCH, IN_BATCH),
    },
    {
      name: `${SQLITE}, 64`,
      operations: batches * IN_BATCH,
      work: (count) => sqlite.commit(count / IN_BATCH, IN_BATCH),
    },
  ]
  const samples = await interleaved(sides, { ...turns, clock: 'wall' })
  const own = await interleaved(sides, { ...turns, clock: 'cpu' })
  for (const each of [ours, sqlite, raw]) each.close()
  const rate = (name: string): number => medianOf(samples, name, perSecond)
  const common = {
    unit: 'events/s',
    better: 'higher',
    clock: 'wall',
    samples: turns.rounds,
  } as const
  return [
    {
      ...common,
      name: 'one event a commit',
      operations: commits,
      ours: { name: 'ours', value: rate('ours') },
      peers: [
        { name: SQLITE, value: rate(SQLITE) },
        { name: RAW, value: rate(RAW) },
      ],
      goal: { text: "at least 0.9x SQLite's own rate", limit: 0.9 * rate(SQLITE) },
    },
    {
      ...common,
      name: '64 events a commit',
      operations: batches * IN_BATCH,
      ours: { name: 'ours', value: rate('ours, 64') },
      peers: [
        { name: `${SQLITE}, 64`, value: rate(`${SQLITE}, 64`) },
        { name: `${SQLITE}, one`, value: rate(SQLITE) },
      ],
      goal: { text: "at least 8x SQLite's own rate of single commits", limit: 8 * rate(SQLITE) },
    },
    {
      ...common,
      name: 'one event a commit, processor time',
      unit: 'us',
      better: 'lower',
      clock: 'cpu',
      operations: commits,
      ours: { name: 'ours', value: medianOf(own, 'ours', micros) },
      peers: [
        { name: SQLITE, value: medianOf(own, SQLITE, micros) },
        { name: RAW, value: medianOf(own, RAW, micros) },
      ],
      goal: null, // what a busy disk or machine does not blur
    },
    {
      ...common,
      name: '64 events a commit, processor time an event',
      unit: 'us',
      better: 'lower',
      clock: 'cpu',
      operations: batches * IN_BATCH,
      ours: { name: 'ours', value: medianOf(own, 'ours, 64', micros) },
      peers: [{ name: `${SQLITE}, 64`, value: medianOf(own, `${SQLITE}, 64`, micros) }],
      goal: null,
    },
  ]
}

/** As the engine appends: JSON, the chain of hashes, the table of the journal. */
function oursIn(folder: string) {
  const opened = SqliteJournal.open(join(folder, 'ours.sqlite'), {
    mode: 'demo',
    accountId: 'DU1234567',
    ballastBytes: 1,
  })
  assert(opened.ok, 'a new journal opens')
  const event = fillEvents()
  let number = 0
  return {
    commit(times: number, size: number): void {
      for (let i = 0; i < times; i++) {
        const events = Array.from({ length: size }, () => event(number++))
        assert(opened.value.append(AT, events).ok, 'the disk takes it')
      }
    },
    close: () => opened.value.close(),
  }
}

/** The same driver and the same promise, with a text that is ready: no index, no hash, no JSON. */
function sqliteIn(folder: string) {
  const database = openDatabase(join(folder, 'peer.sqlite'), { readOnly: false, timeout: 2_000 })
  database.exec('PRAGMA journal_mode = WAL')
  database.exec('PRAGMA synchronous = FULL')
  database.exec('CREATE TABLE rows (seq INTEGER PRIMARY KEY, at INTEGER, type TEXT, body TEXT)')
  const insert = database.prepare('INSERT INTO rows (at, type, body) VALUES (?, ?, ?)')
  const body = JSON.stringify(fillEvents()(1))
  return {
    commit(times: number, size: number): void {
      for (let i = 0; i < times; i++) {
        if (size > 1) database.exec('BEGIN')
        for (let n = 0; n < size; n++) insert.run(AT, 'OrderFilled', body)
        if (size > 1) database.exec('COMMIT')
      }
    },
    close: () => database.close(),
  }
}

function rawIn(folder: string) {
  const file = openSync(join(folder, 'peer.log'), 'a')
  const body = Buffer.from(`${JSON.stringify(fillEvents()(1))}\n`)
  return {
    commit(times: number): void {
      for (let i = 0; i < times; i++) {
        writeSync(file, body)
        fdatasyncSync(file)
      }
    },
    close: () => closeSync(file),
  }
}

function sqliteVersion(): string {
  const database: Database = openDatabase(':memory:', { readOnly: false, timeout: 1 })
  const { version } = database.prepare('SELECT sqlite_version() AS version').get() as {
    version: string
  }
  database.close()
  return version
}

function driverVersion(): string {
  const builtIn = process.getBuiltinModule('node:sqlite') as unknown
  return builtIn === undefined ? packageVersion('@photostructure/sqlite') : 'not used'
}
