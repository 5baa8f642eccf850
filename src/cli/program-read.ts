import { Argument, Option, type Command } from 'commander'
import type { CalendarDate, Ticker } from '../domain/contract.ts'
import type { Period } from '../journal/performance.ts'
import { CommandError } from './exit-codes.ts'
import type { LogLevel } from './log-lines.ts'
import * as parse from './options.ts'
import type { ReportFormat } from './report.ts'
import { JSON_HELP, withFolder, type Json, type ReadFlags } from './program-flags.ts'
import type { StateFolder } from './state-folder.ts'

const PERIODS: readonly Period[] = ['day', 'week', 'all']
const LOG_LEVELS: readonly LogLevel[] = ['info', 'warning', 'critical']
const REPORT_FORMATS: readonly ReportFormat[] = ['text', 'html', 'csv', 'jsonl']

interface FillsFlags extends ReadFlags {
  readonly symbols?: readonly Ticker[]
  readonly from?: CalendarDate
  readonly to?: CalendarDate
  readonly csv?: boolean
}

/** Whose state folder is meant, where `--mode` may be left out. */
async function ownerOf(flags: ReadFlags): Promise<StateFolder> {
  const owner = await import('./owner.ts')
  return owner.ownerOf(flags)
}

/** The commands that change nothing: they ask the running bot, or read what it has written. */
export function addReads(program: Command): void {
  addRunning(program)
  addHoldings(program)
  addJournal(program)
  addLogs(program)
  addReport(program)
  addConfig(program)
}

function addRunning(program: Command): void {
  withFolder(program.command('risk'))
    .description('every limit of the running bot, and what is used of it')
    .action(async (flags: ReadFlags) => {
      const { risk } = await import('./risk.ts')
      await risk(await ownerOf(flags), flags.json ?? false)
    })

  withFolder(program.command('status'))
    .description('what the running bot knows, over its control socket')
    .action(async (flags: ReadFlags) => {
      const { status } = await import('./status.ts')
      await status(await ownerOf(flags), flags.json ?? false)
    })
}

interface OrdersFlags extends ReadFlags {
  readonly all?: boolean
}

function addHoldings(program: Command): void {
  withFolder(program.command('positions'))
    .description(
      'what is held, and by which exits it is covered; of the running bot or its journal',
    )
    .action(async (flags: ReadFlags) => {
      const { positions } = await import('./positions.ts')
      await positions(await ownerOf(flags), flags.json ?? false)
    })

  withFolder(
    program.command('orders').argument('[id]', 'one order with every state it was in, and why'),
  )
    .description('orders that may still fill; of the running bot or its journal')
    .option('--all', 'those that are over too, with the states they were in')
    .action(async (id: string | undefined, flags: OrdersFlags) => {
      const { orders } = await import('./orders.ts')
      const { all = false, json = false } = flags
      await orders(await ownerOf(flags), { id: id ?? null, all, json })
    })
}

function addJournal(program: Command): void {
  withFolder(
    program
      .command('explain')
      .argument(
        '<id>',
        'of a structure, order, execution, signal or cycle, or the beginning of one; ' +
          'last: the last decision; SPY: the last one of SPY; "SPY 09:33": that of a minute; ' +
          'refused: the last that was refused',
      ),
  )
    .description('why an entry was taken or refused: the answer, the story, the limits')
    .option('--full', 'every event with every number it holds')
    .action(async (id: string, flags: ReadFlags & { readonly full?: boolean }) => {
      const { explain } = await import('./explain.ts')
      const { json = false, full = false } = flags
      explain(await ownerOf(flags), id, { json, full })
    })

  withFolder(program.command('fills'))
    .description('every fill against mid and NBBO at decision, send, step and fill')
    .option('--symbols <list>', 'only these', parse.tickers)
    .option('--from <date>', 'the first date in New York', parse.date)
    .option('--to <date>', 'the last one', parse.date)
    .option('--csv', 'one line a fill')
    .action(async (flags: FillsFlags) => {
      const { fills } = await import('./fills.ts')
      const { symbols = null, from = null, to = null, json = false, csv = false } = flags
      if (json && csv) throw new CommandError('usage', 'expected --json or --csv, came both')
      const form = json ? 'json' : csv ? 'csv' : 'table'
      fills({ journal: (await ownerOf(flags)).journal, symbols, from, to, form })
    })

  withFolder(program.command('incidents'))
    .description('every interruption of data or orders: verdict, evidence, exclusions, remedy')
    .option('--open', 'only those that are not over')
    .action(async (flags: ReadFlags & { readonly open?: boolean }) => {
      const { incidents } = await import('./incidents.ts')
      const { json = false, open = false } = flags
      incidents((await ownerOf(flags)).journal, { json, open })
    })
}

