import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ConfiguredMode } from '../config/schema.ts'
import { World } from '../engine/world.testing.ts'
import { serveControl } from './control.ts'
import { exitCodes } from './exit-codes.ts'
import { killed } from './kill.ts'
import { operate } from './operator.ts'
import { ownerOf } from './owner.ts'
import { positions } from './positions.ts'
import { risk } from './risk.ts'
import { makeStateFolder, stateFolder } from './state-folder.ts'
import { status } from './status.ts'

const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
let state: string
let ends: (() => void)[]

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'owner-'))
  ends = [() => rmSync(state, { recursive: true, force: true })]
})
afterEach(() => {
  for (const end of ends.toReversed()) end()
  said.mockClear()
  printed.mockClear()
})

/** A journal of that mode was written so long ago. */
function kept(mode: ConfiguredMode, agoS: number): void {
  const folder = stateFolder(state, mode)
  makeStateFolder(folder)
  writeFileSync(folder.journal, '')
  utimesSync(folder.journal, 1_773_150_000 - agoS, 1_773_150_000 - agoS)
}

/** A bot of that mode runs. */
async function runs(mode: ConfiguredMode): Promise<void> {
  kept(mode, 0)
  const world = new World()
  const { engine } = world.start()
  const { controlSocket } = stateFolder(state, mode)
  ends.push(await serveControl(controlSocket, { view: engine.view(), whatIf: null }))
}

/** Which is taken, and what is said of it on stderr. */
async function taken(config?: string): Promise<string> {
  const { named } = await ownerOf({ state, ...(config !== undefined && { config }) })
  const line = said.mock.calls.map(([text]) => String(text)).join('')
  return line === '' ? named.mode : line.trim()
}

describe('a command that only reads, without --mode', () => {
  test('takes the one bot that runs, and says so', async () => {
    kept('demo', 0)
    await runs('paper')
    expect(await taken()).toBe('mode paper: the one bot that runs; there is also --mode demo')
  })

  test('takes a bot that stands still for one that runs, and none whose socket is left', async () => {
    kept('demo', 0)
    kept('live', 60)
    const mute = createServer()
    await new Promise<void>((done) => {
      mute.listen(stateFolder(state, 'live').controlSocket, done)
    })
    ends.push(() => mute.close())
    expect(await taken()).toBe('mode live: the one bot that runs; there is also --mode demo')
    said.mockClear()
    writeFileSync(stateFolder(state, 'demo').controlSocket, '')
    expect(await taken()).toBe('mode live: the one bot that runs; there is also --mode demo')
  })

  test('takes what was written last where none runs', async () => {
    kept('demo', 60)
    kept('dry-run', 30)
    const also = 'there is also --mode demo'
    expect(await taken()).toBe(`mode dry-run: it was written last; no bot runs; ${also}`)
  })

  test('takes the only mode with any state', async () => {
    kept('paper', 0)
    expect(await taken()).toBe('mode paper: no other has any state here; no bot runs')
  })

  test('takes the mode of the file that is given, if it ever ran', async () => {
    kept('demo', 0)
    kept('paper', 60)
    const config = join(state, 'my.yaml')
    writeFileSync(config, 'mode: paper\naccount: DU1234567\n')
    expect((await taken(config)).split('\n').at(-1)).toBe(
      'mode paper: that of the configuration; no bot runs; there is also --mode demo',
    )
  })

  test.each([[['demo']], [[]]] as const)('has nothing to say of %j alone', async (modes) => {
    for (const mode of modes) kept(mode, 0)
    expect(await taken()).toBe('demo')
  })

  test('does not choose between two that run', async () => {
    await runs('demo')
    await runs('paper')
    await expect(taken()).rejects.toMatchObject({
      code: exitCodes.usage,
      message: '2 bots are running: say which by --mode demo or --mode paper',
    })
  })

  test('with --mode looks at nothing else', async () => {
    await runs('paper')
    const { named } = await ownerOf({ state, mode: 'live' })
    expect(named).toEqual({ mode: 'live', state, config: null })
    expect(said).not.toHaveBeenCalled()
  })
})

describe('where no bot of that mode answers, the one that runs is named', () => {
  const runsPaper = 'one of mode paper runs: --mode paper'

  test.each([
    ['status', () => status(stateFolder(state, 'demo'), false)],
    ['risk', () => risk(stateFolder(state, 'demo'), false)],
    ['positions', () => positions(stateFolder(state, 'demo'), false)],
    [
      'halt',
      () =>
        operate('halt', {
          mode: 'demo',
          state,
          by: null,
          reason: null,
          account: null,
          json: false,
        }),
    ],
  ])('%s', async (_, asked) => {
    await runs('paper')
    await expect(asked()).rejects.toMatchObject({ code: exitCodes.connection })
    await expect(asked()).rejects.toThrow(runsPaper)
    await expect(asked()).rejects.not.toThrow('start one with')
  })

  test('kill, which latches all the same, and names the way without a bot', async () => {
    await runs('paper')
    const config = join(state, "it's.yaml")
    const folder = stateFolder(state, 'demo', { state, config })
    expect(await killed({ folder, by: 'ada', reason: null, json: false })).toBe(
      exitCodes.connection,
    )
    const text = printed.mock.calls.map(([each]) => String(each)).join('')
    expect(text).toContain(runsPaper)
    const quoted = `'${state}/it'\\''s.yaml'`
    expect(text).toContain(`npm run bot -- panic --config ${quoted} --state ${state}`)
  })
})
