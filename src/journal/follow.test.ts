import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { Ticker } from '../domain/contract.ts'
import type { Event } from '../trading/event.ts'
import { openDatabase } from './driver.ts'
import { JournalReader } from './follow.ts'
import { SqliteJournal } from './sqlite.ts'

const root = mkdtempSync(join(tmpdir(), 'follow-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const at = 1 as EpochMs

function opened(name: string): { readonly path: string; readonly journal: SqliteJournal } {
  const path = join(root, name)
  const journal = SqliteJournal.open(path, { mode: 'paper', accountId: 'DU1', ballastBytes: 0 })
  if (!journal.ok) throw new Error(journal.error.detail)
  return { path, journal: journal.value }
}

const held = (barStart: number): Event => ({
  type: 'CycleEnded',
  outcome: {
    symbol: 'SPY' as Ticker,
    barStart: barStart as EpochMs,
    kind: 'hold',
    reason: `bar ${barStart} is "flat"`,
  },
})
const link = (epoch: number): Event => ({ type: 'LinkChanged', link: 'up', epoch })

test('only what was appended since is read, in order, while the journal is written', () => {
  const { path, journal } = opened('followed')
  journal.append(at, [held(1), link(1)])
  const reader = new JournalReader(path)
  expect(reader.next().map(({ seq }) => seq)).toEqual([1, 2])
  expect(reader.next()).toEqual([])
  journal.append(at, [held(2)])
  journal.append(at, [held(3)])
  expect(reader.next(1).map(({ seq }) => seq)).toEqual([3])
  expect(reader.next().map(({ seq }) => seq)).toEqual([4])
  expect(reader.seq).toBe(4)
  reader.close()
  journal.close()
})

test('rows are found backwards, by type and by what they hold, whatever is asked for', () => {
  const { path, journal } = opened('asked')
  journal.append(at, [held(1), link(1), held(2), link(2), held(3)])
  const reader = new JournalReader(path)
  reader.next()
  const seqs = (entries: Iterable<{ readonly seq: number }>) => [...entries].map(({ seq }) => seq)
  const before = (seq: number | null, of: { types: string[]; limit: number; span?: number }) => {
    const { entries, from } = reader.before(seq, { span: 9, ...of })
    return [...seqs(entries), from]
  }
  expect(before(null, { types: [], limit: 2 })).toEqual([5, 4, 4])
  expect(before(4, { types: ['CycleEnded'], limit: 9 })).toEqual([3, 1, null])
  // Of what is rare, so many rows are passed over at once, and no more.
  expect(before(null, { types: ['LinkChanged'], limit: 9, span: 1 })).toEqual([5])
  expect(before(5, { types: ['LinkChanged'], limit: 9, span: 2 })).toEqual([4, 3])
  expect(seqs(reader.at([4, 2, 9]))).toEqual([2, 4])
  expect(seqs(reader.cyclesOf(2, { from: 1, to: 5 }))).toEqual([3])
  expect(seqs(reader.cyclesOf(2, { from: 4, to: 5 }))).toEqual([])
  for (const hostile of ["' OR 1=1 --", '%', '"; DROP TABLE journal; --', '\0']) {
    expect(before(null, { types: [hostile], limit: 9 })).toEqual([null])
  }
  expect([...reader.pieces()].flat()).toHaveLength(5)
  reader.close()
  journal.close()
})

test('a row that was changed is not followed: it says which', () => {
  const { path, journal } = opened('changed')
  journal.append(at, [held(1), held(2)])
  journal.close()
  const database = openDatabase(path, { readOnly: false, timeout: 100 })
  database.exec('DROP TRIGGER no_update')
  database.exec('UPDATE journal SET at = 2 WHERE seq = 2')
  database.close()
  const reader = new JournalReader(path)
  expect(reader.next().map(({ seq }) => seq)).toEqual([1])
  expect(() => reader.next()).toThrow('row 2 (CycleEnded) does not match its hash')
  reader.close()
})
