import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, expect, test, vi } from 'vitest'
import { VirtualClock, type EpochMs } from '../base/clock.ts'
import { Sightings } from '../engine/sighting.ts'
import { World } from '../engine/world.testing.ts'
import { SqliteJournal } from '../journal/sqlite.ts'
import { loadSettings } from '../config/load.ts'
import { openDashboard } from './dashboard.ts'
import { ownThread } from './own-thread.ts'

/** The real thread, made to fail as it may; the bot beside it goes on. */

const root = mkdtempSync(join(tmpdir(), 'dashboard-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let folders = 0
const EXAMPLE = join(import.meta.dirname, '../../config/example.yaml')

function opened(make: (started: number) => Worker | null) {
  const path = join(root, String(++folders))
  const journal = join(path, 'journal.db')
  mkdirSync(path)
  const created = SqliteJournal.open(journal, { mode: 'paper', accountId: 'DU1234567' })
  if (!created.ok) throw new Error(created.error.detail)
  created.value.close()
  const settings = loadSettings(EXAMPLE)
  if (!settings.ok) throw new Error(settings.error.join('; '))
  const wall = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
  const world = new World()
  const { engine } = world.start()
  const [notices, lines]: [string[], string[]] = [[], []]
  let started = 0
  const backs: string[] = []
  const dashboard = openDashboard({
    view: engine.view(),
    clock: world.clock,
    settings: settings.value,
    file: 'test.yaml',
    mode: 'paper',
    accountId: 'DU1234567',
    folder: { path, journal },
    version: '0.0.0',
    sightings: new Sightings(),
    notifier: { notify: ({ message }) => void notices.push(message) },
    isSimulated: true,
    port: 0,
    log: (line) => void lines.push(line),
    back: (url) => void backs.push(url),
    wall,
    thread: (name, data, heapMb) => make(++started) ?? ownThread(name, data, heapMb),
  })
  const pass = (ms: number) => wall.runUntil((wall.now() + ms) as EpochMs)
  return { dashboard, engine, notices, lines, pass, backs, started: () => started }
}

const here = (code: string, heapMb = 64): Worker =>
  new Worker(code, { eval: true, resourceLimits: { maxOldGenerationSizeMb: heapMb } })
const UP =
  "const { parentPort } = require('node:worker_threads');" +
  "parentPort.postMessage({ kind: 'up', url: 'http://127.0.0.1:9', port: 0 });"

test('a thread at the limit of its heap ends alone, and is started again', async () => {
  const full = `${UP} const all = []; for (;;) all.push(new Array(1e4).fill(all.length))`
  const room = opened((started) => (started === 1 ? here(full, 24) : null))
  await vi.waitFor(() => expect(room.notices).toHaveLength(1), { timeout: 20_000 })
  expect(room.notices[0]).toMatch(/^no dashboard: .*memory limit.*; it is tried again, and the bot/)
  expect(room.engine.state.tradingState).toBe('active')
  await room.pass(1_000)
  await vi.waitFor(() => expect(room.backs).toHaveLength(1), { timeout: 20_000 })
  const health = await fetch(`${room.backs[0]}/healthz`)
  expect([200, 503]).toContain(health.status)
  expect(room.notices).toHaveLength(1)
  await room.dashboard.close()
})

test('a thread that hangs is noticed, ended and started again', async () => {
  const room = opened((started) => (started === 1 ? here(`${UP} for (;;);`) : null))
  expect(await room.dashboard.ready).toMatchObject({ ok: true })
  await room.pass(29_000)
  expect(room.notices).toEqual([])
  await room.pass(2_000)
  await vi.waitFor(() => expect(room.notices).toHaveLength(1), { timeout: 20_000 })
  expect(room.notices[0]).toBe(
    'no dashboard: its thread took nothing for 30 s; it is tried again, and the bot trades on',
  )
  await room.pass(1_000)
  await vi.waitFor(() => expect(room.backs).toHaveLength(1), { timeout: 20_000 })
  await room.dashboard.close()
})

test('a thread that never comes up is tried again, later each time, and said once', async () => {
  const room = opened(() => here("throw new Error('no such thing')"))
  expect(await room.dashboard.ready).toEqual({ ok: false, error: 'no such thing' })
  for (const [tries, waitMs] of [1, 2, 4, 8, 16, 32, 60, 60].entries()) {
    await vi.waitFor(() => expect(room.lines).toHaveLength(tries + 1), { timeout: 10_000 })
    await room.pass(waitMs * 1_000 - 1)
    expect(room.started()).toBe(tries + 1)
    await room.pass(1)
    expect(room.started()).toBe(tries + 2)
  }
  expect(room.notices).toHaveLength(1)
  await room.dashboard.close()
  await room.pass(600_000)
  expect(room.started()).toBe(9)
})
