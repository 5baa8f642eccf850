import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { SystemClock } from '../../src/base/clock.ts'
import { stateFolder } from '../../src/cli/state-folder.ts'
import { atNewYork } from '../../src/domain/calendar.ts'
import type { CalendarDate } from '../../src/domain/contract.ts'
import { readVitals } from '../../src/watchdog/vitals-file.ts'
import { SimulatedGateway } from '../../src/simulator/gateway.ts'
import { paperConfig } from '../scenarios/cli-config.ts'
import { Cli, cli, endAll, lastJson } from '../scenarios/cli-process.ts'

/** A watchdog that a person has configured to: it kills a bot that stands still, then flattens. */

const root = mkdtempSync(join(tmpdir(), 'watchdog-panic-'))
const clock = new SystemClock(atNewYork('2026-03-10' as CalendarDate, '10:00'))
const gateway = new SimulatedGateway({ clock, seed: 1 })

afterAll(async () => {
  await endAll()
  rmSync(root, { recursive: true, force: true })
})

test('a bot that stands still is killed, the account flattened, and the bot starts killed', async () => {
  const listener = await gateway.listen(0)
  const { core } = gateway
  const [spy] = gateway.market.underlyings
  if (spy?.contract.kind !== 'stock') throw new Error('expected a stock')
  core.place({
    clientId: 99,
    orderId: 1,
    parentId: 0,
    contract: spy.contract,
    side: 'BUY',
    quantity: 5,
    type: 'MKT',
    limit: null,
    trigger: null,
    timeInForce: 'DAY',
    transmit: true,
    ocaGroup: '',
    ocaType: 0,
    outsideRth: false,
    orderRef: '',
    account: 'DU1234567',
  })
  const held = (): number => core.positions().reduce((sum, { quantity }) => sum + quantity, 0)
  await expect.poll(held).toBe(5)
  const state = mkdtempSync(join(root, 's'))
  const config = join(state, 'bot.yaml')
  writeFileSync(
    config,
    `${paperConfig({ port: listener.port })}watchdog: { panic: true, silent_after: 5s }\n`,
  )
  const folder = stateFolder(state, 'paper')
  const watchdog = new Cli(['watchdog', '--config', config, '--gateway-time', '--state', state])
  const pidUp = (): number | null => {
    const file = readVitals(folder.vitals)
    return file.ok && file.value?.vitals.link === 'up' ? file.value.pid : null
  }
  await expect.poll(pidUp, { timeout: 60_000 }).not.toBe(null)
  const first = pidUp() ?? 0
  const stoppedAt = performance.now()
  process.kill(first, 'SIGSTOP')
  await expect.poll(held, { timeout: 60_000, interval: 50 }).toBe(0)
  process.stdout.write(`flat ${Math.round(performance.now() - stoppedAt)} ms after SIGSTOP\n`)
  const another = (): boolean => ![null, first].includes(pidUp())
  await expect.poll(another, { timeout: 60_000 }).toBe(true)
  // A sale of the last seconds may be in one half of the first picture only: the next one tells.
  const status = async () =>
    lastJson(await cli('status', '--mode', 'paper', '--state', state, '--json'))
  const flat = { tradingState: 'kill', levelCause: 'panic', positions: [] }
  await expect.poll(status, { timeout: 60_000, interval: 500 }).toMatchObject(flat)
  expect(readFileSync(join(folder.path, 'watchdog.jsonl'), 'utf8')).toContain('panic ended: flat')
  await watchdog.end('SIGINT')
  await listener.close()
})
