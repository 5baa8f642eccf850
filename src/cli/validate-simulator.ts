import type { EpochMs } from '../base/clock.ts'
import { newYorkDate } from '../domain/calendar.ts'
import type { Settings } from '../config/settings.ts'
import { CLIENT_ID_OFFSETS, clientIdOf } from '../ibkr/session/client-ids.ts'
import type { ConnectionName } from '../ibkr/session/client-ids.ts'
import { generatedMarket } from '../simulator/market/generated-market.ts'
import { LocalFaults } from '../simulator/faults/local-faults.ts'
import type { Market } from '../simulator/market/market.ts'
import type { Scenario } from '../simulator/faults/scenario.ts'
import type { Trades } from '../validation/facts.ts'
import type { Plan, Stretch } from '../validation/plan.ts'
import { resultOf } from './demo-report.ts'
import { openDemo, type Demo } from './demo-world.ts'
import { closeDemo, withSymbols } from './demo.ts'
import type { StopSignal } from './signals.ts'
import type { StateFolder } from './state-folder.ts'
import { ScenarioLog } from './validate-scenario.ts'
import type { Watch } from './validate-watch.ts'
import { symbolsOf, type ValidateWorld } from './validate-world.ts'
import { version } from './version.ts'

export interface SimulatorOptions {
  readonly settings: Settings
  readonly folder: StateFolder
  readonly plan: Plan
  readonly seed: number
  readonly scenario: Scenario | null
  /** Virtual seconds a second while the market is open; null is as fast as it goes. */
  readonly speed: number | null
  readonly watch: Watch
  /** Asks the run to end. */
  readonly onStop: (stop: () => void) => StopSignal
  readonly say: (text: string) => void
}

/** A watchdog sees a process that does not read within 10 s, and replaces it. */
const REPLACED_MS = 15_000
const OUR_IDS: ReadonlySet<number> = new Set(
  (Object.keys(CLIENT_ID_OFFSETS) as ConnectionName[]).map((name) => clientIdOf(name)),
)

/** Bot and simulated Gateway over TCP on one clock, with what breaks on either side. */
export async function openSimulator(options: SimulatorOptions): Promise<ValidateWorld> {
  const { folder, plan, seed, scenario, speed, watch, onStop } = options
  const symbols = symbolsOf(options.settings)
  const market = generatedMarket({ seed, start: newYorkDate(plan.start), symbols })
  const settings = withSymbols(options.settings, symbols, market)
  const local = new LocalFaults({ holdsItself: true })
  const played = new ScenarioLog()
  const now = (): EpochMs => demo.clock.now()
  const demo: Demo = await openDemo({
    settings,
    folder,
    market,
    seed,
    start: plan.start,
    version: version(),
    notifier: { notify: ({ message }) => options.say(message) },
    watched: {
      local,
      observed: (observed) => watch.observed(observed, now()),
      notice: (_, notice) => watch.notice(notice, now()),
      log: (line) => {
        played.heard(line, now())
        const violation = violationOf(line)
        if (violation !== null) watch.tally.remark('violations', { at: now(), text: violation })
      },
    },
  })
  const { clock, gateway, bot } = demo
  for (const at of scenario === null ? [] : plan.faultsAt) {
    if (scenario === null) continue
    clock.after(at - clock.now(), () => played.play(scenario, { gateway, clock, local }))
  }
  replaceStalled(demo, { local, played })
  const signal = onStop(() => clock.stop())
  return {
    clock,
    settings,
    bot,
    ports: demo.ports,
    data: demo.ibkr,
    journalPath: folder.journal,
    isBroken: () => played.isBroken,
    planted: () => played.planted,
    pass: (until) => pass(demo, until, { plan, speed, signal }),
    closed: (stretches) => closedBars(market, stretches),
    trades: () => tradesOf(demo, { seed, journalPath: folder.journal }),
    close: async () => {
      signal.leave()
      await closeDemo(demo)
    },
  }
}

/** The nights pass as fast as they can. */
async function pass(
  { clock }: Demo,
  until: EpochMs,
  of: {
    readonly plan: Plan
    readonly speed: number | null
    readonly signal: StopSignal
  },
): Promise<boolean> {
  const { plan, speed, signal } = of
  for (const { from, to } of plan.stretches) {
    for (const [moment, paced] of [
      [from, null],
      [to, speed],
    ] as const) {
      if (moment <= clock.now() || clock.now() >= until) continue
      clock.setSpeed(paced)
      await clock.runUntil(Math.min(moment, until) as EpochMs)
      if (signal.asked) return false
    }
  }
  clock.setSpeed(null)
  await clock.runUntil(until)
  return !signal.asked
}

/** What a watchdog does, where bot and Gateway are one process: what is stalled is new again. */
function replaceStalled(
  { bot, clock }: Demo,
  { local, played }: { readonly local: LocalFaults; readonly played: ScenarioLog },
): void {
  bot.engine.subscribe((event) => {
    if (event.type !== 'IncidentOpened' && event.type !== 'IncidentUpdated') return
    const { name } = event.incident.verdict
    if (name !== 'LOCAL_READER_STALLED' && name !== 'LOCAL_WRITER_STALLED') return
    clock.after(REPLACED_MS, () => {
      local.recycle()
      played.recycled(clock.now())
    })
  })
}

/** Limits that we broke, not another client of the login: `client 31: 162 ...`. */
export function violationOf(line: string): string | null {
  const [, client = ''] = /^client (\d+): \d+ /.exec(line) ?? []
  return client !== '' && OUR_IDS.has(Number(client)) ? line : null
}

function closedBars(market: Market, stretches: readonly Stretch[]) {
  return new Map(
    market.underlyings.map(({ contract }) => {
      const bars = stretches.flatMap(({ from, to }) =>
        market.bars(contract.conId, { size: '1m', from, to, at: to }),
      )
      return [contract.symbol, bars.map(({ start }) => start)] as const
    }),
  )
}

function tradesOf(
  demo: Demo,
  { seed, journalPath }: { readonly seed: number; readonly journalPath: string },
): Trades {
  const run = { demo, journalPath, seed, days: [], symbols: [], marketBars: new Map() }
  const { result } = resultOf({ ...run, complete: false })
  const { entries, fills, realizedPnl, brokerRealizedPnl, unprotectedMsMax } = result
  return { entries, fills, realizedPnl, brokerRealizedPnl, unprotectedMsMax }
}
