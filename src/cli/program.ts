import { Argument, Command, CommanderError, Option } from 'commander'
import pc from 'picocolors'
import type { EpochMs } from '../base/clock.ts'
import type { Hours } from '../domain/calendar.ts'
import type { CalendarDate, Ticker } from '../domain/contract.ts'
import { WITH_PARENT } from './child.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import type { OperatorVerb } from './operator.ts'
import * as parse from './options.ts'
import type { RunCommand } from './run.ts'
import { stateRoot } from './state-folder.ts'
import { version } from './version.ts'
import type { Role } from '../dashboard/view.ts'
import { withExamples } from './examples.ts'
import {
  folderOf,
  JSON_HELP,
  OWNERS,
  withState,
  type FolderFlags,
  type Json,
} from './program-flags.ts'
import { addReads } from './program-read.ts'
import { addSetUp } from './program-set-up.ts'
import type { Phase } from '../validation/facts.ts'

const INTERVALS: readonly string[] = ['60', '180', '600']

/** What only our own commands give to each other. */
const withParent = (): Option =>
  new Option(WITH_PARENT, 'stop when the channel to the process that started it is lost').hideHelp()

/** The whole command line; nothing is read or run before `main`. */
export const program = new Command('ibkr-options-bot')
  .description('An options trading bot for Interactive Brokers, and a simulated IB Gateway')
  .version(version())
  .exitOverride()
  .showHelpAfterError('(--help says more)')
let exitCode: number = exitCodes.done

interface DemoFlags extends Json {
  readonly config?: string
  readonly days?: number
  readonly speed?: number
  readonly seed: number
  readonly symbols?: readonly Ticker[]
  readonly date: CalendarDate
  readonly replay?: string
  readonly state?: string
  readonly serve?: boolean
  readonly dashboard?: boolean
  readonly port?: number
}

program
  .command('demo')
  .description(
    'trade generated or recorded days on the simulated Gateway, over TCP, in one process',
  )
  .option(
    '--config <file>',
    'of mode demo; default: config/example.yaml, of a replay the file of config/replay for it',
  )
  .option('--days <n>', 'trading days; default 1, with --serve 5', parse.wholeNumber(1, 250))
  .option(
    '--speed <x>',
    'virtual seconds a second; 0 is as fast as it goes; default 400, with --serve 60',
    parse.speed,
  )
  .option(
    '--seed <n>',
    'of the generated market and of the matching',
    parse.wholeNumber(0, 2 ** 32 - 1),
    42,
  )
  .option('--symbols <list>', 'instead of those of the configuration', parse.tickers)
  .option('--date <date>', 'the first day', parse.date, '2026-03-09' as CalendarDate)
  .option('--replay <dir>', 'recorded days, in a folder laid out as docs/replay.md says')
  .option('--state <dir>', 'instead of the state folder of the configuration')
  .option('--serve', 'the dashboard in a browser, and it stays after the last day')
  .option('--dashboard', 'the dashboard for as long as the days take')
  .option('--port <n>', 'of the dashboard; 0 takes a free one', parse.wholeNumber(0, 65_535))
  .option('--json', JSON_HELP)
  .action(async (flags: DemoFlags) => {
    const { config = null, symbols = null, replay = null, state = null, json = false } = flags
    const { serve = false, dashboard = serve, port = null, days = serve ? 5 : 1 } = flags
    const { speed: asked = serve ? 60 : 400 } = flags
    const speed = asked === 0 ? null : asked
    const shown = { serve, dashboard, port }
    const { demo } = await import('./demo.ts')
    exitCode = await demo({ ...flags, days, config, speed, symbols, replay, state, json, ...shown })
  })

interface RunFlags extends Json {
  readonly config: string
  readonly dryRun?: boolean
  readonly symbol?: readonly Ticker[]
  readonly gatewayTime?: boolean
  readonly state?: string
  readonly withParent?: boolean
}

