import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { VirtualClock, type EpochMs } from '../base/clock.ts'
import { ok } from '../base/result.ts'
import { viewAt } from '../dashboard/samples.testing.ts'
import type { View } from '../dashboard/view.ts'
import type { Ticker } from '../domain/contract.ts'
import type { ExecId } from '../domain/fill.ts'
import { money } from '../domain/money.ts'
import { openDatabase } from '../journal/driver.ts'
import { SqliteJournal } from '../journal/sqlite.ts'
import type { Event } from '../trading/event.ts'
import { RETRY_MS, ThreadCockpit } from './thread-cockpit.ts'
import { JournalModels } from './journal-models.ts'
import type { ThreadData } from './messages.ts'

const root = mkdtempSync(join(tmpdir(), 'cockpit-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const sample = viewAt(7)
const START = 1_795_000_000_000 as EpochMs
const FIRST = { limit: 10, before: null }
const OF = { mode: 'paper', accountId: 'DU1234567' } as const

const held = (index: number): Event => ({
  type: 'CycleEnded',
  outcome: {
    symbol: 'SPY' as Ticker,
    barStart: index as EpochMs,
    kind: 'hold',
    reason: index === 0 ? 'a needle' : `bar ${index} is flat`,
  },
})

const commissionOf = (execId: string): Event => ({
  type: 'CommissionReported',
  execId: execId as ExecId,
  commission: money(0.65),
})

function opened(name: string, rows: number) {
  const path = join(root, name)
  const journal = SqliteJournal.open(path, { ...OF, ballastBytes: 0 })
  if (!journal.ok) throw new Error(journal.error.detail)
  const events = Array.from({ length: rows }, (_, index) => held(index))
  journal.value.append(START, events)
  const clock = new VirtualClock({ start: START, settled: () => true, speed: null })
  const models = new JournalModels(path, OF)
  const logged: string[] = []
  const data = { ...OF, journal: path, symbols: [], hours: 'regular' } as unknown as ThreadData
  const cockpit = new ThreadCockpit({
    clock,
    data,
    models,
    command: () => Promise.resolve(ok({ seq: 1, tradingState: 'kill' })),
    port: () => 8470,
    streamsDropped: () => 0,
    log: (line) => void logged.push(line),
  })
  const tell = (view: View = sample): void =>
    cockpit.told({ kind: 'view', view, bars: [], sightings: [] })
  const pass = (ms: number) => clock.runUntil((clock.now() + ms) as EpochMs)
  return { path, journal: journal.value, models, cockpit, tell, pass, logged }
}

const problem = (error: string) => expect.objectContaining({ status: 503, message: error }) as Error

test('until the journal is read once, what is folded from it is not told as known', async () => {
  const { cockpit, tell, pass, models, journal } = opened('behind', 5_000)
  tell({ ...sample, seq: 5_000 })
  expect(cockpit.view()?.journal).toEqual({ seq: 0, isBehind: true, error: null })
  const still = 'the journal is still being read: entry 500 of 5000'
  for (const ask of [
    () => cockpit.trades(FIRST),
    () => cockpit.incidents(FIRST),
    () => cockpit.explain('x'),
  ])
    await expect(ask()).rejects.toEqual(problem(still))
  await pass(1_000)
  tell()
  expect(cockpit.view()?.journal).toEqual({ seq: 5_000, isBehind: false, error: null })
  expect(await cockpit.trades(FIRST)).toEqual([])
  models.close()
  journal.close()
})

test('what is explained is found by an id, its beginning, a symbol or the word last', async () => {
  const { cockpit, tell, pass, models, journal } = opened('meant', 12)
  tell()
  await pass(1_000)
  const seqs = async (asked: string): Promise<readonly number[] | string> => {
    const told = cockpit.explain(asked).then(
      (lines) => lines.map(({ seq }) => seq),
      (error: unknown) => String(error),
    )
    await pass(1_000)
    return told
  }
  for (const asked of ['SPY', 'spy', 'last', 'SPY@11'])
    expect(await seqs(asked), asked).toEqual([12])
  expect(await seqs('SPY@10')).toEqual([11])
  expect(await seqs('SPY@9')).toEqual([10])
  for (const asked of ['QQQ', 'nothing']) expect(await seqs(asked), asked).toEqual([])
  journal.append(START, ['0000e0d5.12', '0000e0d5.13'].map(commissionOf))
  tell()
  await pass(1_000)
  expect(await seqs('0000e0d5.12')).toEqual([13])
  const many = '"0000e0" begins 2 ids: 0000e0d5.12, 0000e0d5.13'
  expect(await seqs('0000e0')).toBe(`Refusal: ${many}`)
  expect(await seqs('0000e0d5.13')).toEqual([14])
  models.close()
  journal.close()
})

test('a journal that cannot be followed is said, with the reason, and tried again', async () => {
  const { path, cockpit, tell, pass, models, journal, logged } = opened('broken', 3)
  const read = cockpit.catchUp()
  await pass(10)
  await read
  journal.append(START, [held(3), held(4)])
  const database = openDatabase(path, { readOnly: false, timeout: 100 })
  database.exec('DROP TRIGGER no_update')
  database.exec(`UPDATE journal SET at = ${START + 1} WHERE seq = 5`)
  tell()
  await pass(10)
  const why = 'row 5 (CycleEnded) does not match its hash: it was changed or damaged'
  expect(logged).toEqual([`dashboard: the journal cannot be followed now: ${why}`])
  const refused = problem(`the journal cannot be read: ${why}`)
  await expect(cockpit.orders({ limit: 1, before: null })).rejects.toEqual(refused)
  const asked = { text: '', types: [], symbol: null, before: null, limit: 1 }
  await expect(cockpit.journal(asked)).rejects.toEqual(refused)
  tell()
  expect(cockpit.view()?.journal).toEqual({ seq: 4, isBehind: false, error: why })
  expect(cockpit.view()?.alarms.at(-1)?.text).toBe(`the page cannot read the journal: ${why}`)

  database.exec(`UPDATE journal SET at = ${START} WHERE seq = 5`)
  database.close()
  await pass(RETRY_MS + 10)
  tell()
  expect(cockpit.view()?.journal).toEqual({ seq: 5, isBehind: false, error: null })
  expect((await cockpit.journal(asked)).entries).toMatchObject([{ seq: 5 }])
  cockpit.close()
  models.close()
  journal.close()
})

test('a search goes on beyond what it looks through at once, until it finds something', async () => {
  const { cockpit, pass, models, journal } = opened('searched', 30_000)
  const done = cockpit.catchUp()
  await pass(1_000)
  await done
  const asked = { text: 'needle', types: [], symbol: null, before: null, limit: 5 }
  const page = cockpit.journal(asked)
  await pass(1_000)
  expect(await page).toMatchObject({ entries: [{ seq: 1 }] })
  // Of a type that there is none of, every row is passed over, in slices.
  const rare = cockpit.journal({ ...asked, text: '', types: ['LinkChanged'] })
  await pass(1_000)
  expect(await rare).toEqual({ seq: 30_000, entries: [], before: null })
  models.close()
  journal.close()
})
