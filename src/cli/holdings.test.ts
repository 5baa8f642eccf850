import {
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { CalendarDate } from '../domain/contract.ts'
import { strategyAt, World } from '../engine/world.testing.ts'
import { SqliteJournal } from '../journal/sqlite.ts'
import { serveControl } from './control.ts'
import { explain } from './explain.ts'
import { incidents } from './incidents.ts'
import { orders } from './orders.ts'
import { positions } from './positions.ts'
import { report } from './report.ts'
import { makeStateFolder, stateFolder } from './state-folder.ts'
import { status } from './status.ts'

const root = mkdtempSync(join(tmpdir(), 'holdings-'))
const folder = stateFolder(root, 'paper')
const world = new World({ strategies: [strategyAt('10:00')] })
const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
let view: ReturnType<ReturnType<World['start']>['engine']['view']>

beforeAll(async () => {
  const { engine } = world.start()
  await world.run(240_000)
  view = engine.view()
  makeStateFolder(folder)
  const { mode, accountId } = view.state()
  const journal = SqliteJournal.open(folder.journal, { mode, accountId, ballastBytes: 0 })
  if (!journal.ok) throw new Error(journal.error.detail)
  for (const { at, event } of world.journal.read()) journal.value.append(at, [event])
  journal.value.close()
})
beforeEach(() => printed.mockClear())
afterAll(() => {
  printed.mockRestore()
  rmSync(root, { recursive: true, force: true })
})

async function said(command: () => Promise<void> | void): Promise<string> {
  printed.mockClear()
  await command()
  return printed.mock.calls.map(([text]) => String(text)).join('')
}
const json = async (command: () => Promise<void> | void) =>
  JSON.parse(await said(command)) as Record<string, never>

async function whileRunning<T>(ask: () => Promise<T>): Promise<T> {
  const close = await serveControl(folder.controlSocket, { view, whatIf: null })
  try {
    return await ask()
  } finally {
    close()
  }
}

describe('what is held', () => {
  test('is told from the journal where no bot runs, and it says as of when', async () => {
    const text = await said(() => positions(folder, false))
    expect(text).toMatch(/^from the journal, mode simulation, as of 2026-03-10 10:0\d:\d\d ET/)
    expect(text).toContain('no bot is running')
    const structure = [...view.state().structures.values()][0]
    expect(text).toContain(structure?.id)
  })

  test('is the same over the socket of a running bot, with its exits', async () => {
    const asked = () => json(() => positions(folder, true))
    const journaled = await asked()
    const running = await whileRunning(asked)
    expect(running['source']).toMatchObject({ from: 'bot', why: null, seq: view.state().seq })
    expect(journaled['source']).toMatchObject({ from: 'journal', seq: view.state().seq })
    expect(running['structures']).toEqual(journaled['structures'])
    expect(running['positions']).toEqual(journaled['positions'])
    expect(running['structures']).toMatchObject([
      { isProtected: true, takeProfit: { watchedBy: 'broker' } },
    ])
  })

  test('is refused where neither a bot nor a journal is', async () => {
    const nowhere = stateFolder(root, 'live')
    await expect(positions(nowhere, false)).rejects.toMatchObject({ code: 3 })
  })
})

describe('orders', () => {
  const asked = { id: null, all: false, json: true }

  test('that may still fill are the same from either side', async () => {
    const journaled = await json(() => orders(folder, asked))
    const running = await whileRunning(() => json(() => orders(folder, asked)))
    expect(running['orders']).toEqual(journaled['orders'])
    expect(running['orders']).toMatchObject([{ role: 'take-profit' }, { role: 'stop-loss' }])
  })

  test('with all of them come those that are over, with the states they were in', async () => {
    const text = await said(() => orders(folder, { ...asked, all: true, json: false }))
    expect(text).toMatch(/entry BUY .*: intent [\d:]+ > sending .* > filled [\d:]+/)
  })

  test('one by its id, or its beginning, with why it was in each state', async () => {
    const entry = [...view.state().orders.values()][0]?.id ?? ''
    const text = await said(() => orders(folder, { id: entry, all: false, json: false }))
    expect(text).toContain('handed to the socket')
    expect(text).toMatch(/filled \d+ at \d+\.\d\d, commission \$/)
    const begun = entry.slice(entry.indexOf('-') + 1)
    expect(await said(() => orders(folder, { id: begun, all: false, json: false }))).toBe(text)
    await expect(orders(folder, { ...asked, id: 'none' })).rejects.toMatchObject({ code: 2 })
    await expect(orders(folder, { ...asked, id: entry.slice(0, 4) })).rejects.toThrow(
      /begins 3 orders: .*; type more of it/,
    )
  })
})

const FULL = { json: false, full: true }

test('explain takes what is at hand, and says what it would need', async () => {
  const entry = [...view.state().orders.values()][0]?.id ?? ''
  const whole = await said(() => explain(folder, entry, FULL))
  expect(await said(() => explain(folder, entry.slice(0, -2), FULL))).toBe(whole)
  const cycle = await said(() => explain(folder, 'SPY', FULL))
  expect(cycle).toContain('CycleEnded')
  expect(cycle).toMatch(/^ +outcome\.kind +(hold|skipped|proposed)$/m)
  expect(() => explain(folder, 'nothing', FULL)).toThrow(/nothing is known by the id/)
})

test('incidents that are open are none, and it says how many are over', async () => {
  const text = await said(() => incidents(folder.journal, { json: false, open: true }))
  expect(text).toBe('no incident is open; 0 are over\n')
})

describe('the dates of a report', () => {
  const asked = { journal: folder.journal, format: 'json', out: null } as const
  const day = (date: string) => date as CalendarDate

  test('a day from a date on is that one day', async () => {
    const from = day('2026-03-10')
    const told = await json(() => report({ ...asked, period: 'day', from, to: null }))
    expect(told).toMatchObject({ from, to: from })
    const before = day('2026-03-09')
    expect(() => report({ ...asked, period: 'day', from: before, to: null })).toThrow(
      /--to 2026-03-09: the journal begins with 2026-03-10/,
    )
  })

  test.each([
    ['day', '2026-04-01', null, /--from 2026-04-01: the journal ends with 2026-03-10/],
    ['all', '2026-04-01', null, /--from 2026-04-01: the journal ends with 2026-03-10/],
    ['week', null, '2026-03-01', /--to 2026-03-01: the journal begins with 2026-03-10/],
    ['week', '2026-03-10', '2026-03-09', /expected --from before --to/],
  ] as const)('%s from %s to %s is refused', (...[period, from, to, message]) => {
    const of = { from: from && day(from), to: to && day(to) }
    expect(() => report({ ...asked, ...of, period })).toThrow(message)
    expect(() => report({ ...asked, ...of, period })).toThrow(
      expect.objectContaining({ code: 2 }) as Error,
    )
  })
})

test('a report that replaces an older file is its owner’s alone, and follows no link', () => {
  const asked = { journal: folder.journal, period: 'all', from: null, to: null } as const
  const [out, victim] = [join(root, 'report.txt'), join(root, 'victim.txt')]
  const quiet = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  writeFileSync(out, 'older', { mode: 0o644 })
  report({ ...asked, format: 'text', out })
  expect(statSync(out).mode & 0o777).toBe(0o600)
  expect(readFileSync(out, 'utf8')).toContain('realised')
  writeFileSync(victim, 'mine')
  rmSync(out)
  symlinkSync(victim, out)
  report({ ...asked, format: 'csv', out })
  expect(readFileSync(victim, 'utf8')).toBe('mine')
  expect(lstatSync(out).isFile()).toBe(true)
  report({ ...asked, format: 'csv', out: '/dev/null' })
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
  quiet.mockRestore()
})

test('status says what is held before how its requests do', async () => {
  const text = await whileRunning(() => said(() => status(folder, false)))
  const [structure] = view.state().structures.values()
  const place = (what: string): number => text.indexOf(what)
  expect(place(structure?.id ?? 'none')).toBeGreaterThan(0)
  expect(place('today by the broker, with what is held')).toBeGreaterThan(
    place(structure?.id ?? ''),
  )
  expect(place('bars: ')).toBeGreaterThan(place('today by the broker'))
})