function runs(command: Command, act: (of: RunCommand) => Promise<number>): void {
  command
    .requiredOption('--config <file>', 'the configuration')
    .option('--dry-run', 'simulated orders over live quotes, whatever the mode of the file')
    .option('--symbol <list>', 'only these symbols of the configuration', parse.tickers)
    .option('--gateway-time', 'take date and time from the Gateway: for simulators at another date')
    .option('--state <dir>', 'instead of the state folder of the configuration')
    .option('--json', JSON_HELP)
    .addOption(withParent())
    .action(async (flags: RunFlags) => {
      const { config, dryRun = false, symbol: symbols = null } = flags
      const { gatewayTime = false, state = null, json = false, withParent = false } = flags
      exitCode = await act({ config, dryRun, symbols, gatewayTime, state, json, withParent })
    })
}

runs(
  program.command('run').description('trade through a Gateway, in mode dry-run, paper or live'),
  async (of) => (await import('./run.ts')).run(of),
)
runs(
  program
    .command('watchdog')
    .description('start `run`, watch it from outside, page, kill and start it again'),
  async (of) => (await import('./watchdog.ts')).watchdog(of),
)

interface SimulateFlags extends Json {
  readonly port: number
  readonly seed: number
  readonly start?: EpochMs
  readonly symbols?: readonly Ticker[]
  readonly replay?: string
  readonly date?: CalendarDate
  readonly hours: Hours
  readonly accountType: string
  readonly scenario?: string
  readonly listScenarios?: boolean
  readonly events?: boolean
  readonly withParent?: boolean
}

program
  .command('simulate')
  .description('serve a simulated IB Gateway in real time, on loopback')
  .option('--port <n>', '0 takes a free one', parse.wholeNumber(0, 65_535), 4002)
  .option('--seed <n>', 'of the market and of the matching', parse.wholeNumber(0, 2 ** 32 - 1), 42)
  .option('--start <moment>', "the market's date and time in New York; default: now", parse.moment)
  .option('--symbols <list>', 'default SPY,QQQ,AAPL,VIX', parse.tickers)
  .option(
    '--replay <dir>',
    'recorded days instead of a generated market; needs --symbols and --date',
  )
  .option('--date <date>', 'the recorded day', parse.date)
  .addOption(
    new Option('--hours <which>', 'in which the generated stocks trade: all is 04:00 to 20:00')
      .choices(['regular', 'all'])
      .default('regular'),
  )
  .option(
    '--account-type <text>',
    'what it says of its account, like MARGIN or CASH; it is one with margin',
    'INDIVIDUAL',
  )
  .option('--scenario <name>', 'what breaks, and when: a name, or a file as docs/scenarios.md says')
  .option('--list-scenarios', 'name them and end')
  .option('--events', 'one JSON object a line as it happens, and each second what was counted')
  .option('--json', JSON_HELP)
  .addOption(withParent())
  .action(async (flags: SimulateFlags) => {
    const { start = null, symbols = null, replay = null, date = null, json = false } = flags
    const { scenario = null, events = false, withParent = false } = flags
    const asked = { start, symbols, replay, date, scenario, events, json, withParent }
    if (flags.listScenarios) {
      const { listScenarios } = await import('./scenarios.ts')
      exitCode = listScenarios(json)
      return
    }
    const { simulate } = await import('./simulate.ts')
    exitCode = await simulate({ ...flags, ...asked })
  })

interface DoctorFlags extends Json {
  readonly config: string
  readonly gatewayTime?: boolean
  readonly state?: string
  readonly precautions?: 'bypassed' | 'active'
  readonly wire?: boolean
}

