import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { assert } from '../base/assert.ts'
import { SPY, at } from '../engine/scripted-bars.testing.ts'
import { run, World } from '../engine/world.testing.ts'
import { scalp } from '../strategy/scalp.ts'
import { explainable } from './explain.ts'
import { MemoryJournal } from './memory.ts'
import { reportOf } from './queries.ts'
import { readJournal, SqliteJournal } from './sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'day-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a day of trading survives the file, and its report equals the broker ledger to the cent (D37)', async () => {
  const path = join(folder, 'day.sqlite')
  const opened = SqliteJournal.open(path, { ...run, ballastBytes: 1 })
  assert(opened.ok, 'a new journal opens')
  const journal = opened.value
  const world = new World({ start: '09:25', strategies: [scalp], wrap: () => ({ journal }) })
  const { engine } = world.start()
  await world.clock.runUntil(at('16:05'))
  const live = [...journal.read()]
  journal.close()

  const entries = readJournal(path)
  assert(entries.ok, 'it reads back')
  expect(entries.value).toEqual(live)
  expect(new MemoryJournal(live).journalHash()).toBe(journal.journalHash())

  const report = reportOf(entries.value, world.clock.now())
  expect(report.bars.get(SPY.symbol)).toBe(390)
  expect(report.entries).toBeGreaterThan(0)
  expect(report.exits).toBe(report.entries)
  const cents = (micros: number): number => Math.round(micros / 10_000)
  expect(cents(report.realizedPnl)).toBe(cents(world.gateway.core.account().realizedPnl))
  expect(report.unprotectedMsMax).toBeLessThanOrEqual(5_000)
  expect(engine.vitals().unprotected).toBe(0)

  const [trade] = report.trades
  assert(trade !== undefined, 'there was a trade')
  const story = explainable(entries.value, trade.structureId).map(({ event }) => event.type)
  expect(story).toEqual(
    expect.arrayContaining(['CycleEnded', 'EntryApproved', 'OrderIntended', 'OrderFilled']),
  )
})
