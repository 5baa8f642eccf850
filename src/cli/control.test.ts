import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { SystemClock } from '../base/clock.ts'
import type { ControlReply, EngineView } from '../engine/control.ts'
import { World } from '../engine/world.testing.ts'
import { FileLatch } from '../journal/latch.ts'
import type { OperatorCommand } from '../trading/input.ts'
import { askControl, serveControl } from './control.ts'
import { requestIn, type Asked } from '../cockpit/control-request.ts'
import { exitCodes } from './exit-codes.ts'
import { operate, type OperatorFlags } from './operator.ts'
import { makeStateFolder, stateFolder } from './state-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'control-'))
const folder = stateFolder(root, 'paper')
const world = new World()
let panicking: string | null = null
let close: () => void
let view: EngineView

beforeAll(async () => {
  const { engine } = world.start()
  await world.run(5_000)
  makeStateFolder(folder)
  view = engine.view()
  const answering = { view, whatIf: null, whyNoResume: () => panicking }
  close = await serveControl(folder.controlSocket, answering)
})
afterAll(() => {
  close()
  rmSync(root, { recursive: true, force: true })
})

async function ask(request: unknown): Promise<ControlReply> {
  const reply = await askControl(folder.controlSocket, request as Asked)
  if (!reply.ok || reply.value.kind === 'what-if' || reply.value.kind === 'link')
    throw new Error('expected an answer')
  return reply.value
}
const say = (command: OperatorCommand | object, by: unknown = 'ada') =>
  ask({ kind: 'command', by, command })
const level = async () => {
  const status = await ask({ kind: 'status' })
  return status.kind === 'status' ? status.tradingState : null
}
const RESUME = { kind: 'resume', accountId: 'DU1234567', reason: 'looked' }

test('the socket and its folder are the owner’s alone', () => {
  expect(statSync(folder.controlSocket).mode & 0o777).toBe(0o600)
  expect(statSync(folder.path).mode & 0o777).toBe(0o700)
})

describe('forged or half-understood requests change nothing', () => {
  test.each([
    ['the engine by name', { kind: 'kill' }, 'engine'],
    ['panic by name, which would silence the engine', { kind: 'kill' }, 'panic'],
    ['panic in capitals', { kind: 'kill' }, 'PANIC'],
    ['no name', { kind: 'halt' }, ''],
    ['a name of many lines', { kind: 'halt' }, 'ada\n{"kind":"kill"}'],
    ['no name at all', { kind: 'halt' }, null],
    ['an unknown word', { kind: 'liquidate' }, 'ada'],
    ['a word with more in it', { kind: 'halt', force: true }, 'ada'],
    ['no reason', { kind: 'resume', accountId: 'DU1234567' }, 'ada'],
    ['an id that is no id', { kind: 'cancel', orderId: 'a b' }, 'ada'],
  ])('%s', async (_, command, by) => {
    const seq = await seqNow()
    expect(await say(command, by)).toMatchObject({ kind: 'refused' })
    expect(await seqNow()).toBe(seq)
  })

  test.each([
    '[]',
    'null',
    '{"kind":"status","more":1}',
    '{"__proto__":{"kind":"status"}}',
    'kill',
  ])('%s', async (line) => {
    expect(requestIn(line)).toMatchObject({ ok: false })
  })
})

test('an objection is of a length that a person reads', () => {
  const request = requestIn(`{"kind":"status","${'k'.repeat(60_000)}":1}`)
  expect(!request.ok && request.error.length).toBeLessThan(400)
})

async function seqNow(): Promise<number> {
  const status = await ask({ kind: 'status' })
  return status.kind === 'status' ? status.seq : -1
}

test('T18: stopping is never refused, and lifting takes the account id, a reason and no panic', async () => {
  expect(await say({ kind: 'reduce' })).toMatchObject({ kind: 'done' })
  expect(await say({ kind: 'kill', reason: 'smoke' })).toMatchObject({ tradingState: 'kill' })
  expect(await say({ kind: 'kill' })).toMatchObject({ kind: 'done' }) // twice does no harm
  expect(world.latch.read()).toEqual({ by: 'engine', reason: 'kill by ada: smoke' })
  const wrong = { ...RESUME, accountId: 'DU7654321' }
  expect(await say(wrong)).toMatchObject({
    kind: 'refused',
    reason: 'DU7654321 is not our account id',
  })
  expect(await say({ ...RESUME, reason: '' })).toMatchObject({ reason: 'expected a reason' })
  panicking = 'panic is at work'
  expect(await say(RESUME)).toEqual({ kind: 'refused', reason: 'panic is at work' })
  expect(await level()).toBe('kill')
  panicking = null
  expect(await say(RESUME)).toMatchObject({ kind: 'done', tradingState: 'active' })
  expect(world.latch.read()).toBeNull()
  const said = world.events('OperatorCommanded').map(({ by, command }) => `${by} ${command.kind}`)
  expect(said).toEqual(['ada reduce', 'ada kill', 'ada kill', ...Array(3).fill('ada resume')])
})

