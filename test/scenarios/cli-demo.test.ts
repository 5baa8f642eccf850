import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { askControl } from '../../src/cli/control.ts'
import { stateFolder } from '../../src/cli/state-folder.ts'
import { readJournal } from '../../src/journal/sqlite.ts'
import { Cli, cli, endAll, lastJson } from './cli-process.ts'
import { scratch } from './scratch.ts'

/** The demo as a user has it: a day from its start to its summary, and everything asked of it. */

const root = scratch('demo')
afterAll(async () => {
  await endAll()
  rmSync(root, { recursive: true, force: true })
})

const DAY = ['demo', '--days', '1', '--speed', '0', '--seed', '7', '--json', '--state']

test('a demo day ends by itself, in order; the same seed repeats it, byte for byte', async () => {
  const [one, two] = [join(root, 'one'), join(root, 'two')]
  const days = [one, two].map((state) => new Cli([...DAY, state]).ended)
  const [ended, again] = await Promise.all(days)
  if (ended === undefined || again === undefined) throw new Error('expected two demos')
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(ended.stdout.trimEnd().split('\n')).toHaveLength(1)
  const result = lastJson(ended)
  expect(result).toMatchObject({
    seed: 7,
    days: ['2026-03-09'],
    symbols: ['SPY', 'QQQ', 'AAPL'],
    bars: 390,
    decisions: 3 * 390,
    violations: 0,
    violationList: [],
    brokerRealizedPnl: result['realizedPnl'],
    journalHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  })
  for (const positive of ['entries', 'fills', 'exits', 'orderFramesSent', 'historicalRequests']) {
    expect(result[positive]).toBeGreaterThan(0)
  }
  expect(result['unprotectedMsMax']).toBeLessThanOrEqual(5_000)
  expect(again.stdout).toBe(ended.stdout)
  await explains(one)
}, 400_000)

/** Every id of the first trade leads to the whole of it, with its numbers. */
async function explains(state: string): Promise<void> {
  const entries = readJournal(stateFolder(state, 'demo').journal)
  const events = entries.ok ? entries.value.map(({ event }) => event) : []
  const approved = events.find((event) => event.type === 'EntryApproved')
  const filled = events.find((event) => event.type === 'OrderFilled')
  const decided = events.find((event) => event.type === 'CycleEnded')
  if (approved?.type !== 'EntryApproved' || filled?.type !== 'OrderFilled') {
    throw new Error('expected an entry and a fill')
  }
  const asText = await cli('explain', approved.structureId, '--state', state)
  expect(asText).toMatchObject({ code: 0, stderr: '' })
  expect(asText.stdout).toMatch(/2026-03-09 \d\d:\d\d:\d\d ET/)
  expect(asText.stdout).toContain(approved.request.signal.reason)
  const byFill = await cli('explain', filled.fill.execId, '--state', state, '--json')
  const { entries: related } = lastJson(byFill) as { entries: readonly { event: Typed }[] }
  const types = new Set(related.map(({ event }) => event.type))
  for (const type of ['CycleEnded', 'EntryApproved', 'OrderIntended', 'OrderFilled']) {
    expect(types).toContain(type)
  }
  if (decided?.type !== 'CycleEnded') throw new Error('expected a decision')
  const { symbol, barStart, reason } = decided.outcome
  const cycle = await cli('explain', `${symbol}@${barStart}`, '--state', state)
  expect(cycle).toMatchObject({ code: 0 })
  expect(cycle.stdout).toContain(reason)
}

interface Typed {
  readonly type: string
}

test.each(['SIGINT', 'SIGTERM'] as const)('%s stops a demo cleanly, with a summary', async (by) => {
  const state = join(root, by)
  const bot = new Cli(['demo', '--speed', '60', '--state', state])
  await bot.says('link up')
  const ended = await bot.end(by)
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(ended.stdout).toContain('summary')
  expect(ended.stdout).toContain('everything that must hold held')
  expect(existsSync(stateFolder(state, 'demo').controlSocket)).toBe(false)
  expect(readJournal(stateFolder(state, 'demo').journal)).toMatchObject({ ok: true })
})

test('a running demo answers status, and no second one takes its folder', async () => {
  const state = join(root, 'busy')
  const bot = new Cli(['demo', '--speed', '60', '--state', state])
  await bot.says('link up')
  const text = await cli('status', '--state', state)
  expect(text).toMatchObject({ code: 0, stderr: '' })
  expect(text.stdout).toMatch(/demo DU1234567 .* 2026-03-09 09:\d\d:\d\d ET/)
  const json = lastJson(await cli('status', '--state', state, '--json'))
  expect(json).toMatchObject({ kind: 'status', mode: 'demo', link: 'up', tradingState: 'active' })

  const second = await cli('demo', '--speed', '0', '--state', state)
  expect(second).toMatchObject({ code: 5 })
  expect(second.stderr).toMatch(/journal\.db: .* another instance holds .*; stop it first/)
  const still = await askControl(stateFolder(state, 'demo').controlSocket, { kind: 'status' })
  expect(still).toMatchObject({ ok: true })
  expect(await bot.end('SIGINT')).toMatchObject({ code: 0 })
})

test('what a demo before it left goes, what else lies there stays', async () => {
  const state = join(root, 'shared')
  mkdirSync(join(state, 'demo'), { recursive: true })
  const mine = join(state, 'demo/notes.txt')
  for (const path of [mine, join(state, 'demo/latch.json')]) writeFileSync(path, 'x')
  const bot = new Cli(['demo', '--speed', '60', '--state', state])
  await bot.says('link up') // an old latch would have been a kill
  expect(await bot.end('SIGINT')).toMatchObject({ code: 0 })
  expect(existsSync(mine)).toBe(true)
  expect(existsSync(join(state, 'demo/latch.json'))).toBe(false)
})

test('demo --serve keeps its page after the last day, until somebody stops it', async () => {
  const state = join(root, 'serve')
  const bot = new Cli([
    'demo',
    '--serve',
    '--port',
    '0',
    '--days',
    '1',
    '--speed',
    '0',
    '--state',
    state,
  ])
  await bot.says('the dashboard stays until Ctrl-C')
  expect(bot.stdout).toMatch(/dashboard: open http:\/\/127\.0\.0\.1:\d+\/#ticket=\S+/)
  const asked = ['--mode', 'demo', '--state', state, '--role', 'viewer', '--name', 'bob', '--json']
  const link = await cli('dashboard', ...asked)
  expect(link).toMatchObject({ code: 0, stderr: '' })
  const [base = '', ticket = ''] = String(lastJson(link)['url']).split('/#ticket=')
  const reply = await fetch(`${base}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ticket }),
  })
  expect(await reply.json()).toMatchObject({ user: 'bob', role: 'viewer' })
  const [cookie = ''] = (reply.headers.get('set-cookie') ?? '').split(';')
  const view = await fetch(`${base}/api/v1/view`, { headers: { cookie } })
  expect(await view.json()).toMatchObject({ mode: 'demo', isSimulated: true, link: 'up' })
  const ended = await bot.end('SIGTERM')
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(ended.stdout).toContain('everything that must hold held')
}, 300_000)
