import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SystemClock } from '../../src/base/clock.ts'
import { stateFolder } from '../../src/cli/state-folder.ts'
import { atNewYork } from '../../src/domain/calendar.ts'
import type { CalendarDate } from '../../src/domain/contract.ts'
import { readJournal } from '../../src/journal/sqlite.ts'
import { SimulatedGateway } from '../../src/simulator/gateway.ts'
import type { TcpListener } from '../../src/simulator/tcp.ts'
import { readVitals } from '../../src/watchdog/vitals-file.ts'
import { paperConfig } from './cli-config.ts'
import { Cli, cli, endAll, lastJson } from './cli-process.ts'
import { Receiver } from './receiver.ts'

/** A real bot in real time that stands still, and who notices. */

const CANARY = 'CANARY-0451'
const root = mkdtempSync(join(tmpdir(), 'watchdog-'))
const clock = new SystemClock(atNewYork('2026-03-10' as CalendarDate, '10:00'))
const gateway = new SimulatedGateway({ clock, seed: 1 })
const bots = new Set<number>()
let listener: TcpListener
let receiver: Receiver

beforeAll(async () => {
  listener = await gateway.listen(0)
  receiver = await Receiver.open()
})

afterAll(async () => {
  await endAll()
  for (const pid of bots) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  receiver.close()
  await listener.close()
  rmSync(root, { recursive: true, force: true })
})

let made = 0
function newBot() {
  const state = mkdtempSync(join(root, 's'))
  const config = join(state, 'bot.yaml')
  const notify = 'notify: { hosts: [127.0.0.1], allow_private: true, min_level: info }\n'
  const text = paperConfig({ port: listener.port, clientIdBase: 100 * ++made })
  writeFileSync(config, text + notify)
  const folder = stateFolder(state, 'paper')
  const environment = {
    IBKR_BOT__NOTIFY__WEBHOOK_URL: `${receiver.address}/hook/${CANARY}`,
    IBKR_BOT__NOTIFY__DEAD_MAN_URL: `${receiver.address}/alive/${CANARY}`,
  }
  const args = ['--config', config, '--gateway-time', '--state', state]
  return { args, state, folder, environment }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** The process that wrote vitals, once they say that its link is up. */
function pidUp(path: string): number | null {
  const file = readVitals(path)
  if (!file.ok || file.value === null || file.value.vitals.link !== 'up') return null
  bots.add(file.value.pid)
  return file.value.pid
}

/** Everything that was written under the folder, as one text. */
function allText(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n')
}

const kindsOf = (path: string): readonly string[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly kind: string }).kind)

test('a bot that is stopped is paged, killed and started again within 15 s', async () => {
  const { args, state, folder, environment } = newBot()
  const watchdog = new Cli(['watchdog', ...args], environment)
  await expect.poll(() => pidUp(folder.vitals), { timeout: 60_000 }).not.toBe(null)
  const first = pidUp(folder.vitals) ?? 0

  const stoppedAtMs = performance.now()
  process.kill(first, 'SIGSTOP')
  const page = () => receiver.posted().find(({ message }) => /silent/.test(String(message)))
  await expect.poll(page, { timeout: 20_000, interval: 100 }).toBeDefined()
  const pagedMs = performance.now() - stoppedAtMs
  expect(pagedMs).toBeGreaterThan(8_500) // up to a second passed since its last word
  expect(pagedMs).toBeLessThan(15_000)
  expect(page()).toMatchObject({ level: 'critical', mode: 'paper', count: 1 })

  const again = () => {
    const pid = pidUp(folder.vitals)
    return pid !== null && pid !== first
  }
  await expect.poll(again, { timeout: 60_000 }).toBe(true)
  expect(isAlive(first)).toBe(false)
  const ended = receiver.posted().find(({ message }) => /SIGKILL/.test(String(message)))
  expect(ended).toMatchObject({
    level: 'critical',
    message: 'the bot ended with signal SIGKILL: started again in 1 s',
  })

  // The restarted bot reconciled, and goes on in the same journal.
  const status = await cli('status', '--mode', 'paper', '--state', state, '--json')
  expect(lastJson(status)).toMatchObject({ link: 'up', gates: [] })
  const text = await cli('status', '--mode', 'paper', '--state', state)
  expect(text.stdout).toMatch(/positions +p50 \d+ ms {2}p99/)

  const second = pidUp(folder.vitals) ?? 0
  const done = await watchdog.end('SIGINT')
  expect(done).toMatchObject({ code: 0 })
  await expect.poll(() => isAlive(second)).toBe(false)
  const journal = readJournal(folder.journal)
  const events = journal.ok ? journal.value.map(({ event }) => event.type) : []
  expect(events.filter((type) => type === 'RunStarted')).toHaveLength(2)
  expect(kindsOf(join(folder.path, 'watchdog.jsonl')).join(' ')).toBe(
    'child-started notice child-ended notice child-started child-ended',
  )

  const written = done.stdout + done.stderr + allText(state)
  expect(written).toContain('run-started')
  expect(written).not.toContain(CANARY)
  for (const { body } of receiver.received) expect(body).not.toMatch(/CANARY|DU1234567/)
})

