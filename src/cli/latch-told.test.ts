import { mkdtempSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { LevelCause, TradingState } from '../domain/account.ts'
import { FileLatch } from '../journal/latch.ts'
import { SqliteJournal } from '../journal/sqlite.ts'
import { now } from '../orders/fixtures.testing.ts'
import type { Event } from '../trading/event.ts'
import { latchText } from './latch-told.ts'
import { makeStateFolder, stateFolder, type StateFolder } from './state-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'latch-told-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

let folders = 0
const later = (now + 3_600_000) as EpochMs

function changed(to: TradingState, cause: LevelCause, reason: string): Event {
  return { type: 'TradingStateChanged', to, cause, reason }
}

/** A folder in whose journal these stand, the last at 10:30 in New York. */
function folderWith(...events: readonly Event[]): StateFolder {
  const config = join(root, 'my.yaml')
  const folder = stateFolder(join(root, `${++folders}`), 'paper', { config })
  makeStateFolder(folder)
  const journal = SqliteJournal.open(folder.journal, {
    mode: 'paper',
    accountId: 'DU1234567',
    ballastBytes: 0,
  })
  if (!journal.ok) throw new Error(journal.error.detail)
  expect(journal.value.append(now, events)).toMatchObject({ ok: true })
  journal.value.close()
  return folder
}

describe('a start says what it finds latched', () => {
  test.each<[Event, string]>([
    [
      changed('kill', 'operator', 'kill by root: smoke'),
      'level kill since 2026-03-10 10:30:00 ET, by root: "smoke"',
    ],
    [
      changed('halt', 'operator', 'halt by ada'),
      'level halt since 2026-03-10 10:30:00 ET, by ada,',
    ],
    [
      changed('kill', 'operator', 'kill by latch: kill by root: smoke'),
      'level kill since 2026-03-10 10:30:00 ET, by root: "smoke"',
    ],
    [
      changed('kill', 'panic', 'kill by panic: panic by eve: fire'),
      'level kill since 2026-03-10 10:30:00 ET, by eve: "fire"',
    ],
    [
      changed('halt', 'invariant', 'oversold'),
      'level halt since 2026-03-10 10:30:00 ET, by the bot (invariant): "oversold"',
    ],
  ])('%j', (event, said) => {
    const text = latchText(folderWith(event), later) ?? ''
    expect(text).toContain(said)
    const typed = `npm run bot -- resume --mode paper --config ${join(root, 'my.yaml')}`
    expect(text.endsWith(`, until a person types: ${typed}`)).toBe(true)
  })

  test('the daily loss ends with its date, and no command is named for it', () => {
    const folder = folderWith(changed('reduce-only', 'daily-loss', 'lost $500'))
    expect(latchText(folder, later)).toMatch(/until the New York date ends; a resume does not/)
    expect(latchText(folder, (later + 86_400_000) as EpochMs)).toMatch(/; it ends now$/)
  })

  test('what was lifted is not said, nor what never was', () => {
    const lifted = changed('active', 'operator', 'resumed by ada: looked')
    expect(latchText(folderWith(changed('kill', 'operator', 'kill by ada'), lifted), later)).toBe(
      null,
    )
    expect(latchText(stateFolder(join(root, 'nowhere'), 'paper'), later)).toBe(null)
  })

  test('a kill that no bot heard stands in the latch alone', () => {
    const folder = folderWith(changed('active', 'operator', 'resumed by ada: looked'))
    new FileLatch(folder.latch).set({ by: 'engine', reason: 'kill by eve: smoke: thick' })
    utimesSync(folder.latch, now / 1_000, now / 1_000)
    expect(latchText(folder, later)).toContain(
      'level kill since 2026-03-10 10:30:00 ET, by eve: "smoke: thick"',
    )
  })
})
