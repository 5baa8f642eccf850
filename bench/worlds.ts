import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert } from '../src/base/assert.ts'
import { VirtualClock } from '../src/base/clock.ts'
import type { EpochMs } from '../src/base/clock.ts'
import { startBot } from '../src/cli/bot.ts'
import { openDemo } from '../src/cli/demo-world.ts'
import { makeStateFolder, stateFolder } from '../src/cli/state-folder.ts'
import { parseSettings } from '../src/config/load.ts'
import type { Settings } from '../src/config/settings.ts'
import { atNewYork } from '../src/domain/calendar.ts'
import { MemoryBarStore } from '../src/history/memory.ts'
import { MemoryJournal, MemoryLatch } from '../src/journal/memory.ts'
import { generatedMarket } from '../src/simulator/market/generated-market.ts'
import { SimulatedGateway } from '../src/simulator/gateway.ts'
import type { Event } from '../src/trading/event.ts'
import { configText } from '../test/simulation/config-text.ts'
import { DAY, tickers } from '../test/simulation/crowd.ts'
import { fixedPlan } from '../test/simulation/plan.ts'
import { World } from '../test/simulation/world.ts'

/** A bot in a market of virtual time. */
export interface Running {
  readonly clock: VirtualClock
  /** How many bars have been decided, of all symbols. */
  readonly cycles: () => number
  readonly journal: () => Iterable<{ readonly at: EpochMs; readonly event: Event }>
  readonly close: () => Promise<void>
}

export interface Start {
  readonly symbols: number
  /** New York, of the one day that all benches play. */
  readonly time: string
}

/** New York, of that day. */
export function at(time: string): EpochMs {
  return atNewYork(DAY, time)
}

/** The fast tier: ports straight over the simulated broker, no codec, a journal in memory. */
export function directWorld({ symbols, time }: Start): Running {
  const settings = settingsOf(symbols)
  const settled = () => true
  const clock = new VirtualClock({ start: at(time), speed: null, settled, bytes: 'in-memory' })
  const gateway = new SimulatedGateway({ clock, seed: 1, market: marketOf(symbols) })
  const port = gateway.direct()
  const journal = new MemoryJournal()
  const bot = startBot({
    mode: 'simulation',
    accountId: 'DU1234567',
    version: 'bench',
    settings,
    connections: null,
    ports: {
      clock,
      broker: port,
      marketData: port,
      barStore: new MemoryBarStore(),
      journal,
      latch: new MemoryLatch(),
      notifier: { notify: () => undefined },
    },
  })
  const cycles = cyclesOf(() => journal.read())
  return { clock, cycles, journal: () => journal.read(), close: async () => bot.stop() }
}

/** The other tier: the same through the real codec, over a memory socket; no checkers. */
export function codecWorld({ symbols, time }: Start): Running {
  const written = { symbols: tickers(symbols).join(', ') }
  const plan = fixedPlan({ date: DAY, time, minutes: 396, written })
  const world = new World({ plan, checkers: [] })
  const journal = () => world.remains.journal.read()
  return {
    clock: world.clock,
    cycles: cyclesOf(journal),
    journal,
    close: async () => world.bot.stop(),
  }
}

/** As `npm start` has it: the codec, loopback TCP, a SQLite file, on one clock. */
export async function tcpWorld({ symbols, time }: Start): Promise<Running> {
  const root = mkdtempSync(join(tmpdir(), 'bench-world-'))
  const folder = stateFolder(root, 'demo')
  makeStateFolder(folder)
  const demo = await openDemo({
    settings: settingsOf(symbols),
    folder,
    market: marketOf(symbols),
    seed: 1,
    start: at(time),
    version: 'bench',
    notifier: { notify: () => undefined },
  })
  let cycles = 0
  demo.bot.engine.subscribe((event) => {
    if (event.type === 'CycleEnded') cycles++
  })
  return {
    clock: demo.clock,
    cycles: () => cycles,
    journal: () => demo.journal.read(),
    async close() {
      await demo.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

function cyclesOf(journal: Running['journal']): () => number {
  return () => [...journal()].filter(({ event }) => event.type === 'CycleEnded').length
}

function settingsOf(symbols: number): Settings {
  const text = configText({ symbols: tickers(symbols).join(', ') })
  const parsed = parseSettings(text, { path: 'bench', environment: {} })
  assert(parsed.ok, 'the settings of a bench hold')
  return parsed.value
}

function marketOf(symbols: number) {
  return generatedMarket({ seed: 7, start: DAY, symbols: tickers(symbols) })
}
