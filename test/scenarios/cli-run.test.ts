import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SystemClock } from '../../src/base/clock.ts'
import { askControl } from '../../src/cli/control.ts'
import { makeStateFolder, stateFolder } from '../../src/cli/state-folder.ts'
import { atNewYork } from '../../src/domain/calendar.ts'
import type { CalendarDate } from '../../src/domain/contract.ts'
import { order } from '../../src/orders/fixtures.testing.ts'
import { readJournal, SqliteJournal } from '../../src/journal/sqlite.ts'
import { SimulatedGateway } from '../../src/simulator/gateway.ts'
import type { TcpListener } from '../../src/simulator/tcp.ts'
import { paperConfig } from './cli-config.ts'
import { Cli, cli, endAll, lastJson } from './cli-process.ts'

/** `run` in real time, against a simulated Gateway of a trading day. */

const root = mkdtempSync(join(tmpdir(), 'run-'))
const clock = new SystemClock(atNewYork('2026-03-10' as CalendarDate, '10:00'))
const gateway = new SimulatedGateway({ clock, seed: 1 })
let listener: TcpListener
const servers: (() => void)[] = []

beforeAll(async () => {
  listener = await gateway.listen(0)
})

afterAll(async () => {
  await endAll()
  for (const close of servers) close()
  await listener.close()
  rmSync(root, { recursive: true, force: true })
})

let bots = 0
function made(port = listener.port): { readonly args: readonly string[]; readonly state: string } {
  const state = mkdtempSync(join(root, 'state-'))
  const config = join(state, 'bot.yaml')
  writeFileSync(config, paperConfig({ port, clientIdBase: 100 * ++bots }))
  return { args: ['run', '--config', config, '--gateway-time', '--state', state], state }
}

test('run answers status, refuses a second bot, stops on Ctrl-C, and starts again', async () => {
  const { args, state } = made()
  const bot = new Cli(args, {}, { more: ['ipc'] })
  await bot.says('link up')
  bot.disconnect() // the process manager that started it is started again itself
  const owner = ['--mode', 'paper', '--state', state]
  const text = await cli('status', ...owner)
  expect(text).toMatchObject({ code: 0, stderr: '' })
  expect(text.stdout).toMatch(/paper DU1234567 .* 2026-03-10 10:\d\d:\d\d ET/)
  const json = lastJson(await cli('status', ...owner, '--json'))
  expect(json).toMatchObject({ kind: 'status', mode: 'paper', link: 'up', accountId: 'DU1234567' })

  // Its own client ids: what stops it is the folder.
  const config = join(state, 'second.yaml')
  writeFileSync(config, paperConfig({ port: listener.port, clientIdBase: 100 * ++bots }))
  const second = await cli('run', '--config', config, '--state', state)
  expect(second).toMatchObject({ code: 5 })
  expect(second.stderr).toMatch(/journal\.db: .* another instance holds .*; stop it first/)

  expect(bot.stdout).not.toContain('stopping')
  const ended = await bot.end('SIGINT')
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(ended.stdout).toContain('what rests at the broker stays')
  expect(await cli('status', ...owner)).toMatchObject({ code: 3 })

  const again = new Cli(args)
  await again.says('link up')
  expect(again.stdout).toContain('no evidence for live: the Gateway says that it is simulated')
  expect(await again.end('SIGTERM')).toMatchObject({ code: 0, stderr: '' })
  expect(runsIn(state)).toBe(2)
})

function runsIn(state: string): number {
  const entries = readJournal(stateFolder(state, 'paper').journal)
  return entries.ok ? entries.value.filter(({ event }) => event.type === 'RunStarted').length : -1
}

test('orders that may live were sent under another client id: it does not start (P3)', async () => {
  const { args, state } = made()
  const { journal: path } = stateFolder(state, 'paper')
  makeStateFolder(stateFolder(state, 'paper'))
  const owner = { mode: 'paper', accountId: 'DU1234567' } as const
  const journal = SqliteJournal.open(path, owner)
  if (!journal.ok) throw new Error(journal.error.detail)
  const started = { type: 'RunStarted', ...owner, version: '1', configHash: 'h' } as const
  journal.value.append(clock.now(), [
    { ...started, clientIdBase: 7 },
    { type: 'OrderIntended', order: order() },
  ])
  journal.value.close()
  const refused = await cli(...(args as [string]))
  expect(refused).toMatchObject({ code: 2 })
  expect(refused.stderr).toContain('1 orders of this journal may be alive')
  expect(runsIn(state)).toBe(1)
})

