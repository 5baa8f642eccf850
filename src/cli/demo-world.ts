import { VirtualClock, type EpochMs } from '../base/clock.ts'
import { Prng } from '../base/prng.ts'
import { ok } from '../base/result.ts'
import type { Settings } from '../config/settings.ts'
import type { Observed } from '../engine/latency.ts'
import type { Notifier, Ports } from '../engine/ports.ts'
import type { Observer } from '../engine/sighting.ts'
import { MemoryBarStore } from '../history/memory.ts'
import type { Notice } from '../ibkr/session/link.ts'
import { openIbkr, type Ibkr } from '../ibkr/open.ts'
import { lockStepProbes } from '../ibkr/diagnosis/probes.ts'
import { TcpDialer } from '../ibkr/transport.ts'
import { FileLatch } from '../journal/latch.ts'
import { FileOrderIds } from '../journal/order-ids.ts'
import { SqliteJournal } from '../journal/sqlite.ts'
import { SimulatedGateway } from '../simulator/gateway.ts'
import type { LocalFaults } from '../simulator/faults/local-faults.ts'
import type { Market } from '../simulator/market/market.ts'
import type { TcpListener } from '../simulator/tcp.ts'
import type { Transport } from '../wire/transport.ts'
import { busy, startBot, type Bot } from './bot.ts'
import { CommandError } from './exit-codes.ts'
import { Health } from './health.ts'
import type { StateFolder } from './state-folder.ts'

/** The account of every demo; simulated, like everything else in it. */
export const DEMO_ACCOUNT = 'DU1234567'

export interface DemoOptions {
  readonly settings: Settings
  readonly folder: StateFolder
  readonly market: Market
  readonly seed: number
  readonly start: EpochMs
  readonly version: string
  readonly notifier: Notifier
  /** Told what the observe lane sees; left out: nobody looks. */
  readonly observer?: Observer
  /** What somebody sees who watches it, and what breaks on the bot's side; default: nothing. */
  readonly watched?: Watched
}

/** Both ends as they are seen from outside. */
export interface Watched {
  readonly local: LocalFaults
  readonly observed: (observed: Observed) => void
  readonly notice: (of: string, notice: Notice) => void
  /** What the Gateway writes down: limits that were broken, faults that begin and end. */
  readonly log: (line: string) => void
}

/** Bot and simulated Gateway in one process, over real TCP, on one lock-step clock. */
export interface Demo {
  readonly clock: VirtualClock
  readonly gateway: SimulatedGateway
  readonly ibkr: Ibkr
  readonly journal: SqliteJournal
  readonly ports: Ports
  readonly bot: Bot
  close(): Promise<void>
}

export async function openDemo(options: DemoOptions): Promise<Demo> {
  const { settings, folder, market, seed, start, version, watched } = options
  const ends: { dialer: TcpDialer | null; gateway: SimulatedGateway | null } = {
    dialer: null,
    gateway: null,
  }
  const clock = new VirtualClock({ start, speed: null, settled: () => settled(ends) })
  const log = watched && { log: watched.log }
  const gateway = new SimulatedGateway({ clock, seed, market, ...log })
  const listener = await gateway.listen(0)
  const dialer = new TcpDialer({ host: '127.0.0.1', port: listener.port, clock })
  ends.dialer = dialer
  ends.gateway = gateway
  const journal = SqliteJournal.open(folder.journal, { mode: 'demo', accountId: DEMO_ACCOUNT })
  if (!journal.ok) throw new CommandError('journal', journal.error.detail)
  const latch = new FileLatch(folder.latch)
  const { notifier } = options
  const health = new Health({ clock, notifier, loopDelayP99Ms: null, beat: () => undefined })
  const ibkr = openIbkr({
    look: settings.look,
    clock,
    prng: new Prng(seed),
    connect: async (otherPort, name) => {
      const dialled = await dialer.connect(otherPort)
      // A canary is an independent witness: what stalls the others leaves it alone.
      const isWhole = watched === undefined || name === 'canary'
      return dialled.ok && !isWhole ? ok(watched.local.wrap(dialled.value)) : dialled
    },
    // Both ends keep step with one clock: what the kernel shows is no part of this world.
    probes: lockStepProbes((transport) => (watched ? (transport.facts?.() ?? null) : null)),
    restartWindows: settings.gateway.restartWindows,
    mode: 'demo',
    declared: null,
    account: DEMO_ACCOUNT,
    orderIds: new FileOrderIds(folder.orderIds),
    latch,
    pacing: settings.pacing,
    observed: (of) => {
      health.observed(of)
      watched?.observed(of)
    },
    busy: () => busy(bot.engine.state, clock.now()),
    notice: (of, notice) => {
      watched?.notice(of, notice)
      if (notice.kind === 'defect') clock.after(0, () => Promise.reject(notice.error))
    },
  })
  health.of(ibkr)
  const ports: Ports = {
    clock,
    broker: ibkr.broker,
    marketData: ibkr.marketData,
    barStore: new MemoryBarStore(),
    journal: journal.value,
    latch,
    notifier,
    health,
    ...(options.observer && { observer: options.observer }),
  }
  const run = { mode: 'demo', accountId: DEMO_ACCOUNT, version } as const
  const bot: Bot = startBot({ settings, ports, ...run, connections: ibkr })
  const close = (): Promise<void> => end(listener)
  return { clock, gateway, ibkr, journal: journal.value, ports, bot, close }

  async function end(of: TcpListener): Promise<void> {
    bot.stop()
    await ibkr.close()
    await of.close()
    if (journal.ok) journal.value.close()
  }
}

/** Every byte that one end wrote was handled by the other, and no connection is half open. */
function settled(ends: { dialer: TcpDialer | null; gateway: SimulatedGateway | null }): boolean {
  if (ends.dialer === null || ends.gateway === null) return true
  if (ends.dialer.pending > 0) return false
  const bot = totals(ends.dialer.transports)
  const gateway = totals(ends.gateway.transports)
  return bot.written === gateway.handled && gateway.written === bot.handled
}

function totals(transports: Iterable<Transport>): { written: number; handled: number } {
  const sum = { written: 0, handled: 0 }
  for (const { count } of transports) {
    sum.written += count.written
    sum.handled += count.handled
  }
  return sum
}
