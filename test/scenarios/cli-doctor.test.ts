import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SystemClock } from '../../src/base/clock.ts'
import { atNewYork } from '../../src/domain/calendar.ts'
import type { CalendarDate } from '../../src/domain/contract.ts'
import { SimulatedGateway } from '../../src/simulator/gateway.ts'
import type { TcpListener } from '../../src/simulator/tcp.ts'
import { paperConfig } from './cli-config.ts'
import { Cli, cli, endAll, lastJson } from './cli-process.ts'

/** `doctor` and `record` as a user has them, against a Gateway on TCP. */

const root = mkdtempSync(join(tmpdir(), 'doctor-'))
const clock = new SystemClock(atNewYork('2026-03-10' as CalendarDate, '10:00'))
const gateway = new SimulatedGateway({ clock, seed: 1 })
let listener: TcpListener

beforeAll(async () => {
  listener = await gateway.listen(0)
})

afterAll(async () => {
  await endAll()
  await listener.close()
  rmSync(root, { recursive: true, force: true })
})

let bases = 0
function made(port = listener.port): { readonly config: string; readonly state: string } {
  const state = mkdtempSync(join(root, 'state-'))
  const config = join(state, 'bot.yaml')
  writeFileSync(config, paperConfig({ port, clientIdBase: 100 * ++bases }))
  return { config, state }
}

interface Row {
  readonly row: string
  readonly verdict: string
  readonly detail: string
  readonly remedy: string | null
}

const rowsOf = (json: Readonly<Record<string, unknown>>) => json['findings'] as readonly Row[]

test('nothing is wrong: exit code 0, every row, one object as the last line', async () => {
  const { config, state } = made()
  const args = ['doctor', '--config', config, '--state', state, '--gateway-time']
  const text = await cli(...args)
  expect(text).toMatchObject({ code: 0, stderr: '' })
  expect(text.stdout).toMatch(/proven +read-only +a what-if order was accepted/)
  expect(text.stdout).toMatch(/not checked +precautions .*--precautions bypassed/)
  expect(text.stdout).toMatch(/\d+ proven, 0 wrong, \d+ not checked\n$/)

  const json = lastJson(await cli(...args, '--precautions', 'bypassed', '--json'))
  expect(json).toMatchObject({ ok: true, exitCode: 0, wrong: 0, serverVersion: 193 })
  const precautions = rowsOf(json).find(({ row }) => row === 'precautions')
  expect(precautions).toMatchObject({ verdict: 'proven' })
})

test('the clocks are months apart: exit code 6, with the remedy', async () => {
  const { config, state } = made()
  const ended = await cli('doctor', '--config', config, '--state', state, '--json')
  expect(ended).toMatchObject({ code: 6, stderr: '' })
  const wrong = rowsOf(lastJson(ended)).filter(({ verdict }) => verdict === 'wrong')
  expect(wrong.map(({ row }) => row)).toContain('clock')
  expect(wrong.find(({ row }) => row === 'clock')?.remedy).toContain('NTP')
})

test('through a bot that runs: its ids are its own, and it asks what-if itself', async () => {
  const { config, state } = made()
  const bot = new Cli(['run', '--config', config, '--gateway-time', '--state', state])
  await bot.says('Ctrl-C stops it')
  const before = gateway.counters.orderFrames
  const args = ['doctor', '--config', config, '--state', state, '--gateway-time', '--json']
  const json = lastJson(await cli(...args))
  expect(json).toMatchObject({ ok: true, wrong: 0 })
  const details = (name: string) =>
    rowsOf(json)
      .filter(({ row }) => row === name)
      .map(({ detail }) => detail)
  expect(details('read-only')).toEqual(['a what-if order was accepted'])
  expect(details('client-ids')).toEqual([
    'in use by the running bot',
    'in use by the running bot',
    'free',
    'free',
    'in use by this command',
  ])
  expect(details('journal')).toEqual([expect.stringMatching(/^unbroken to its end/)])
  expect(gateway.counters.orderFrames).toBe(before + 1)
  const status = lastJson(await cli('status', '--mode', 'paper', '--state', state, '--json'))
  expect(status).toMatchObject({ link: 'up', orders: [], tradingState: 'active' })
  expect(await bot.end('SIGINT')).toMatchObject({ code: 0, stderr: '' })
})

