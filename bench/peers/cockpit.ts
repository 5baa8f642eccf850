import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { assert } from '../../src/base/assert.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import { Secret } from '../../src/base/secret.ts'
import { settingsFrom } from '../../src/cli/config-check.ts'
import { openDashboard } from '../../src/cockpit/dashboard.ts'
import { DEMO_ACCOUNT, openDemo } from '../../src/cli/demo-world.ts'
import { EXAMPLE_CONFIG } from '../../src/cli/options.ts'
import { makeStateFolder, stateFolder } from '../../src/cli/state-folder.ts'
import { atNewYork } from '../../src/domain/calendar.ts'
import type { CalendarDate, Ticker } from '../../src/domain/contract.ts'
import { Sightings } from '../../src/engine/sighting.ts'
import { generatedMarket } from '../../src/simulator/market/generated-market.ts'
import { serve } from '../serve.ts'
import { METRICS_TOKEN } from './crowd-words.ts'

/** What the bench asks of this process, a line each; it answers each with a line of JSON. */
export type CockpitAsked =
  | 'memory'
  /** From now on as much happens as on a busy day of a hundred symbols. */
  | 'hurry'

export interface CockpitReady {
  /** Ticks go in here, orders come out. */
  readonly port: number
  /** Each lets one person in. */
  readonly links: readonly string[]
}

const PEOPLE = 40
const EVERY_MS = 250

/**
 * The bot with its dashboard, in two threads of one process: the thread that trades answers ticks
 * with orders, as in the bench `tick-to-order`, while a trading day goes on in it at four times the
 * speed of real time, so that there is something new to publish each time.
 */
async function main(): Promise<void> {
  const [root = ''] = process.argv.slice(2)
  allCores() // this bench is of two threads: what measures is held to one core, this is not
  const folder = stateFolder(join(root, 'state'), 'demo')
  makeStateFolder(folder)
  const date = '2026-03-09' as CalendarDate
  const symbols = ['SPY', 'QQQ', 'AAPL'] as readonly string[] as readonly Ticker[]
  const { dashboard: shown, ...others } = settingsFrom(EXAMPLE_CONFIG)
  const metricsToken = new Secret(METRICS_TOKEN)
  const settings = { ...others, dashboard: { ...shown, metricsToken } }
  const notifier = { notify: () => undefined }
  const sightings = new Sightings()
  const demo = await openDemo({
    settings,
    folder,
    market: generatedMarket({ seed: 42, start: date, symbols, hours: 'regular' }),
    seed: 42,
    start: atNewYork(date, '09:15'),
    version: 'bench',
    notifier,
    observer: sightings,
  })
  await demo.clock.runUntil(atNewYork(date, '09:45'))
  const dashboard = openDashboard({
    view: demo.bot.engine.view(),
    clock: demo.clock,
    settings,
    file: EXAMPLE_CONFIG,
    mode: 'demo',
    accountId: DEMO_ACCOUNT,
    folder,
    sightings,
    notifier,
    isSimulated: true,
    speed: () => 1_000 / EVERY_MS,
    port: 0,
    version: '0.0.0',
    log: () => undefined,
  })
  const ready = await dashboard.ready
  assert(ready.ok, 'the dashboard is there')
  const { port } = await serve({ side: 'ours', answerPath: '', journalPath: join(root, 'j.db') })
  const links: string[] = []
  for (let person = 0; person < PEOPLE; person++) {
    const link = await dashboard.link({
      role: 'viewer',
      name: `person-${person}`,
      interactive: false,
    })
    assert(link.ok, 'a person is let in')
    links.push(link.value)
  }
  process.stdout.write(`${JSON.stringify({ port, links } satisfies CockpitReady)}\n`)
  let stepMs = 1_000
  process.stdin.on('data', (asked: Buffer) => {
    if (asked.toString().includes('hurry' satisfies CockpitAsked)) stepMs = 10_000
    process.stdout.write(`${JSON.stringify({ rss: process.memoryUsage().rss })}\n`)
  })
  process.stdin.on('end', () => process.exit(0))
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
    await demo.clock.runUntil((demo.clock.now() + stepMs) as EpochMs)
  }
}

function allCores(): void {
  try {
    const all = `0-${cpus().length - 1}`
    execFileSync('taskset', ['-a', '-cp', all, String(process.pid)], { stdio: 'ignore' })
  } catch {
    // No taskset, then nothing was held to one core.
  }
}

await main()