program
  .command('doctor')
  .description('prove every setting of the Gateway, the account and this machine; change nothing')
  .requiredOption('--config <file>', 'the configuration')
  .option('--gateway-time', 'take date and time from the Gateway: for simulators at another date')
  .option('--state <dir>', 'instead of the state folder of the configuration')
  .addOption(
    new Option(
      '--precautions <what>',
      'what Bypass Order Precautions for API Orders is set to: the API cannot read it',
    ).choices(['bypassed', 'active']),
  )
  .option('--wire', 'first contact instead: is every message of this Gateway read whole?')
  .option('--json', JSON_HELP)
  .action(async (flags: DoctorFlags) => {
    const { gatewayTime = false, state = null, precautions = null, json = false } = flags
    const { config, wire = false } = flags
    if (wire) {
      const { doctorWire } = await import('./doctor-wire.ts')
      exitCode = await doctorWire({ config, json })
      return
    }
    const { doctor } = await import('./doctor.ts')
    exitCode = await doctor({ config, gatewayTime, state, precautions, json })
  })

interface ValidateFlags extends Json {
  readonly config?: string
  readonly host?: string
  readonly port?: number
  readonly gatewayTime?: boolean
  readonly symbols?: readonly Ticker[]
  readonly hours: number
  readonly interval?: '60' | '180' | '600'
  readonly speed?: number
  readonly scenario?: string
  readonly seed: number
  readonly report?: string
}

program
  .command('validate')
  .description('prove a phase on the simulated Gateway, or on your own with no order; a verdict')
  .addArgument(new Argument('<phase>').choices(['phase1', 'phase2', 'phase3']))
  .option('--config <file>', 'symbols, filters and Gateway; default: the example, on the simulator')
  .option('--host <name>', 'of your own Gateway, paper or live: data only')
  .option('--port <n>', 'of your own Gateway', parse.wholeNumber(1, 65_535))
  .option('--gateway-time', 'take date and time from the Gateway: for simulators at another date')
  .option('--symbols <list>', 'instead of those of the configuration', parse.tickers)
  .option('--hours <n>', 'of phase 3', parse.hours, 4)
  .addOption(new Option('--interval <s>', 'seconds between cycles').choices(INTERVALS))
  .option(
    '--speed <x>',
    'simulator: virtual seconds a second; default as fast as it goes',
    parse.speed,
  )
  .option('--scenario <name>', 'simulator: what breaks; of phase 3 by default a nightly restart')
  .option('--seed <n>', 'simulator', parse.wholeNumber(0, 2 ** 32 - 1), 42)
  .option('--report <dir>', 'where the report goes, and what an interrupted phase 3 continues')
  .option('--json', JSON_HELP)
  .action(async (phase: Phase, flags: ValidateFlags) => {
    const { config = null, host = null, port = null, symbols = null, report = null } = flags
    const { gatewayTime = false, scenario = null, json = false, interval } = flags
    const speed = flags.speed === undefined || flags.speed === 0 ? null : flags.speed
    const given = { ...flags, phase, config, host, port, symbols, report, gatewayTime, scenario }
    const { validateCommand } = await import('./validate-command.ts')
    exitCode = await validateCommand({ ...given, speed, json, intervalMs: msOf(interval) })
  })

interface SoakFlags extends Json {
  readonly config?: string
  readonly minutes: number
  readonly symbols: readonly Ticker[]
  readonly load: number
  readonly faultEvery: number
  readonly seed: number
  readonly out?: string
}

program
  .command('soak')
  .description('bot and simulated Gateway in two processes, in real time, under load, with faults')
  .option('--config <file>', 'what the bot trades by; default: the example')
  .option('--minutes <n>', 'of running, three days at most', parse.wholeNumber(2, 4_320), 60)
  .option('--symbols <list>', 'more of them make more load', parse.tickers, parse.LOADED)
  .option('--load <x>', 'times the messages of a normal day that must be reached', parse.speed, 2)
  .option('--fault-every <minutes>', 'something breaks so often', parse.wholeNumber(1, 360), 4)
  .option('--seed <n>', 'of market, matching and faults', parse.wholeNumber(0, 2 ** 32 - 1), 42)
  .option('--out <dir>', 'where the report goes; default: soak in the state folder')
  .option('--json', JSON_HELP)
  .action(async (flags: SoakFlags) => {
    const { config = null, out = null, json = false, faultEvery: faultEveryMinutes } = flags
    const { soak } = await import('./soak.ts')
    exitCode = await soak({ ...flags, config, out, json, faultEveryMinutes })
  })

