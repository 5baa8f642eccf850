import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { SystemClock, VirtualClock, type EpochMs } from '../base/clock.ts'
import { notice } from '../domain/alert.ts'
import { parseSettings } from '../config/load.ts'
import type { Settings } from '../config/settings.ts'
import { readSpool } from '../notify/spool.ts'
import { openOutlets, spoolBeside, tellRefusedStart } from './outlets.ts'

const EXAMPLE = join(import.meta.dirname, '../../config/example.yaml')
const root = mkdtempSync(join(tmpdir(), 'outlets-'))

/** A chat service on loopback. */
const posted: Readonly<Record<string, unknown>>[] = []
const hanging = { on: false }
const server = createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8').on('data', (text: string) => (body += text))
  request.on('end', () => {
    if (hanging.on) return undefined
    if (request.url === '/gone') return response.writeHead(404).end()
    posted.push(JSON.parse(body) as Readonly<Record<string, unknown>>)
    return response.end()
  })
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  rmSync(root, { recursive: true })
})

function settings(more: object = {}): Settings {
  const { port } = server.address() as AddressInfo
  const notify = { hosts: ['127.0.0.1'], allow_private: true, min_level: 'info', ...more }
  const own = { mode: 'dry-run', gateway: { port: 4002 }, notify }
  const text = stringify({ ...(parse(readFileSync(EXAMPLE, 'utf8')) as object), ...own })
  const environment = {
    IBKR_BOT__NOTIFY__WEBHOOK_URL: `http://127.0.0.1:${port}/hook`,
    IBKR_BOT__NOTIFY__OTHER__URL: `http://127.0.0.1:${port}/gone`,
  }
  const parsed = parseSettings(text, { path: 'my.yaml', environment })
  if (!parsed.ok) throw new Error(parsed.error.join('\n'))
  return parsed.value
}

test.each(['dry-run', 'paper', 'live'])(
  'what %s says of an entry names its mode, in the alert and in every line of the log (X15, R1)',
  async (mode) => {
    posted.length = 0
    const path = join(root, `${mode}.jsonl`)
    const clock = new SystemClock()
    const outlets = openOutlets({ clock, settings: settings(), mode, path, say: () => undefined })
    const message = 'entry A1: 201 not taken'
    outlets.notifier.notify(notice('order-refused', message))
    outlets.log.write({ level: 'info', kind: 'entry-approved' })
    await outlets.close()
    expect(posted).toMatchObject([{ text: `warning: ${mode}: ${message}`, mode, message }])
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    const modes = lines.map((line) => (JSON.parse(line) as { readonly mode?: string }).mode)
    expect(modes).toEqual([mode, mode])
  },
)

test('that one channel refuses is told by the others, once, and counted; the next run tries again', async () => {
  posted.length = 0
  const clock = new SystemClock()
  const channels = [{ kind: 'webhook', name: 'other', min_level: 'critical' }]
  const of = { clock, settings: settings({ channels }), mode: 'paper', say: () => undefined }
  const path = join(root, 'refused.jsonl')
  const outlets = openOutlets({ ...of, path })
  outlets.notifier.notify(notice('unprotected', 'no exit'))
  await outlets.close()
  const alerts = () => posted.map(({ alert }) => alert)
  expect(alerts()).toEqual(['unprotected', 'channel-refuses'])
  expect(posted[1]).toMatchObject({
    level: 'critical',
    message: expect.stringContaining('channel other takes nothing: 127.0.0.1'),
  })
  expect(outlets.notifier.lost?.()).toBe(1)
  const waiting = readSpool(spoolBeside(path)).waiting
  expect([...waiting.values()]).toMatchObject([{ channel: 'other', told: { message: 'no exit' } }])
})

test('a start that is refused is told by every channel before the process ends, in bounded time', async () => {
  posted.length = 0
  const clock = new SystemClock()
  const channels = [{ kind: 'webhook', name: 'other', min_level: 'info' }]
  const of = { clock, settings: settings({ channels }), mode: 'paper' }
  await tellRefusedStart({ ...of, notice: notice('bot-ended', 'the bot ends: journal is locked') })
  expect(posted).toMatchObject([
    { alert: 'bot-ended', level: 'critical', message: 'the bot ends: journal is locked' },
  ])
  hanging.on = true
  const virtual = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
  const told = tellRefusedStart({ ...of, clock: virtual, notice: notice('bot-ended', 'again') })
  await virtual.runUntil(5_000 as EpochMs)
  await told
})