test('a bot whose event loop is blocked says so, and ends by itself', async () => {
  const { args, folder, environment } = newBot()
  const blocked = join(root, 'block')
  const preload = join(root, 'block.mjs')
  writeFileSync(
    preload,
    `import { existsSync } from 'node:fs'
     import { isMainThread } from 'node:worker_threads'
     const look = () => { while (existsSync(${JSON.stringify(blocked)})); }
     if (isMainThread) setInterval(look, 100).unref()`,
  )
  const bot = new Cli(['run', ...args], {
    ...environment,
    NODE_OPTIONS: `--import=${pathToFileURL(preload).href}`,
  })
  await expect.poll(() => pidUp(folder.vitals), { timeout: 60_000 }).not.toBe(null)
  writeFileSync(blocked, '')
  const ended = await bot.ended
  expect(ended.code).toBe('SIGALRM')
  expect(ended.stderr).toContain('the event loop has stood for 10 s: ending the process')
  const lines = readFileSync(join(folder.path, 'log.jsonl'), 'utf8').trimEnd().split('\n')
  const said = lines
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
    .filter(({ kind }) => kind === 'event-loop')
  expect(said).toMatchObject([
    { level: 'warning', message: 'the event loop stands still', last: { link: 'up' } },
    { level: 'critical', last: { link: 'up', unprotected: 0 } },
  ])
  expect(said[0]).toMatchObject({ pid: expect.any(Number), version: expect.any(String) })
})

test('a Gateway that is not there is waited for, a folder that is taken is not', async () => {
  const { args, state, folder, environment } = newBot()
  const nowhere = join(state, 'nowhere.yaml')
  writeFileSync(nowhere, paperConfig({ port: 1 }))
  const waiting = new Cli(['watchdog', '--config', nowhere, '--state', state])
  await waiting.says('exit code 3: started again in 2 s')
  expect(await waiting.end('SIGTERM')).toMatchObject({ code: 0 })

  // Its folder is taken: another start does not change that.
  const bot = new Cli(['run', ...args], environment)
  await bot.says('link up')
  const second = await cli('watchdog', ...args)
  expect(second).toMatchObject({ code: 5 })
  expect(second.stdout).toContain('exit code 5: a new start would not help')

  // It goes on, comes to its first decision, and the dead-man signal follows that.
  const signal = () => receiver.received.find(({ method }) => method === 'GET')
  await expect.poll(signal, { timeout: 90_000, interval: 500 }).toMatchObject({
    path: `/alive/${CANARY}`,
    body: '',
  })
  expect(kindsOf(join(folder.path, 'log.jsonl'))).toContain('decision')
  expect(await bot.end('SIGINT')).toMatchObject({ code: 0 })
})
