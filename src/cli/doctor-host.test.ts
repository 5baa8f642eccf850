import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { atNewYork, zoneNamed } from '../domain/calendar.ts'
import type { Zone } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import { SqliteJournal } from '../journal/sqlite.ts'
import {
  folderFinding,
  heapIn,
  journalFinding,
  memoryFinding,
  nodeFinding,
  restartFinding,
  roomFinding,
} from './doctor-host.ts'

const root = mkdtempSync(join(tmpdir(), 'doctor-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

test.each([
  ['20.20.0', 'proven'],
  ['24.1.0', 'proven'],
  ['20.19.9', 'wrong'],
  ['18.20.4', 'wrong'],
])('Node.js %s is %s', (version, verdict) => {
  expect(nodeFinding(version)).toMatchObject({ row: 'node', verdict })
})

describe('the state folder', () => {
  test('need not be there yet', () => {
    expect(folderFinding(join(root, 'a/b/c'))).toMatchObject({ verdict: 'proven' })
  })

  test('needs room', () => {
    expect(roomFinding('state', 100 * 1024 * 1024)).toMatchObject({
      verdict: 'wrong',
      detail: 'state: expected 512 MB free, are 100 MB',
    })
  })

  test('is no file', () => {
    const file = join(root, 'file')
    writeFileSync(file, '')
    chmodSync(file, 0o400)
    expect(folderFinding(join(file, 'paper'))).toMatchObject({ verdict: 'wrong' })
  })
})

describe('the journal', () => {
  const paper = { mode: 'paper', accountId: 'DU1234567' } as const

  test('of no run is not checked', () => {
    expect(journalFinding(join(root, 'none.db'), paper)).toMatchObject({ verdict: 'not checked' })
  })

  test('is read from end to end; another mode, and damage, are found', () => {
    const path = join(root, 'journal.db')
    const journal = SqliteJournal.open(path, { ...paper, ballastBytes: 0 })
    if (!journal.ok) throw new Error(journal.error.detail)
    const at = atNewYork('2026-03-10' as CalendarDate, '10:00')
    const started = { type: 'RunStarted', mode: 'paper', accountId: 'DU1234567' } as const
    journal.value.append(at, [{ ...started, version: '1', configHash: 'h' }])
    journal.value.close()
    expect(journalFinding(path, paper)).toMatchObject({
      verdict: 'proven',
      detail: 'unbroken to its end; rows: 1',
    })
    const other = { mode: 'paper', accountId: 'DU7654321' } as const
    expect(journalFinding(path, other)).toMatchObject({ verdict: 'wrong' })
    writeFileSync(path, 'not a database at all, and long enough to be looked at'.repeat(40))
    expect(journalFinding(path, paper)).toMatchObject({ verdict: 'wrong' })
  })
})

describe('the memory of the Gateway', () => {
  const proc = join(root, 'proc')
  const home = join(root, 'home')

  function process(id: string, command: readonly string[]): void {
    mkdirSync(join(proc, id), { recursive: true })
    writeFileSync(join(proc, id, 'cmdline'), command.join('\0'))
  }

  test('is not looked for on another machine, and not made up', () => {
    expect(memoryFinding('10.0.0.7', { proc, home })).toMatchObject({ verdict: 'not checked' })
    expect(memoryFinding('127.0.0.1', { proc, home })).toMatchObject({ verdict: 'not checked' })
  })

  test('is read from its options file, and rather from its process', () => {
    const folder = join(home, 'Jts/ibgateway/1030')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'ibgateway.vmoptions'), '# comment\n-Xmx4096m\n-XX:+UseG1GC\n')
    expect(memoryFinding('localhost', { proc, home })).toMatchObject({ verdict: 'proven' })
    process('7', ['/usr/bin/java', '-Xmx9000m', 'org.example.Other'])
    process('12', ['/opt/jre/bin/java', '-Xmx768m', 'ibgateway.GWClient'])
    expect(memoryFinding('127.0.0.1', { proc, home })).toMatchObject({
      verdict: 'wrong',
      detail: 'expected about 4096 MB, is 768 MB, by process 12',
      remedy: expect.stringContaining('4096 MB') as string,
    })
  })

  test.each([
    ['-Xmx4g', 4096],
    ['-Xmx4096m', 4096],
    ['-Xmx4194304k', 4096],
    ['-Xms4g', null],
  ])('%s', (option, megabytes) => {
    expect(heapIn(option)).toBe(megabytes)
  })
})

describe('the auto-restart', () => {
  const at = atNewYork('2026-03-10' as CalendarDate, '10:00')
  const zone = (name: string): Zone => zoneNamed(name) ?? ('' as Zone)

  test.each([
    ['23:45', 'America/New_York', 'proven'],
    ['09:00', 'America/New_York', 'proven'],
    ['09:20', 'America/New_York', 'wrong'],
    ['12:00', 'America/New_York', 'wrong'],
    ['16:20', 'America/New_York', 'wrong'],
    ['23:45', 'Europe/Berlin', 'proven'],
    ['16:00', 'Europe/Berlin', 'wrong'],
    // 23:45 of the machine is the middle of New York's day there.
    ['23:45', 'Asia/Hong_Kong', 'wrong'],
  ])('%s %s is %s', (time, name, verdict) => {
    expect(restartFinding({ time, zone: zone(name) }, at)).toMatchObject({ verdict })
  })

  test('is not checked when nobody wrote it down', () => {
    expect(restartFinding(null, at)).toMatchObject({ verdict: 'not checked' })
  })
})
