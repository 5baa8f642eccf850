import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert } from '../src/base/assert.ts'
import type { EpochMs } from '../src/base/clock.ts'
import { openTable, rowsIn } from '../src/journal/table.ts'
import { hashOf } from '../src/journal/rows.ts'
import { SqliteJournal } from '../src/journal/sqlite.ts'
import type { Event } from '../src/trading/event.ts'
import { evolve } from '../src/trading/evolve.ts'
import { initialState } from '../src/trading/state.ts'
import type { Bench, Effort, Row } from './bench.ts'
import { interleaved, medianOf, roundsOf } from './measure.ts'
import { at, directWorld } from './worlds.ts'

const READ = 'rows read and hashed'
const PARSED = 'the same, and JSON.parse'
const DAY_MS = 86_400_000
const OWNER = { mode: 'demo', accountId: 'DU1234567' } as const
/** A day, a month, and the trading days of a year. */
const DAYS = [1, 20, 250] as const

interface Dated {
  readonly at: EpochMs
  readonly event: Event
}

export const startUp: Bench = {
  name: 'start-up',
  what: 'A journal opened, every row verified and parsed, and the state folded from it.',
  peers: [READ, PARSED],
  goal: 'linear in the length of the journal',
  async run(effort) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-fold-'))
    try {
      return await measured(folder, effort)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

async function measured(folder: string, effort: Effort): Promise<readonly Row[]> {
  const day = await aDay(effort)
  const rows: Row[] = []
  let first: number | null = null
  for (const days of effort === 'full' ? DAYS : DAYS.slice(0, 1)) {
    const path = join(folder, `${days}.sqlite`)
    write(path, day, days)
    // A year takes seconds a round: by then the code has its final form, and five are a median too.
    const turns = days === 1 ? roundsOf(effort) : { rounds: 5, warmUp: false }
    const samples = await interleaved(
      [
        { name: 'ours', operations: days, work: () => fold(path) },
        { name: READ, operations: days, work: () => read(path, false) },
        { name: PARSED, operations: days, work: () => read(path, true) },
      ],
      { ...turns, clock: 'cpu' },
    )
    const ours = medianOf(samples, 'ours', (seconds) => seconds * 1e3 * days)
    first ??= ours
    rows.push({
      name: days === 1 ? 'a day' : `${days} days`,
      unit: 'ms',
      better: 'lower',
      clock: 'cpu',
      samples: turns.rounds,
      operations: day.length * days,
      ours: { name: 'ours', value: ours, note: `${day.length * days} events` },
      peers: [READ, PARSED].map((name) => ({
        name,
        value: medianOf(samples, name, (seconds) => seconds * 1e3 * days),
      })),
      goal: days === 1 ? null : { text: 'at most 1.5x a day each', limit: 1.5 * first * days },
    })
  }
  return rows
}

/** What a day of one symbol wrote. */
async function aDay(effort: Effort): Promise<readonly Dated[]> {
  const world = directWorld({ symbols: 1, time: '09:25' })
  await world.clock.runUntil(effort === 'full' ? at('16:05') : at('09:40'))
  await world.close()
  return [...world.journal()].map(({ at: when, event }) => ({ at: when, event }))
}

/** The same day again and again, its orders under new ids: an order is intended once. */
function write(path: string, day: readonly Dated[], days: number): void {
  const opened = SqliteJournal.open(path, { ...OWNER, ballastBytes: 1 })
  assert(opened.ok, 'a new journal opens')
  for (let number = 0; number < days; number++) {
    const text = JSON.stringify(day.filter(({ event }) => event.type !== 'RunStarted'))
    const renamed = text.replaceAll(/"([a-z0-9]{8})-(\d+\.\d+)"/g, `"$1${number}-$2"`)
    const events = (JSON.parse(renamed) as readonly Dated[]).map(({ event }) => event)
    const when = (at('16:05') + number * DAY_MS) as EpochMs
    // In one transaction a day: how it was written is not what is measured.
    assert(opened.value.append(when, events).ok, 'the disk takes it')
  }
  opened.value.close()
}

/** As every start does it: `SqliteJournal.open` verifies, the engine folds. */
function fold(path: string): void {
  const opened = SqliteJournal.open(path, { ...OWNER, ballastBytes: 1 })
  assert(opened.ok, 'the journal opens')
  let state = initialState(OWNER.mode, OWNER.accountId)
  for (const { event, at: when } of opened.value.read()) state = evolve(state, event, when)
  opened.value.close()
  assert(state.seq > 0, 'there was something to fold')
}

function read(path: string, parses: boolean): void {
  const database = openTable(path, { readOnly: true, timeout: 2_000 })
  let hash = ''
  for (const row of rowsIn(database)) {
    hash = hashOf(hash, row)
    if (parses) JSON.parse(row.body)
  }
  database.close()
}