interface LogsFlags extends ReadFlags {
  readonly of: 'run' | 'watchdog'
  readonly follow?: boolean
  readonly level: LogLevel
  readonly since?: parse.Since
  readonly decision?: string
  readonly order?: string
  readonly incident?: string
  readonly symbol?: string
}

function addLogs(program: Command): void {
  withFolder(program.command('logs'), 'each line as it stands in the file')
    .description('what the bot has logged, readably: of a decision, an order, an incident')
    .option('-f, --follow', 'go on with what is written from now on, until Ctrl-C')
    .addOption(
      new Option('--level <level>', 'at least so grave').choices(LOG_LEVELS).default('info'),
    )
    .option('--since <when>', '30m, 2h, 1d back, or a time in New York', parse.since)
    .option('--decision <id>', 'a decision with its entry, orders and fills, as explain takes it')
    .option('--order <id>', 'an order with its family, or the beginning of its id')
    .option('--incident <id>', 'an incident, and every warning while it lasted')
    .option('--symbol <symbol>', 'of one underlying')
    .addOption(new Option('--of <whom>', 'whose log').choices(['run', 'watchdog']).default('run'))
    .action(async (flags: LogsFlags) => {
      const { logs } = await import('./logs.ts')
      const { follow = false, since = null, decision = null, order = null } = flags
      const { incident = null, symbol = null, json = false, of, level } = flags
      const asked = { follow, since, decision, order, incident, symbol, json, of, level }
      await logs({ ...asked, folder: await ownerOf(flags) })
    })
}

interface ReportFlags extends ReadFlags {
  readonly from?: CalendarDate
  readonly to?: CalendarDate
  readonly format: ReportFormat
  readonly out?: string
}

function addReport(program: Command): void {
  withFolder(
    program
      .command('report')
      .addArgument(new Argument('<period>', 'up to the last date of the journal').choices(PERIODS)),
  )
    .description('what was won and lost: equity, drawdown, slippage, by strategy, hour and symbol')
    .option('--from <date>', 'the first date in New York, instead', parse.date)
    .option('--to <date>', 'the last one, instead', parse.date)
    .addOption(
      new Option('--format <form>', 'html is one file without script; csv and jsonl are exports')
        .choices(REPORT_FORMATS)
        .default('text'),
    )
    .option('--out <file>', 'instead of stdout; an older one is replaced')
    .action(async (period: Period, flags: ReportFlags) => {
      const { report } = await import('./report.ts')
      const { from = null, to = null, out = null, json = false } = flags
      const format = json ? 'json' : flags.format
      report({ journal: (await ownerOf(flags)).journal, period, from, to, format, out })
    })
}

function addConfig(program: Command): void {
  program
    .command('promotion')
    .description('which stage is earned towards live, by what evidence, and what is missing')
    .requiredOption('--config <file>', 'the configuration')
    .option('--state <dir>', 'instead of the state folder of the configuration')
    .option('--json', JSON_HELP)
    .action(async (flags: Json & { readonly config: string; readonly state?: string }) => {
      const { promotion } = await import('./promotion.ts')
      promotion({ config: flags.config, state: flags.state ?? null, json: flags.json ?? false })
    })

  const ofConfig = program.command('config').description('look at a configuration')
  ofConfig
    .command('check')
    .description('every problem at once, or the settings as they will count')
    .requiredOption('--config <file>', 'the configuration')
    .option('--json', JSON_HELP)
    .action(async ({ config, json = false }: { config: string; json?: boolean }) => {
      const { configCheck } = await import('./config-check.ts')
      await configCheck({ config, json })
    })
  ofConfig
    .command('reference')
    .description('every key there is: value, bounds, default, meaning; Markdown, as in docs')
    .option('--json', JSON_HELP)
    .action(async ({ json = false }: Json) => {
      const { configReference } = await import('./config-reference.ts')
      configReference(json)
    })
}
