import { SystemClock, type Clock, type EpochMs } from '../base/clock.ts'
import { sideOf } from '../config/ports.ts'
import type { Settings, SymbolSettings } from '../config/settings.ts'
import type { Currency } from '../domain/money.ts'
import type { CalendarDate, Ticker } from '../domain/contract.ts'
import { systemProbes } from '../ibkr/diagnosis/probes.ts'
import { TcpDialer } from '../ibkr/transport.ts'
import { CYCLES_MIN } from '../validation/data-criteria.ts'
import type { Phase, Setup } from '../validation/facts.ts'
import { planOf } from '../validation/plan.ts'
import { settingsFrom } from './config-check.ts'
import { withOwn } from './own-load.ts'
import { CommandError } from './exit-codes.ts'
import { gatewayTime } from './gateway-time.ts'
import { EXAMPLE_CONFIG, MANY } from './options.ts'
import { loadScenario } from './scenarios.ts'
import { onStopSignal } from './signals.ts'
import { openGateway } from './validate-gateway.ts'
import { ProcessGauge } from './validate-process.ts'
import { openSimulator } from './validate-simulator.ts'
import { symbolsOf } from './validate-world.ts'
import { validate } from './validate.ts'

export interface ValidateCommand {
  readonly phase: Phase
  /** Null: the example that ships. */
  readonly config: string | null
  readonly host: string | null
  readonly port: number | null
  readonly gatewayTime: boolean
  readonly symbols: readonly Ticker[] | null
  readonly hours: number
  readonly intervalMs: Settings['intervalMs'] | null
  readonly speed: number | null
  readonly scenario: string | null
  readonly seed: number
  readonly report: string | null
  readonly json: boolean
}

/** The first day of a simulated run: a Monday, with a night after it. */
const DATE = '2026-03-09' as CalendarDate
/** What breaks in phase 3 unless something else is asked for. */
const USUAL = 'nightly-restart'

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function gauge(clock: Clock): ProcessGauge {
  return new ProcessGauge(clock)
}

export async function validateCommand(command: ValidateCommand): Promise<number> {
  const { settings: configured } = await withOwn(settingsFrom(command.config ?? EXAMPLE_CONFIG))
  const { host, port } = command
  const isGateway = host !== null || port !== null || configured.mode !== 'demo'
  const settings = settingsOf(command, configured)
  return isGateway ? onGateway(command, settings) : onSimulator(command, settings)
}

function settingsOf(command: ValidateCommand, configured: Settings): Settings {
  const { host, port, intervalMs, phase } = command
  const { gateway } = configured
  const own = symbolsOf(configured)
  const wanted = command.symbols ?? (phase === 'phase2' ? [...new Set([...own, ...MANY])] : own)
  const names = phase === 'phase1' ? wanted.slice(0, 1) : wanted
  const [model] = configured.symbols
  const symbols = names.flatMap((symbol): readonly SymbolSettings[] => {
    const named = configured.symbols.find(({ underlying }) => underlying.symbol === symbol)
    if (named !== undefined) return [named]
    const kind = { kind: 'stock', exchange: 'SMART', currency: 'USD' as Currency } as const
    return model === undefined ? [] : [{ ...model, underlying: { ...kind, symbol } }]
  })
  const place = { host: host ?? gateway.host, port: port ?? gateway.port }
  const side = port === null || port === gateway.port ? gateway.side : sideOf(place.port, {})
  return {
    ...configured,
    symbols,
    intervalMs: intervalMs ?? configured.intervalMs,
    gateway: { ...gateway, ...place, side },
  }
}

function setupOf(
  { phase, hours }: ValidateCommand,
  settings: Settings,
  of: Pick<Setup, 'on' | 'where' | 'trades' | 'scenario'>,
): Setup {
  const { intervalMs } = settings
  // A cycle more than are needed: the first bar may have begun before us.
  const wantedMs = phase === 'phase3' ? hours * 3_600_000 : (CYCLES_MIN + 1) * intervalMs
  return { phase, symbols: symbolsOf(settings), intervalMs, wantedMs, ...of }
}

function onSimulator(command: ValidateCommand, settings: Settings): Promise<number> {
  const { phase, seed, speed, report: reportDir, json } = command
  const named = command.scenario ?? (phase === 'phase3' ? USUAL : null)
  const scenario = named === null ? null : loadScenario(named)
  const setup = setupOf(command, settings, {
    on: 'simulator',
    where: `the built-in simulated Gateway over TCP, seed ${seed}; nothing here is real`,
    trades: true,
    scenario: scenario === null ? null : { name: scenario.name, label: scenario.label },
  })
  const at = scenario?.time ?? null
  const withStart = scenario?.steps.some(({ onceHistory }) => onceHistory !== null) ?? false
  const breaks = scenario !== null
  const plan = planOf({ date: DATE, marketMs: setup.wantedMs, at, breaks, withStart })
  if (plan === null) throw new CommandError('usage', `expected a session after ${DATE}`)
  return validate({
    setup,
    settings,
    reportDir,
    json,
    print,
    gauge,
    plan,
    open: ({ folder, watch, say }) =>
      openSimulator({
        settings,
        plan,
        seed,
        scenario,
        speed,
        watch,
        say,
        folder: folder.state,
        onStop: onStopSignal,
      }),
  })
}

async function onGateway(command: ValidateCommand, settings: Settings): Promise<number> {
  const { report: reportDir, json } = command
  refuseForGateway(command)
  const { host, port } = settings.gateway
  const gatewayClock = await gatewayTime(settings.gateway)
  const clock = command.gatewayTime ? gatewayClock : new SystemClock()
  const setup = setupOf(command, settings, {
    on: 'gateway',
    where: `the Gateway at ${host}:${port}, data only`,
    trades: false,
    scenario: null,
  })
  const dialer = new TcpDialer({ host, port, clock })
  const probes = systemProbes(clock)
  const untilStopped = stopper(clock)
  return validate({
    setup,
    settings,
    reportDir,
    json,
    print,
    gauge,
    plan: null,
    open: ({ folder, watch, say }) =>
      openGateway({
        settings,
        clock,
        probes,
        watch,
        say,
        pass: untilStopped,
        folder: folder.state,
        connect: (other = null) => dialer.connect(other),
      }),
  })
}

/** What is meant for a simulator would be believed of a Gateway. */
function refuseForGateway({ scenario, speed }: ValidateCommand): void {
  const given = [scenario === null ? null : '--scenario', speed === null ? null : '--speed']
  const [flag] = given.filter((each) => each !== null)
  if (flag === undefined) return
  throw new CommandError('usage', `${flag}: a Gateway breaks, and passes its time, by itself`)
}

/** Waits in real time, and no longer than until somebody asks to stop. */
function stopper(clock: SystemClock): (until: EpochMs) => Promise<boolean> {
  let stop: () => void = () => undefined
  const signal = onStopSignal(() => stop())
  return (until) =>
    new Promise((resolve) => {
      if (signal.asked) return resolve(false)
      const cancel = clock.after(until - clock.now(), () => resolve(true))
      stop = () => {
        cancel()
        resolve(false)
      }
    })
}
