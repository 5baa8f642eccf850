import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SystemClock } from '../../src/base/clock.ts'
import { envText } from '../../src/config/env-file.ts'
import { atNewYork } from '../../src/domain/calendar.ts'
import type { CalendarDate } from '../../src/domain/contract.ts'
import { HttpStandIn } from '../../src/notify/stand-ins.testing.ts'
import { SimulatedGateway } from '../../src/simulator/gateway.ts'
import type { TcpListener } from '../../src/simulator/tcp.ts'
import { paperConfig } from './cli-config.ts'
import { cli, endAll } from './cli-process.ts'

const root = mkdtempSync(join(tmpdir(), 'refused-start-'))
const web = new HttpStandIn()
let listener: TcpListener

beforeAll(async () => {
  await web.start()
  const clock = new SystemClock(atNewYork('2026-03-10' as CalendarDate, '10:00'))
  listener = await new SimulatedGateway({ clock, seed: 1 }).listen(0)
  const url = `http://127.0.0.1:${web.port}/hook`
  const text = envText('', { IBKR_BOT__NOTIFY__WEBHOOK_URL: url })
  writeFileSync(join(root, '.env'), text, { mode: 0o600 })
})
afterAll(async () => {
  await endAll()
  await web.stop()
  await listener.close()
  rmSync(root, { recursive: true, force: true })
})

async function refused(port: number, state: string) {
  const config = join(root, `${port}.yaml`)
  const notify = 'notify: { hosts: [127.0.0.1], allow_private: true }\n'
  writeFileSync(config, paperConfig({ port, clientIdBase: 900 }) + notify)
  web.seen.length = 0
  const ran = await cli('run', '--config', config, '--gateway-time', '--state', state)
  return { code: ran.code, told: web.seen.map(({ body }) => JSON.parse(body) as unknown) }
}

test('a start whose journal is damaged is told through the channels', async () => {
  const state = join(root, 'damaged')
  mkdirSync(join(state, 'paper'), { recursive: true })
  writeFileSync(join(state, 'paper', 'journal.db'), 'no journal at all '.repeat(1_000))
  const { code, told } = await refused(listener.port, state)
  expect(code).not.toBe(0)
  expect(told).toMatchObject([{ alert: 'bot-ended', level: 'critical', mode: 'paper' }])
})

test('a start without a Gateway is told as a warning', async () => {
  const { code, told } = await refused(await unused(), join(root, 'away'))
  expect(code).not.toBe(0)
  expect(told).toMatchObject([{ alert: 'bot-ended', level: 'warning', mode: 'paper' }])
})

/** A port where nobody is. */
async function unused(): Promise<number> {
  const stand = new HttpStandIn()
  await stand.start()
  await stand.stop()
  return stand.port
}