test('garbage behind the port, and nobody: named, with exit code 6', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.resume() // what is not read keeps the server from closing
    socket.end('SSH-2.0-OpenSSH_9.6\r\n')
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { config, state } = made((server.address() as AddressInfo).port)
  const args = ['doctor', '--config', config, '--state', state, '--json']
  const garbage = rowsOf(lastJson(await cli(...args)))
  expect(garbage.find(({ verdict }) => verdict === 'wrong')).toMatchObject({
    row: 'handshake',
    detail: expect.stringContaining('SSH-2.0') as string,
  })
  await new Promise((resolve) => server.close(resolve))
  const nobody = await cli(...args)
  expect(nobody.code).toBe(6)
  expect(rowsOf(lastJson(nobody)).find(({ verdict }) => verdict === 'wrong')).toMatchObject({
    row: 'socket',
  })
})

test('mode demo has no Gateway to look at', async () => {
  const ended = await cli('doctor', '--config', 'config/example.yaml')
  expect(ended).toMatchObject({ code: 2 })
  expect(ended.stderr).toContain('nothing to examine')
})

test('--wire: every message read whole, and nobody named', async () => {
  const { config } = made()
  const before = gateway.counters.orderFrames
  const text = await cli('doctor', '--wire', '--config', config)
  expect(text).toMatchObject({ code: 0, stderr: '' })
  expect(text.stdout).toMatch(/response +10 +contractDetails +\d+ +0 +0/)
  expect(text.stdout).toContain('every field of each was read')
  expect(text.stdout).not.toContain('not answered')
  expect(text.stdout).not.toContain('DU1234567')
  const json = lastJson(await cli('doctor', '--wire', '--config', config, '--json'))
  expect(json).toMatchObject({ ok: true, serverVersion: 193, drifted: 0, unknown: [], silent: [] })
  expect(gateway.counters.orderFrames).toBe(before)
})

test('record: frames of a session, redacted, that are read again; no order frame', async () => {
  const { config, state } = made()
  const out = join(state, 'session.json')
  const before = gateway.counters.orderFrames
  const recording = new Cli(['record', '--config', config, '--out', out])
  await recording.says('recording into')
  await expect
    .poll(() => readFileSync(out, 'utf8').includes('"90"'), { timeout: 60_000 })
    .toBe(true)
  expect(await recording.end('SIGINT')).toMatchObject({ code: 0, stderr: '' })
  const text = readFileSync(out, 'utf8')
  expect(JSON.parse(text)).toMatchObject({ serverVersion: 193, ended: 'asked to stop' })
  expect(text).not.toContain('DU1234567')
  expect(gateway.counters.orderFrames).toBe(before)

  const check = lastJson(await cli('record', '--check', out, '--json'))
  expect(check).toMatchObject({ ok: true, complete: true, drifted: 0, unknown: [] })
  // The planted drift: one field more than the layout has.
  writeFileSync(
    out,
    text.replace(/"fields":\["49","1","(\d+)"\]/, '"fields":["49","1","$1","new"]'),
  )
  const drifted = await cli('record', '--check', out)
  expect(drifted.code).toBe(6)
  expect(drifted.stdout).toMatch(/drift, 1 times: response currentTime 49: 1 fields more/)

  const again = await cli('record', '--config', config, '--out', out)
  expect(again).toMatchObject({ code: 2 })
  expect(again.stderr).toContain('choose another name')
})

test('record of nobody leaves no file behind', async () => {
  const { config, state } = made(1)
  const out = join(state, 'none.json')
  expect(await cli('record', '--config', config, '--out', out)).toMatchObject({ code: 3 })
  expect(existsSync(out)).toBe(false)
  expect(await cli('record', '--config', config)).toMatchObject({ code: 2 })
})
