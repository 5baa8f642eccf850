import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SystemClock } from '../../src/base/clock.ts'
import { envText } from '../../src/config/env-file.ts'
import { atNewYork } from '../../src/domain/calendar.ts'
import type { CalendarDate } from '../../src/domain/contract.ts'
import { SimulatedGateway } from '../../src/simulator/gateway.ts'
import type { TcpListener } from '../../src/simulator/tcp.ts'
import { CANARIES, canaryEnvironment, leaksIn } from '../canaries.ts'
import { paperConfig } from './cli-config.ts'
import { Cli, cli, endAll } from './cli-process.ts'

/** A bot that trades, with every secret set, whose webhooks fail: none of them shows anywhere. */

const root = mkdtempSync(join(tmpdir(), 'canaries-'))
const ACCOUNT = 'DU1234567'
const state = join(root, 'state')
const config = join(root, 'bot.yaml')
const notify =
  'notify: { hosts: [127.0.0.1], allow_private: true, min_level: info, dead_man_every: 30s }\n'
let listener: TcpListener
let port = 0

beforeAll(async () => {
  const clock = new SystemClock(atNewYork('2026-03-10' as CalendarDate, '10:00'))
  listener = await new SimulatedGateway({ clock, seed: 1 }).listen(0)
  // A port where nobody is: what fails would be told with where it was sent.
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  port = (server.address() as AddressInfo).port
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  writeFileSync(config, paperConfig({ port: listener.port, clientIdBase: 700 }) + notify)
  const secrets = canaryEnvironment(`http://127.0.0.1:${port}`)
  writeFileSync(join(root, '.env'), envText('', secrets), { mode: 0o600 })
})
afterAll(async () => {
  await endAll()
  await listener.close()
  rmSync(root, { recursive: true, force: true })
})

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && !path.endsWith('.ballast'))
}

test('T12: a leak is seen in each form in which a text travels', () => {
  const { webhookToken, dashboardPassword } = CANARIES
  expect(leaksIn(`x ${webhookToken} y`)).toEqual(['webhookToken'])
  expect(leaksIn(encodeURIComponent(dashboardPassword))).toEqual(['dashboardPassword'])
  expect(leaksIn(Buffer.from(webhookToken).toString('base64'))).toEqual(['webhookToken'])
  expect(leaksIn('nothing', { own: 'noth' })).toEqual(['own'])
})

test('T12: no secret shows in a log, a journal, an answer, a report or an error', async () => {
  const owner = ['--mode', 'paper', '--state', state]
  const bot = new Cli(['run', '--config', config, '--gateway-time', '--state', state])
  await bot.says('link up')
  const running = await Promise.all([
    cli('status', ...owner),
    cli('positions', ...owner, '--json'),
    cli('halt', ...owner, '--by', 'ada', '--reason', 'a canary sings'),
  ])
  const ended = await bot.end('SIGINT')
  expect(ended.code).toBe(0)
  const read = await Promise.all([
    cli('orders', '--all', ...owner),
    cli('incidents', ...owner),
    cli('logs', ...owner),
    cli('logs', ...owner, '--json'),
    ...['text', 'html', 'csv', 'jsonl'].map((format) =>
      cli('report', 'all', ...owner, '--format', format),
    ),
    cli('report', 'all', ...owner, '--json'),
    cli('config', 'check', '--config', config),
    cli('config', 'check', '--config', config, '--json'),
  ])
  for (const each of [...running, ...read]) expect(each.code).toBe(0)
  const logs = filesIn(state).filter((path) => path.includes('log.jsonl'))
  const logText = logs.map((path) => readFileSync(path, 'latin1')).join('')
  expect(logText).toContain('"kind":"channel","channel":"webhook"') // it tried, and told that it failed
  const shown = [ended, ...running, ...read].map(({ stdout, stderr }) => stdout + stderr)
  const kept = filesIn(state).map((path) => readFileSync(path, 'latin1'))
  expect(kept.length).toBeGreaterThan(2)
  expect([...shown, ...kept].flatMap((text) => leaksIn(text))).toEqual([])
  // Account ids are masked in what is handed on; the journal must name whose it is.
  const handedOn = [logText, ...read.slice(0, -2).map(({ stdout }) => stdout)].join('')
  expect(handedOn).toContain('2026-03-10')
  expect(leaksIn(handedOn, { account: ACCOUNT })).toEqual([])
})

test('T12: what refuses to start says what is wrong, and not the secret', async () => {
  const other = join(root, 'other')
  const file = join(root, 'refused.yaml')
  writeFileSync(file, paperConfig({ port: listener.port, clientIdBase: 800 }))
  const refused = await Promise.all([
    cli('run', '--config', file, '--state', other),
    cli('config', 'check', '--config', file, '--json'),
  ])
  for (const { code, stdout, stderr } of refused) {
    expect(code).toBe(2)
    expect(stderr).toContain('IBKR_BOT__NOTIFY__WEBHOOK_URL')
    expect(leaksIn(stdout + stderr)).toEqual([])
  }
})
