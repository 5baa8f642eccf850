import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { parse, stringify } from 'yaml'
import { HttpStandIn } from '../notify/stand-ins.testing.ts'
import { alertsList, alertsTest } from './alerts.ts'
import { exitCodes } from './exit-codes.ts'

const EXAMPLE = join(import.meta.dirname, '../../config/example.yaml')
const root = mkdtempSync(join(tmpdir(), 'alerts-'))
const config = join(root, 'my.yaml')
const web = new HttpStandIn()
const printed: string[] = []
const print = (line: string) => void printed.push(line)
const CANARY = 'CANARYzz'

beforeAll(async () => {
  await web.start()
  const server = `http://127.0.0.1:${web.port}`
  const channels = [
    { kind: 'discord', min_level: 'critical' },
    { kind: 'telegram', server, name: 'phone', quiet_hours: '22:00-07:00 America/New_York' },
  ]
  const notify = { hosts: ['127.0.0.1'], allow_private: true, channels }
  const own = { mode: 'dry-run', gateway: { port: 4002 }, notify, state_folder: join(root, 's') }
  const file = parse(readFileSync(EXAMPLE, 'utf8')) as object
  writeFileSync(config, stringify({ ...file, ...own }))
  vi.stubEnv('IBKR_BOT__NOTIFY__DISCORD__URL', `${server}/api/webhooks/1/${CANARY}`)
  vi.stubEnv('IBKR_BOT__NOTIFY__PHONE__TOKEN', `123456:${CANARY}`)
  vi.stubEnv('IBKR_BOT__NOTIFY__PHONE__CHAT_ID', `@${CANARY}`)
})
beforeEach(() => {
  printed.length = 0
  web.seen.length = 0
  web.answer = () => ({ status: 200 })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await web.stop()
  rmSync(root, { recursive: true })
})

test('one line for each channel, and 0 when all of them took it', async () => {
  expect(await alertsTest({ config, channel: null, json: false }, print)).toBe(exitCodes.done)
  expect(printed.map((line) => line.split(/\s+/).slice(0, 2))).toEqual([
    ['discord', 'discord'],
    ['phone', 'telegram'],
  ])
  expect(printed.join('\n').match(/ok/g)).toHaveLength(2)
  expect(web.seen.map(({ body }) => body).join()).toContain('if you read this, alerts reach you')
})

test('a refusal says the reason and the remedy, never the secret, and is no 0', async () => {
  web.answer = ({ url }) => (url.startsWith('/bot') ? { status: 401, body: url } : { status: 204 })
  const code = await alertsTest({ config, channel: null, json: false }, print)
  expect(code).toBe(exitCodes.connection)
  expect(printed[0]).toContain('ok')
  expect(printed[1]).toContain('answered 401')
  expect(printed[1]).toContain('check token and chat id')
  expect(printed.join('\n')).not.toContain(CANARY)
})

test('only the one that was named; an unknown name is said with those that are known', async () => {
  await alertsTest({ config, channel: 'phone', json: true }, print)
  expect(web.seen).toHaveLength(1)
  expect(JSON.parse(printed[0] ?? '')).toMatchObject({ ok: true, channels: [{ channel: 'phone' }] })
  const unknown = alertsTest({ config, channel: 'x', json: false }, print)
  await expect(unknown).rejects.toThrow('expected one of the channels discord, phone; came x')
})

test('list shows channels with secrets hidden, and what waits', () => {
  const folder = join(root, 's', 'dry-run')
  mkdirSync(folder, { recursive: true })
  const at = Date.UTC(2026, 2, 10)
  const told = { key: 'k', alert: 'defect', level: 'critical', message: 'a\nb', at, count: 1 }
  const line = JSON.stringify({ id: '1', channel: 'phone', told })
  writeFileSync(join(folder, 'log.spool'), `${line}\n`)
  expect(alertsList({ config, state: null, json: false }, print)).toBe(exitCodes.done)
  expect(printed[0]).toMatch(/^discord .* from critical; secrets hidden; 0 waiting$/)
  expect(printed[1]).toMatch(/^phone .* quiet 22:00-07:00 America\/New_York; .*; 1 waiting$/)
  expect(printed[2]).toBe('  waits for phone: 2026-03-10T00:00:00.000Z critical: a b')
  expect(printed.join('\n')).not.toContain(CANARY)
})

test('each channel names the variables of its secrets, that of a URL alone too', () => {
  vi.stubEnv('IBKR_BOT__NOTIFY__WEBHOOK_URL', `http://127.0.0.1:${web.port}/${CANARY}`)
  try {
    alertsList({ config, state: null, json: true }, print)
  } finally {
    vi.stubEnv('IBKR_BOT__NOTIFY__WEBHOOK_URL', '')
  }
  const { channels } = JSON.parse(printed[0] ?? '') as {
    readonly channels: readonly { readonly channel: string; readonly secrets: readonly string[] }[]
  }
  expect(Object.fromEntries(channels.map(({ channel, secrets }) => [channel, secrets]))).toEqual({
    webhook: ['IBKR_BOT__NOTIFY__WEBHOOK_URL'],
    discord: ['IBKR_BOT__NOTIFY__DISCORD__URL'],
    phone: ['IBKR_BOT__NOTIFY__PHONE__TOKEN', 'IBKR_BOT__NOTIFY__PHONE__CHAT_ID'],
  })
})