interface RecordFlags extends Json {
  readonly config?: string
  readonly out?: string
  readonly minutes: number
  readonly check?: string
}

program
  .command('record')
  .description('record the frames of a session that only asks, redacted; or read a recording again')
  .option('--config <file>', 'the configuration')
  .option('--out <file>', 'a new file for the frames')
  .option('--minutes <n>', 'how long', parse.wholeNumber(1, 24 * 60), 10)
  .option('--check <file>', 'read a recording with the layouts of this version')
  .option('--json', JSON_HELP)
  .action(async (flags: RecordFlags) => {
    const { config, out, minutes, check, json = false } = flags
    const { record, recordCheck } = await import('./record.ts')
    if (check !== undefined) exitCode = recordCheck(check, json)
    else if (config !== undefined && out !== undefined) {
      exitCode = await record({ config, out, minutes, json })
    } else throw new CommandError('usage', 'record needs --config and --out, or --check alone')
  })

interface DashboardFlags extends FolderFlags {
  readonly role: Role
  readonly name?: string
}

withState(
  program
    .command('dashboard')
    .addOption(new Option('--mode <mode>', 'whose').choices(OWNERS).makeOptionMandatory()),
)
  .description('a one-time link to the dashboard of the running bot')
  .addOption(
    new Option('--role <role>', 'what it lets you do')
      .choices(['viewer', 'trader', 'admin'])
      .default('admin'),
  )
  .option('--name <name>', 'who you are, for the journal; default: the login name')
  .action(async (flags: DashboardFlags) => {
    const { dashboardLink } = await import('./dashboard-link.ts')
    const { role, name = null, json = false } = flags
    exitCode = await dashboardLink({ folder: folderOf(flags), role, name, json })
  })

interface OperatorOptions extends FolderFlags {
  readonly by?: string
  readonly reason?: string
  readonly account?: string
}

/** What a person says to the running bot: it must be clear to which one. */
function operator(verb: OperatorVerb, description: string, of: string | null = null): void {
  const command = program.command(verb).description(description)
  if (of !== null) command.argument('<id>', of)
  const mode = new Option('--mode <mode>', 'whose').choices(OWNERS).makeOptionMandatory()
  withState(command.addOption(mode))
    .option('--by <name>', 'who says so, for the journal; default: the login name')
    .option('--reason <text>', 'why, for the journal')
  if (verb === 'resume') command.option('--account <id>', 'typed, where no terminal can ask')
  command.action(async (first: string | OperatorOptions, second?: OperatorOptions) => {
    const flags = typeof first === 'string' ? second : first
    if (flags === undefined) return
    const { by = null, reason = null, account = null, json = false } = flags
    const id = typeof first === 'string' ? { of: first } : {}
    const state = stateRoot(flags)
    const { operate } = await import('./operator.ts')
    const given = { state: flags.state, config: flags.config }
    exitCode = await operate(verb, { ...flags, state, given, by, reason, account, json, ...id })
  })
}

operator('kill', 'no more entries, cancel and close everything; until a person resumes')
operator('halt', 'no more entries, working entries are cancelled; exits go on')
operator('reduce', 'no more entries, working entries are cancelled; until a person resumes')
operator('flatten', 'no more entries, and every open structure is closed; until a person resumes')
operator('resume', 'back to active, from any level: with the account id and a reason')
operator('arm', 'live: allow entries until the New York date ends; only at a terminal')
operator('cancel', 'cancel one order', 'of the order, as status shows it')
operator('close', 'close one structure', 'of the structure, as status shows it')

