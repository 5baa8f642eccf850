import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SystemClock } from '../../src/base/clock.ts'
import { askControl } from '../../src/cli/control.ts'
import { stateFolder } from '../../src/cli/state-folder.ts'
import { atNewYork } from '../../src/domain/calendar.ts'
import type { CalendarDate } from '../../src/domain/contract.ts'
import { money, price } from '../../src/domain/money.ts'
import { readVitals } from '../../src/watchdog/vitals-file.ts'
import { SimulatedGateway } from '../../src/simulator/gateway.ts'
import type { TcpListener } from '../../src/simulator/tcp.ts'
import { paperConfig } from './cli-config.ts'
import { Cli, cli, endAll, lastJson } from './cli-process.ts'

/** Kill and panic with real processes that are stopped, dead, or on a disk that takes nothing. */

const root = mkdtempSync(join(tmpdir(), 'kill-'))
const clock = new SystemClock(atNewYork('2026-03-10' as CalendarDate, '10:00'))
const figures: string[] = []
const listeners: TcpListener[] = []
const SOMEBODY = 99

afterAll(async () => {
  await endAll()
  for (const listener of listeners) await listener.close()
  rmSync(root, { recursive: true, force: true })
  process.stdout.write(`${figures.join('\n')}\n`)
})

async function stage(accountId = 'DU1234567') {
  const account = { id: accountId, kind: 'margin', cash: money(100_000) } as const
  const gateway = new SimulatedGateway({ clock, seed: 1, account })
  const listener = await gateway.listen(0)
  listeners.push(listener)
  const state = mkdtempSync(join(root, 's'))
  const config = join(state, 'bot.yaml')
  writeFileSync(config, paperConfig({ port: listener.port }))
  const live = accountId.startsWith('U')
  const folder = stateFolder(state, live ? 'live' : 'paper')
  const { core } = gateway
  let ids = 0
  /** By hand, in TWS: so many shares, and an order that rests. */
  const hold = (shares: number): void => {
    const [spy] = gateway.market.underlyings
    if (spy?.contract.kind !== 'stock') throw new Error('expected a stock')
    const ticket = {
      clientId: SOMEBODY,
      parentId: 0,
      contract: spy.contract,
      quantity: shares,
      trigger: null,
      timeInForce: 'GTC',
      transmit: true,
      ocaGroup: '',
      ocaType: 0,
      outsideRth: false,
      orderRef: '',
      account: accountId,
    } as const
    const buy = { ...ticket, orderId: ++ids, side: 'BUY', type: 'MKT', limit: null } as const
    core.place({ ...buy, timeInForce: 'DAY' })
    // It closes nothing: a kill of the bot waits for what a foreign order may close, panic cancels it.
    core.place({ ...ticket, orderId: ++ids, side: 'BUY', type: 'LMT', limit: price(1) })
  }
  const held = (): number => core.positions().reduce((sum, { quantity }) => sum + quantity, 0)
  return { gateway, core, state, config, folder, hold, held, listener }
}

const flatIn = async (held: () => number): Promise<number> => {
  const from = performance.now()
  await expect.poll(held, { timeout: 40_000, interval: 20 }).toBe(0)
  return Math.round(performance.now() - from)
}

function pidUp(path: string): number | null {
  const file = readVitals(path)
  return file.ok && file.value?.vitals.link === 'up' ? file.value.pid : null
}

let paper: Awaited<ReturnType<typeof stage>>
beforeAll(async () => {
  paper = await stage()
})

test('killed while it was stopped: on waking it enters nothing, closes, and stays killed', async () => {
  const { config, state, folder, hold, held, core } = paper
  hold(10)
  await expect.poll(held).toBe(10)
  const args = ['run', '--config', config, '--gateway-time', '--state', state]
  const bot = new Cli(args)
  await expect.poll(() => pidUp(folder.vitals), { timeout: 60_000 }).not.toBe(null)
  const pid = pidUp(folder.vitals) ?? 0

  process.kill(pid, 'SIGSTOP')
  const owner = ['--mode', 'paper', '--state', state]
  const kill = await cli('kill', ...owner, '--by', 'ada', '--json')
  expect(kill).toMatchObject({ code: 3 })
  expect(lastJson(kill)).toMatchObject({ ok: false, acceptedMs: null, flatMs: null })
  expect(existsSync(folder.latch)).toBe(true)
  expect(held()).toBe(10)
  process.kill(pid, 'SIGCONT')
  const flatMs = await flatIn(held)
  expect(flatMs).toBeLessThan(30_000)
  figures.push(`kill of a stopped bot: flat ${flatMs} ms after SIGCONT`)
  const entries = [...core.state.orders.values()].filter(
    ({ clientId, side }) => clientId !== SOMEBODY && side === 'BUY',
  )
  expect(entries).toEqual([])

  // Latched after kill -9 and a new start; a person resumes.
  await bot.end('SIGKILL')
  const again = new Cli(args)
  await again.says('link up')
  const [latched = '', ...after] = again.stdout.split('\n')
  expect(latched).toMatch(/LATCHED: level kill since 2026-03-10 .* ET, by ada, without a reason/)
  expect(latched).toContain(`resume --mode paper --config ${config} --state ${state}`)
  expect(after.join('\n')).toContain('link up')
  const status = lastJson(await cli('status', ...owner, '--json'))
  expect(status).toMatchObject({ tradingState: 'kill' })
  const wrong = ['--account', 'DU7654321', '--reason', 'x']
  expect(await cli('resume', ...owner, ...wrong)).toMatchObject({ code: 4 })
  const right = ['--account', 'DU1234567', '--reason', 'seen', '--by', 'ada']
  expect(await cli('resume', ...owner, ...right)).toMatchObject({ code: 0 })
  expect(existsSync(folder.latch)).toBe(false)

  // A kill of a bot that runs and holds nothing is flat at once.
  const running = lastJson(await cli('kill', ...owner, '--json'))
  expect(running).toMatchObject({ ok: true, acceptedMs: expect.any(Number) })
  figures.push(`kill of a running bot: ${JSON.stringify(running)}`)
  await again.end('SIGKILL')
})

