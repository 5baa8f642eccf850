import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { assert } from '../base/assert.ts'
import type { EpochMs } from '../base/clock.ts'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import { SqliteJournal } from '../journal/sqlite.ts'
import { setupOf, SPY } from '../validation/facts.testing.ts'
import type { Planted } from '../validation/outages.ts'
import { Tally } from '../validation/tally.ts'
import { soakFacts } from './soak-facts.ts'
import { makeStateFolder, stateFolder } from './state-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'soak-facts-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const MINUTE = 60_000
const moment = (time: string): EpochMs => atNewYork('2026-03-10' as CalendarDate, time)
let folders = 0

/** Decisions on the bars from one moment to another, each a second after its end. */
function stateOf(from: string, to: string) {
  const state = stateFolder(join(root, `${++folders}`), 'paper')
  makeStateFolder(state)
  const journal = SqliteJournal.open(state.journal, {
    mode: 'paper',
    accountId: 'DU1',
    ballastBytes: 4096,
  })
  assert(journal.ok, 'the journal opens')
  for (let start = moment(from); start < moment(to); start = (start + MINUTE) as EpochMs) {
    const outcome = { symbol: SPY, barStart: start, kind: 'hold', reason: 'flat' } as const
    journal.value.append((start + MINUTE + 1_000) as EpochMs, [{ type: 'CycleEnded', outcome }])
  }
  journal.value.close()
  return state
}

function factsOf(of: {
  readonly state: ReturnType<typeof stateOf>
  readonly to: string
  readonly planted?: readonly Planted[]
  readonly isWhole?: boolean
}) {
  const { state, to, planted = [], isWhole = true } = of
  return soakFacts({
    setup: setupOf({ phase: 'soak', soak: { loadWanted: 2, faults: 0 } }),
    state,
    tally: new Tally(),
    from: moment('15:50'),
    to: moment(to),
    load: { requests: 600, ms: 600_000 },
    counters: { requests: 600, historicalRequests: 3, violations: 0 },
    planted,
    isWhole,
  })
}

const fault = (began: string, healed: string | null): Planted => ({
  name: 'refuse',
  label: null,
  beganAt: moment(began),
  healedAt: healed === null ? null : moment(healed),
})

test('after the close no bar is missing, and none is waited for', () => {
  const planted = [fault('15:54', '15:55'), fault('16:04', '16:05')]
  const facts = factsOf({ state: stateOf('15:50', '16:00'), to: '17:00', planted })
  expect(facts.bars.get(SPY)).toEqual({ closed: 10, decided: 10, missing: [] })
  expect(facts.soak?.resumed).toEqual([{ name: 'refuse', afterMs: MINUTE + 1_000 }])
  expect(facts.soak?.messagesPerSecond).toBe(1)
})

test('through the nights: the minutes of each session', () => {
  const state = stateOf('15:50', '16:00')
  const facts = soakFacts({
    setup: setupOf({ phase: 'soak' }),
    state,
    tally: new Tally(),
    planted: [],
    from: moment('15:50'),
    to: (moment('15:50') + 72 * 60 * MINUTE) as EpochMs,
    load: { requests: 0, ms: 0 },
    counters: { requests: 0, historicalRequests: 0, violations: 0 },
    isWhole: true,
  })
  expect(facts.tradingDays).toBe(4)
  expect(facts.bars.get(SPY)).toMatchObject({ closed: 10 + 390 + 390 + 379, decided: 10 })
})

test('of a run that is stopped in a fault the bars until then', () => {
  const state = stateOf('15:50', '15:54')
  const planted = [fault('15:54', null)]
  const stopped = factsOf({ state, to: '15:56', planted, isWhole: false })
  expect(stopped.bars.get(SPY)).toEqual({ closed: 4, decided: 4, missing: [] })
  expect(stopped.interrupted).toBe(true)
  expect(factsOf({ state, to: '15:56', planted }).bars.get(SPY)?.missing).toHaveLength(1)
})

test('a journal that cannot be read is a defect, and the report is written', () => {
  const state = stateOf('15:50', '15:52')
  writeFileSync(state.journal, 'no database')
  const { tally, cycles } = factsOf({ state, to: '16:00' })
  expect([tally.defects.length, cycles]).toEqual([1, 0])
})