/** What a client sent that stopped waiting long ago: a bot that was stopped reads it when it goes on. */
async function saidAt(command: object, until: number | null): Promise<ControlReply> {
  const request = { kind: 'command', by: 'ada', command, ...(until !== null && { until }) }
  const reply = await askLine(JSON.stringify(request))
  return JSON.parse(reply) as ControlReply
}

function askLine(line: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection({ path: folder.controlSocket })
    socket.setEncoding('utf8')
    socket.on('connect', () => socket.write(`${line}\n`))
    socket.on('data', (text: string) => {
      socket.destroy()
      resolve(text)
    })
  })
}

describe('a word that was given up on', () => {
  const nowMs = (): number => new SystemClock().now()

  test('lifts nothing later: the client was told that it failed', async () => {
    await say({ kind: 'halt' })
    for (const [kind, until] of [
      ['resume', nowMs() - 1],
      ['resume', null],
      ['resume', nowMs() + 3_600_000],
      ['arm', nowMs() - 1],
    ] as const) {
      expect(await saidAt({ ...RESUME, kind }, until)).toMatchObject({
        kind: 'refused',
        reason: expect.stringContaining('too late'),
      })
    }
    expect(await level()).toBe('halt')
    expect(await saidAt(RESUME, nowMs() + 1_000)).toMatchObject({ tradingState: 'active' })
  })

  test.each(['reduce', 'halt', 'kill'])('%s counts however old it is', async (kind) => {
    expect(await saidAt({ kind }, nowMs() - 3_600_000)).toMatchObject({ kind: 'done' })
    expect(await say(RESUME)).toMatchObject({ kind: 'done' })
  })
})

/** Says all of it at once, and reads until so many lines have come or the other end closes. */
function saidRaw(text: string, lines: number): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const socket = createConnection({ path: folder.controlSocket })
    let heard = ''
    socket.setEncoding('utf8')
    socket.on('connect', () => socket.write(text))
    socket.on('data', (chunk: string) => {
      heard += chunk
      if (heard.split('\n').length > lines) socket.destroy()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(heard.split('\n').filter((line) => line !== '')))
  })
}

describe('who asks too much', () => {
  const halt = JSON.stringify({ kind: 'command', by: 'ada', command: { kind: 'halt' } })

  test('a line that is too long is refused, and what follows it is not obeyed', async () => {
    const seq = await seqNow()
    const heard = await saidRaw(`${'x'.repeat(100_000)}\n${halt}\n`, 2)
    expect(heard.join('\n')).toContain('expected a line of at most')
    expect(await seqNow()).toBe(seq)
  })

  test('many short lines are each answered, in order', async () => {
    const asked = Array.from({ length: 3_000 }, (_, i) => (i % 2 === 0 ? '1\n' : '{\n')).join('')
    const heard = await saidRaw(asked, 3_000)
    expect(heard).toHaveLength(3_000)
    const kinds = heard.map((line) => line.includes('one line of JSON'))
    expect(kinds.every((isBroken, i) => isBroken === (i % 2 === 1))).toBe(true)
  })

  test('who does not read the answers is not read either', async () => {
    let answers = 0
    const state = (): ReturnType<typeof view.state> => {
      answers++
      return view.state()
    }
    const path = join(root, 'deaf.sock')
    const closeDeaf = await serveControl(path, { view: { ...view, state }, whatIf: null })
    const socket = createConnection({ path })
    await new Promise((resolve) => socket.on('connect', resolve))
    socket.write('{"kind":"status"}\n'.repeat(50_000))
    await new Promise<void>((resolve) => void new SystemClock().after(1_500, resolve))
    expect(answers).toBeGreaterThan(0)
    expect(answers).toBeLessThan(10_000)
    socket.destroy()
    closeDeaf()
  })

  test('beyond 32 connections the oldest makes room', async () => {
    const idle = Array.from({ length: 80 }, () => createConnection({ path: folder.controlSocket }))
    let closed = 0
    for (const socket of idle) {
      socket.on('close', () => closed++)
      socket.on('error', () => undefined)
      await new Promise((resolve) => socket.once('connect', resolve))
    }
    expect(await level()).not.toBeNull()
    expect(closed).toBeGreaterThanOrEqual(80 - 32)
    for (const socket of idle) socket.destroy()
  })
})