test('panic with the bot dead and a disk that takes nothing: cancels, closes, flat', async () => {
  const { config, state, folder, hold, held, core } = paper
  hold(7)
  await expect.poll(held).toBe(7)
  for (const path of [`${folder.latch}.new`, folder.panic]) mkdirSync(path, { recursive: true })
  rmSync(folder.latch, { force: true })
  const args = ['panic', '--config', config, '--gateway-time', '--state', state]
  expect(await cli(...args)).toMatchObject({ code: 2 }) // nobody typed the account id
  expect(await cli(...args, '--account', 'DU7654321')).toMatchObject({ code: 4 })
  expect(held()).toBe(7)
  const ended = await cli(...args, '--account', 'DU1234567', '--by', 'ada', '--json')
  expect(ended).toMatchObject({ code: 0 })
  expect(lastJson(ended)).toMatchObject({ ok: true, left: [], recorded: false, refused: null })
  expect(held()).toBe(0)
  expect(core.openOrders()).toEqual([])
  const { cancelsSentMs, cancelsProvenMs, flattenSentMs, flatMs } = lastJson(ended)
  expect(cancelsSentMs).toBeLessThan(5_000)
  expect(flatMs).toBeLessThan(30_000)
  const times = { cancelsSentMs, cancelsProvenMs, flattenSentMs, flatMs, processMs: ended.ms | 0 }
  figures.push(`panic, bot dead, disk refuses: ${JSON.stringify(times)}`)
  expect(existsSync(`${folder.latch}.panic`)).toBe(true)
  for (const path of [`${folder.latch}.new`, folder.panic, `${folder.latch}.panic`]) {
    rmSync(path, { recursive: true, force: true })
  }
})

test('panic while the bot is stopped: it wakes to a flat account and sends nothing', async () => {
  const { config, state, folder, hold, held, core } = await stage()
  hold(3)
  await expect.poll(held).toBe(3)
  const bot = new Cli(['run', '--config', config, '--gateway-time', '--state', state])
  await expect.poll(() => pidUp(folder.vitals), { timeout: 60_000 }).not.toBe(null)
  const pid = pidUp(folder.vitals) ?? 0
  process.kill(pid, 'SIGSTOP')
  const before = core.state.orders.size
  const args = ['panic', '--config', config, '--gateway-time', '--state', state, '--json']
  const ended = await cli(...args, '--account', 'DU1234567')
  expect(lastJson(ended)).toMatchObject({ ok: true, recorded: true })
  process.kill(pid, 'SIGCONT')
  const asked = async (): Promise<unknown> => {
    const reply = await askControl(folder.controlSocket, { kind: 'status' })
    return reply.ok && reply.value.kind === 'status' ? reply.value.levelCause : null
  }
  await expect.poll(asked, { timeout: 20_000 }).toBe('panic')
  expect(core.state.orders.size).toBe(before + 1) // panic's own close
  expect(held()).toBe(0)
  await bot.end('SIGKILL')
})

test('live proves six things in order, and enters nothing before a person has armed it', async () => {
  const { config, state, folder, listener } = await stage('U1234567')
  const text = paperConfig({ port: listener.port })
    .replace('mode: paper', 'mode: live')
    .replace('account: DU1234567', 'account: U1234567')
    .replace(/: paper \}/, ': live }')
  writeFileSync(config, text)
  const args = ['run', '--config', config, '--gateway-time', '--state', state]
  const locked = await cli(...args)
  expect(locked).toMatchObject({ code: 4 })
  expect(locked.stderr).toContain('mode live is locked: the environment variable')
  const environment = { IBKR_BOT__LIVE_ACCOUNT: 'U1234567' }
  const unearned = await new Cli(args, environment).ended
  expect(unearned).toMatchObject({ code: 4 })
  expect(unearned.stderr).toMatch(/not earned yet.*\n.*20 more clean trading days of paper/)

  writeFileSync(config, `${text}promotion: { override: one-contract }\n`)
  const bot = new Cli(args, environment)
  await bot.says('live start 6/6 reconciliation')
  const steps = bot.stdout.match(/live start \d\/6 [^:]+/g)
  expect(steps).toEqual([
    'live start 1/6 configuration',
    'live start 2/6 journal hash chain',
    'live start 3/6 single-instance lock',
    'live start 4/6 account, port and mode',
    'live start 5/6 arm for today',
    'live start 6/6 reconciliation',
  ])
  expect(bot.stdout).toContain('promotion is overridden to one-contract, earned is paper')
  expect(bot.stdout).toContain('not armed: nothing is entered until a person types: ')
  const owner = ['--mode', 'live', '--state', state]
  expect(await cli('arm', ...owner)).toMatchObject({ code: 4 }) // no terminal, no arm
  expect(existsSync(folder.arm)).toBe(false)
  const command = { kind: 'arm', accountId: 'U1234567', reason: 'the day begins' } as const
  const armed = await askControl(folder.controlSocket, { kind: 'command', by: 'ada', command })
  expect(armed).toMatchObject({ value: { kind: 'done' } })
  expect(existsSync(folder.arm)).toBe(true)
  expect((await cli('status', ...owner)).stdout).toContain('armed for 2026-03-10')
  expect(await cli('kill', ...owner, '--by', 'ada')).toMatchObject({ code: 0 })
  expect(existsSync(folder.arm)).toBe(false)
  await bot.end('SIGKILL')
})