test('with --json it writes one object, when it ends', async () => {
  const { args, state } = made()
  const bot = new Cli([...args, '--json'])
  const { controlSocket, journal } = stateFolder(state, 'paper')
  const up = async () => (await askControl(controlSocket, { kind: 'status' })).ok
  await expect.poll(up, { timeout: 60_000 }).toBe(true)
  const ended = await bot.end('SIGINT')
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(ended.stdout.trimEnd().split('\n')).toHaveLength(1)
  expect(lastJson(ended)).toMatchObject({ mode: 'paper', accountId: 'DU1234567' })
  expect(readJournal(journal)).toMatchObject({ ok: true })
})

test('nobody reads its output: it goes on, and stops when it is asked to', async () => {
  const { args } = made()
  const bot = new Cli(args)
  await bot.says('link up')
  bot.deafen()
  expect(await bot.end('SIGINT')).toMatchObject({ code: 0, stderr: '' })
})

test('a dry run has no order connection, and its own folder', async () => {
  const { args, state } = made()
  const before = gateway.counters.orderFrames
  const bot = new Cli([...args, '--dry-run'])
  await bot.says('link up')
  const status = await cli('status', '--mode', 'dry-run', '--state', state, '--json')
  expect(lastJson(status)).toMatchObject({ mode: 'dry-run', link: 'up' })
  expect(await bot.end('SIGINT')).toMatchObject({ code: 0, stderr: '' })
  expect(gateway.counters.orderFrames).toBe(before)
  expect(readFileSync(stateFolder(state, 'dry-run').journal).length).toBeGreaterThan(0)
})

test('a bot whose client ids are in use says so and does not take them', async () => {
  const { args } = made()
  const bot = new Cli(args)
  await bot.says('link up')
  const other = mkdtempSync(join(root, 'other-'))
  const ended = await cli(...args.slice(0, -1), other)
  expect(ended).toMatchObject({ code: 3 })
  expect(ended.stderr).toMatch(/expected IB Gateway at .*client id/i)
  expect(await bot.end('SIGINT')).toMatchObject({ code: 0, stderr: '' })
})

describe.concurrent('asked to stop while it connects (X20, R27)', () => {
  /** Connections that are passed on to the Gateway; on later ones nobody speaks. */
  async function silentAfter(answered: number) {
    const accepted: Socket[] = []
    let heard: () => void = () => undefined
    const silent = new Promise<void>((resolve) => (heard = resolve))
    const server = createServer((socket) => {
      accepted.push(socket.on('error', () => undefined))
      if (accepted.length > answered) return heard()
      const upstream = connect(listener.port, '127.0.0.1').on('error', () => undefined)
      accepted.push(upstream)
      socket.pipe(upstream).pipe(socket)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    servers.push(() => {
      for (const socket of accepted) socket.destroy()
      server.close()
    })
    return { port: (server.address() as AddressInfo).port, silent }
  }

  test.each([
    ['and the first question has no answer yet', 0],
    ['and the time is known, and nothing else', 1],
  ])('%s: it stops at once, by its own will', async (_name, answered) => {
    const { port, silent } = await silentAfter(answered)
    const { args } = made(port)
    const bot = new Cli(args)
    await silent
    const ended = await bot.end('SIGTERM')
    expect(ended).toMatchObject({ code: 0, stderr: '' })
  })
})

test('a simulated Gateway serves a bot in another process, and stops on Ctrl-C', async () => {
  const simulated = new Cli([
    'simulate',
    '--port',
    '0',
    '--seed',
    '3',
    '--start',
    '2026-03-10 10:00',
  ])
  await simulated.says('Ctrl-C stops it')
  const ended = await simulated.end('SIGINT')
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(ended.stdout).toMatch(/2026-03-10 10:00:\d\d ET .*127\.0\.0\.1:\d+, account DU1234567/)
})