describe('a bot that does not answer', () => {
  test('is told from a program that says something else', async () => {
    const path = join(root, 'other.sock')
    const other = createServer(
      (socket) => void socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    )
    await new Promise<void>((resolve) => void other.listen(path, resolve))
    const heard = await askControl(path, { kind: 'status' }, 500)
    expect(heard).toMatchObject({ ok: false, error: expect.stringContaining('no bot of this') })
    await new Promise<void>((resolve) => void other.close(() => resolve()))
  })

  test('is told from one that is not there, and may act yet', async () => {
    const path = join(root, 'mute.sock')
    const mute = createServer((socket) => void socket.resume())
    await new Promise<void>((resolve) => void mute.listen(path, resolve))
    const halt = { kind: 'command', by: 'ada', command: { kind: 'halt' } } as const
    const heard = await askControl(path, halt, 50)
    expect(heard).toMatchObject({ ok: false, error: expect.stringMatching(/did not answer.*may/) })
    await new Promise<void>((resolve) => void mute.close(() => resolve()))
    const gone = await askControl(path, halt, 50)
    expect(gone).toMatchObject({ ok: false, error: expect.stringContaining('no bot is running') })
  })
})

test.each([
  ['cancel', { kind: 'cancel', orderId: 'x-1' }, 'x-1 is unknown'],
  ['close', { kind: 'close', structureId: 'x-1' }, 'no structure x-1'],
  ['arm', { kind: 'arm', accountId: 'DU1234567', reason: 'r' }, 'is not armed, only live is'],
])('%s of what is not there says so', async (_, command, reason) => {
  expect(await say(command)).toMatchObject({ reason: expect.stringContaining(reason) })
})

describe('the commands', () => {
  const flags: OperatorFlags = {
    mode: 'paper',
    state: root,
    by: 'ada',
    reason: null,
    account: null,
    json: true,
  }
  const script = { isPerson: false, ask: () => Promise.reject(new Error('asked')) }
  const person = (...typed: string[]) => ({
    isPerson: true,
    ask: () => Promise.resolve(typed.shift() ?? ''),
  })

  test('arm is for a person at a terminal, and resume asks a script for its flags', async () => {
    await expect(operate('arm', { ...flags, account: 'DU1234567' }, script)).rejects.toMatchObject({
      code: exitCodes.refused,
    })
    await expect(operate('resume', flags, script)).rejects.toMatchObject({ code: exitCodes.usage })
    await expect(operate('arm', flags, person('DU1234567', 'day'))).rejects.toThrow(/only live is/)
  })

  test('a person is asked for what is typed', async () => {
    await operate('halt', flags, script)
    expect(await level()).toBe('halt')
    await expect(operate('resume', flags, person('DU1', 'ok'))).rejects.toThrow('DU1 is not our')
    expect(await operate('resume', flags, person('DU1234567', 'ok'))).toBe(exitCodes.done)
    expect(await level()).toBe('active')
  })

  test('a reason to cancel or to close goes into the journal', async () => {
    const why = { ...flags, reason: 'it looked wrong' }
    await expect(operate('cancel', { ...why, of: 'x-1' }, script)).rejects.toThrow('unknown')
    await expect(operate('close', { ...why, of: 's-1' }, script)).rejects.toThrow('no structure')
    expect(world.events('OperatorCommanded').slice(-2)).toMatchObject([
      { command: { kind: 'cancel', orderId: 'x-1', reason: 'it looked wrong' } },
      { command: { kind: 'close', structureId: 's-1', reason: 'it looked wrong' } },
    ])
  })

  test('kill is not refused for its name or its reason: the login name, and what fits', async () => {
    const warned = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const ill = { ...flags, by: 'watchdog', reason: 'x'.repeat(500) }
    expect(await operate('kill', ill, script)).toBe(exitCodes.done)
    const [said] = world.events('OperatorCommanded').slice(-1)
    expect(said).toMatchObject({ command: { kind: 'kill', reason: 'x'.repeat(400) } })
    expect(said?.by).not.toBe('watchdog')
    expect(warned.mock.calls.join('')).toMatch(/watchdog.*name of a person/s)
    warned.mockRestore()
    expect(await say(RESUME)).toMatchObject({ kind: 'done' })
    new FileLatch(folder.latch).clear()
  })

  test('no bot: said so; kill leaves the latch, says that nothing was cancelled', async () => {
    const nobody = { ...flags, mode: 'dry-run' } as const
    await expect(operate('halt', nobody, script)).rejects.toMatchObject({
      code: exitCodes.connection,
    })
    expect(await operate('kill', nobody, script)).toBe(exitCodes.connection)
    expect(new FileLatch(stateFolder(root, 'dry-run').latch).read()).toEqual({
      by: 'engine',
      reason: 'kill by ada',
    })
  })
})