interface PanicFlags extends Json {
  readonly config: string
  readonly state?: string
  readonly account?: string
  readonly by?: string
  readonly reason?: string
  readonly within: number
  readonly anyway?: boolean
  readonly gatewayTime?: boolean
}

program
  .command('panic')
  .description('without the bot: cancel every order of the account, close every position')
  .requiredOption('--config <file>', 'the configuration: mode, account and Gateway count')
  .option('--account <id>', 'typed; asked for at a terminal')
  .option('--by <name>', 'who says so; default: the login name')
  .option('--reason <text>', 'why')
  .option('--within <seconds>', 'then it says what is left', parse.wholeNumber(5, 600), 60)
  .option('--anyway', 'also while the market is closed, where cancelling takes protection away')
  .option('--gateway-time', 'take date and time from the Gateway: for simulators at another date')
  .option('--state <dir>', 'instead of the state folder of the configuration')
  .option('--json', JSON_HELP)
  .action(async (flags: PanicFlags) => {
    const { state = null, account = null, by = null, reason = null, json = false } = flags
    const { config, within: withinSeconds, anyway = false, gatewayTime = false } = flags
    const given = { config, state, account, by, reason, withinSeconds, anyway, gatewayTime, json }
    const { panic } = await import('./panic.ts')
    exitCode = await panic(given)
  })

const alerts = program.command('alerts').description('the ways to people: see them, try them')

alerts
  .command('test')
  .description('a test message through each channel: ok, or the reason and what to do')
  .requiredOption('--config <file>', 'the configuration')
  .option('--channel <name>', 'only this one')
  .option('--json', JSON_HELP)
  .action(async (flags: Json & { readonly config: string; readonly channel?: string }) => {
    const { config, channel = null, json = false } = flags
    const { alertsTest } = await import('./alerts.ts')
    exitCode = await alertsTest({ config, channel, json })
  })

alerts
  .command('list')
  .description('every channel, secrets hidden, and what waits to be told')
  .requiredOption('--config <file>', 'the configuration')
  .option('--state <dir>', 'instead of the state folder of the configuration')
  .option('--json', JSON_HELP)
  .action(async (flags: Json & { readonly config: string; readonly state?: string }) => {
    const { config, state = null, json = false } = flags
    const { alertsList } = await import('./alerts.ts')
    exitCode = alertsList({ config, state, json })
  })

addSetUp(program, (code) => {
  exitCode = code
})
addReads(program)
withExamples(program)

/** Reads the command line of this process, does what it says, and ends the process. */
export async function main(): Promise<never> {
  // Whoever reads along may leave (`| head`); what trades goes on.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  try {
    await program.parseAsync()
  } catch (error) {
    exitCode = codeOf(error)
  }
  // A socket that still drains must not keep a command alive that is done.
  return process.exit(exitCode)
}

function msOf(interval: ValidateFlags['interval']): 60_000 | 180_000 | 600_000 | null {
  if (interval === undefined) return null
  return interval === '60' ? 60_000 : interval === '180' ? 180_000 : 600_000
}

/** Says what happened, to a person or as the JSON that was asked for. */
function codeOf(error: unknown): number {
  if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done
  const { code, text, said } = endingOf(error)
  if (!said) process.stderr.write(`${pc.red(text)}\n`)
  if (process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify({ ok: false, exitCode: code, error: text })}\n`)
  }
  return code
}

function endingOf(error: unknown): { code: number; text: string; said: boolean } {
  if (error instanceof CommanderError) {
    return { code: exitCodes.usage, text: error.message, said: true }
  }
  if (error instanceof CommandError) return { code: error.code, text: error.message, said: false }
  const text = `defect: ${error instanceof Error ? error.stack : String(error)}`
  return { code: exitCodes.internal, text, said: false }
}
