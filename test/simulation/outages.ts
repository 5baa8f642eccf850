import type { EpochMs } from '../../src/base/clock.ts'
import { Prng } from '../../src/base/prng.ts'
import { fail, ok } from '../../src/base/result.ts'
import { startBot } from '../../src/cli/bot.ts'
import { verdictText } from '../../src/domain/incident.ts'
import { MemoryBarStore } from '../../src/history/memory.ts'
import { openIbkr } from '../../src/ibkr/open.ts'
import { lockStepProbes } from '../../src/ibkr/probes.ts'
import { incidentsOf } from '../../src/journal/incidents.ts'
import type { IncidentRecord } from '../../src/journal/incidents.ts'
import { MemoryJournal, MemoryLatch, MemoryOrderIds } from '../../src/journal/memory.ts'
import { SimulatedGateway } from '../../src/simulator/gateway.ts'
import { LocalFaults } from '../../src/simulator/local-faults.ts'
import { playScenario } from '../../src/simulator/scenario-play.ts'
import type { Scenario } from '../../src/simulator/scenario.ts'
import { VirtualClock } from '../../src/base/clock.ts'
import { fixedPlan } from './plan.ts'

export interface Outage {
  readonly scenario: Scenario
  readonly incidents: readonly IncidentRecord[]
  /** Of the incident that lasted longest; null: none was told. */
  readonly verdict: string | null
}

const MINUTE = 60_000

/** A scenario against the whole bot, over memory sockets: what it says that it was. */
export async function diagnosed(scenario: Scenario, minutes = 8): Promise<Outage> {
  const time = scenario.time ?? '10:30'
  const written = { symbols: 'SPY, QQQ, AAPL' }
  const plan = fixedPlan({ date: '2026-03-10', time, minutes, written })
  const { start, market, settings, seed } = plan
  const clock = new VirtualClock({ start, speed: null, settled: () => true })
  const gateway = new SimulatedGateway({ clock, seed, market })
  const local = new LocalFaults()
  const ibkr = openIbkr({
    clock,
    prng: new Prng(seed),
    connect: () => {
      const dialled = gateway.connect()
      if (dialled.ok) return Promise.resolve(ok(local.wrap(dialled.value)))
      const { error: detail } = dialled
      const code = 'not-connected'
      return Promise.resolve(fail({ code, retry: 'later', detail, vendorCode: null } as const))
    },
    probes: lockStepProbes((transport) => transport.facts?.() ?? null),
    restartWindows: settings.gateway.restartWindows,
    mode: 'simulation',
    declared: null,
    account: 'DU1234567',
    orderIds: new MemoryOrderIds(),
    latch: new MemoryLatch(),
    notice: () => undefined,
  })
  const journal = new MemoryJournal()
  startBot({
    settings,
    ports: {
      clock,
      broker: ibkr.broker,
      marketData: ibkr.marketData,
      barStore: new MemoryBarStore(),
      journal,
      latch: new MemoryLatch(),
      notifier: { notify: () => undefined },
    },
    mode: 'simulation',
    accountId: 'DU1234567',
    version: 'simulated',
    connections: ibkr,
  })
  playScenario({ gateway, clock, local }, scenario)
  await clock.runUntil((start + minutes * MINUTE) as EpochMs)
  const incidents = incidentsOf(journal.read())
  const [longest] = [...incidents].sort((a, b) => lengthOf(b) - lengthOf(a))
  const verdict = longest === undefined ? null : verdictText(longest.incident.verdict)
  return { scenario, incidents, verdict }
}

function lengthOf({ incident, endedAt }: IncidentRecord): number {
  return (endedAt ?? Number.MAX_SAFE_INTEGER) - incident.since
}
