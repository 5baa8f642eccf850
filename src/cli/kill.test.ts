import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { CalendarDate } from '../domain/contract.ts'
import { World } from '../engine/world.testing.ts'
import { FileArm } from '../journal/arm.ts'
import { serveControl } from './control.ts'
import { exitCodes } from './exit-codes.ts'
import { killed } from './kill.ts'
import { makeStateFolder, stateFolder, type StateFolder } from './state-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'kill-command-'))
const folder = stateFolder(root, 'paper')
const world = new World()
const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
let close: () => void

/** Nothing can be made or written there, as on a file system that is read-only. */
const nowhere = stateFolder('/dev/null/state', 'paper')

beforeAll(async () => {
  const { engine } = world.start()
  await world.run(5_000)
  makeStateFolder(folder)
  close = await serveControl(folder.controlSocket, { view: engine.view(), whatIf: null })
})
beforeEach(() => printed.mockClear())
afterAll(() => {
  close()
  printed.mockRestore()
  rmSync(root, { recursive: true, force: true })
})

async function kill(of: StateFolder, json = false): Promise<{ code: number; text: string }> {
  const code = await killed({ folder: of, by: 'ada', reason: null, json })
  return { code, text: printed.mock.calls.map(([text]) => String(text)).join('') }
}

test('a disk that takes no latch does not hold it back: the bot is killed all the same', async () => {
  const { code, text } = await kill({ ...nowhere, controlSocket: folder.controlSocket })
  expect(text).toContain('NOT SAVED')
  expect(text).not.toContain('latched after')
  expect(text).toContain('accepted after')
  expect(code).toBe(exitCodes.violated) // flat, and yet nothing keeps the next start from trading
  expect(world.latch.read()).toMatchObject({ by: 'engine' })
})

test('nor does it where no bot answers: it says that there is nothing left that holds', async () => {
  const { code, text } = await kill(nowhere)
  expect(code).toBe(exitCodes.connection)
  expect(text).toContain('NOT SAVED')
  expect(text).not.toContain('kill latch is set')
  expect(JSON.parse((await kill(nowhere, true)).text.split('\n').at(-2) ?? '')).toMatchObject({
    ok: false,
    latchedMs: null,
  })
})

describe('is flat only by books that are known to be right', () => {
  const gate = { gate: 'reconcile', symbol: 'SPY', since: 0, reason: '0 here, 5 at the broker' }
  const clean = { kind: 'status', link: 'up', gates: [], positions: [], orders: [] }
  let told: readonly object[] = []

  /** Says one of these after the other, the last one again and again. */
  async function killOf(...states: readonly object[]): Promise<{ code: number; text: string }> {
    told = states
    return kill({ ...folder, controlSocket: join(root, 'told.sock') })
  }
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (line) => {
      const { kind } = JSON.parse(String(line)) as { kind: string }
      const [first, ...others] = told
      if (kind === 'status' && others.length > 0) told = others
      const reply =
        kind === 'status' ? { ...clean, flattenWaits: null, ...first } : { kind: 'done' }
      socket.write(`${JSON.stringify(reply)}\n`)
    })
  })
  beforeAll(() => new Promise<void>((up) => void server.listen(join(root, 'told.sock'), up)))
  afterAll(() => void server.close())

  test.each([
    ['while a difference is looked at', { gates: [gate] }],
    ['while something has no name', { gates: [{ ...gate, gate: 'unnamed', symbol: null }] }],
    ['while the link is down', { link: 'down' }],
    ['while it reconciles', { link: 'reconciling' }],
  ])('%s it is waited for', async (_, unknown) => {
    expect(await killOf(unknown, {})).toMatchObject({ code: exitCodes.done })
    expect(told).toHaveLength(1)
    const waits = { flattenWaits: 'the market is closed' }
    const { code, text } = await killOf({ ...unknown, ...waits })
    expect(code).toBe(exitCodes.violated)
    expect(text).toContain('NOT KNOWN TO BE FLAT')
  })
})

test('in a folder without a journal: the latch is set, and it says that no bot was ever there', async () => {
  const wrong = stateFolder(join(root, 'wrong'), 'paper')
  const { code, text } = await kill(wrong)
  expect(code).toBe(exitCodes.connection)
  expect(text).toContain(`no journal is in ${wrong.path}`)
  expect(text).toContain('--state')
  writeFileSync(wrong.journal, '')
  printed.mockClear()
  expect((await kill(wrong)).text).not.toContain('no journal')
})

test('disarms live, with a bot or without one', async () => {
  const live = stateFolder(root, 'live')
  makeStateFolder(live)
  new FileArm(live.arm).write({ accountId: 'U1234567', date: '2026-03-10' as CalendarDate })
  await kill(live)
  expect(existsSync(live.arm)).toBe(false)
})

test('with a disk that takes it, the latch is saved and said to be', async () => {
  const { code, text } = await kill(folder)
  expect(text).toContain('latched after')
  expect(code).toBe(exitCodes.done)
  expect(existsSync(folder.latch)).toBe(true)
})
