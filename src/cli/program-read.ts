import type { Command } from 'commander'
import type { CalendarDate, Ticker } from '../domain/contract.ts'
import { CommandError } from './exit-codes.ts'
import * as parse from './options.ts'
import { folderOf, JSON_HELP, withFolder, type FolderFlags, type Json } from './program-flags.ts'

interface FillsFlags extends FolderFlags {
  readonly symbols?: readonly Ticker[]
  readonly from?: CalendarDate
  readonly to?: CalendarDate
  readonly csv?: boolean
}

/** The commands that change nothing: they ask the running bot, or read what it has written. */
export function addReads(program: Command, ended: (code: number) => void): void {
  addRunning(program)
  addJournal(program)
  addConfig(program)
}

function addRunning(program: Command): void {
  withFolder(program.command('risk'))
    .description('every limit of the running bot, and what is used of it')
    .action(async (flags: FolderFlags) => {
      const { risk } = await import('./risk.ts')
      await risk(folderOf(flags).controlSocket, flags.json ?? false)
    })

  withFolder(program.command('status'))
    .description('what the running bot knows, over its control socket')
    .action(async (flags: FolderFlags) => {
      const { status } = await import('./status.ts')
      await status(folderOf(flags).controlSocket, flags.json ?? false)
    })
}

function addJournal(program: Command): void {
  withFolder(
    program
      .command('explain')
      .argument('<id>', 'of a structure, order, execution, signal or cycle'),
  )
    .description('why an entry was taken or refused, with every number')
    .action(async (id: string, flags: FolderFlags) => {
      const { explain } = await import('./explain.ts')
      explain(folderOf(flags).journal, id, flags.json ?? false)
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
      fills({ journal: folderOf(flags).journal, symbols, from, to, form })
    })

  withFolder(program.command('incidents'))
    .description('every interruption of data or orders: verdict, evidence, exclusions, remedy')
    .action(async (flags: FolderFlags) => {
      const { incidents } = await import('./incidents.ts')
      incidents(folderOf(flags).journal, flags.json ?? false)
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
