import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { assert } from '../../src/base/assert.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import { fail, ok } from '../../src/base/result.ts'
import type { Ticker } from '../../src/domain/contract.ts'
import { openDatabase } from '../../src/journal/driver.ts'
import { SqliteJournal } from '../../src/journal/sqlite.ts'
import type { Event } from '../../src/trading/event.ts'
import { Copies, JOURNAL_FILES, writtenJournal } from './copies.ts'

const folder = mkdtempSync(join(tmpdir(), 'power-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A slice of the places; `npm run hosts -- --only files` takes them all. */
describe('F81, F82: a copy that is cut or altered opens as a prefix, or says what to do', () => {
  const copies = new Copies(folder, writtenJournal(folder, 20))

  test.each(JOURNAL_FILES)('%s, cut anywhere', (file) => {
    const { wrong, opened, refused } = copies.cut(file, 12)
    expect(wrong).toEqual([])
    expect(opened + refused).toBeGreaterThan(10)
  })

  test.each(JOURNAL_FILES)('%s, a bit flipped anywhere', (file) => {
    const { wrong, opened, refused } = copies.flipped(file, 25)
    expect(wrong).toEqual([])
    expect(opened + refused).toBeGreaterThan(20)
  })
})

describe('planted bugs are seen', () => {
  const written = writtenJournal(mkdtempSync(join(folder, 'planted-')), 20)

  test('rows that nobody verifies', () => {
    const unverified = new Copies(folder, written, (path) => {
      return ok(openDatabase(path, { readOnly: false, timeout: 0 }))
    })
    expect(unverified.flipped('database', 60).wrong.join()).toContain('is another one')
  })

  test('a refusal that says neither which file nor what to do', () => {
    const curt = new Copies(folder, written, () => fail({ detail: 'damaged' }))
    expect(curt.cut('wal', 2).wrong.join()).toContain('refused without a remedy: damaged')
  })
})

function mounted(path: string, size: string): string | null {
  try {
    mkdirSync(path)
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path], { stdio: 'pipe' })
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

describe('F82: a disk that is really full', () => {
  const disk = join(folder, 'disk')
  const why = mounted(disk, '4m')
  afterAll(() => {
    if (why === null) execFileSync('umount', ['-l', disk])
  })
  const at = (ms: number): EpochMs => ms as EpochMs

  test.skipIf(why !== null)('the ballast gives room, and room again is found', () => {
    const ballastBytes = 256 * 1024
    const path = join(disk, 'journal.sqlite')
    const opening = SqliteJournal.open(path, { mode: 'simulation', accountId: 'DU1', ballastBytes })
    assert(opening.ok, 'the journal opens')
    const journal = opening.value
    const note = (n: number): string => {
      const outcome = { symbol: 'SPY' as Ticker, barStart: at(n), kind: 'hold' } as const
      const event: Event = {
        type: 'CycleEnded',
        outcome: { ...outcome, reason: '.'.repeat(2_000) },
      }
      const stored = journal.append(at(n), [event])
      return stored.ok ? stored.value : 'fault'
    }
    expect(note(1)).toBe('journal')
    const { bavail, bsize } = statfsSync(disk)
    writeFileSync(join(disk, 'filler'), new Uint8Array(bavail * bsize))
    const answers = Array.from({ length: 12 }, (_, n) => note(2 + n))
    const first = answers.indexOf('emergency')
    expect(first).toBeGreaterThanOrEqual(0)
    expect(answers.slice(first).filter((answer) => answer !== 'emergency')).toEqual([])
    rmSync(join(disk, 'filler'))
    expect(note(100)).toBe('emergency') // too soon
    expect(note(20_000)).toBe('journal')
    expect([...journal.read()].length).toBe(15)
    expect(statSync(`${path}.ballast`).size).toBe(ballastBytes)
    journal.close()
  })
})
