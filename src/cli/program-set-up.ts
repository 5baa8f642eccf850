import { Argument, InvalidArgumentError, Option, type Command } from 'commander'
import type { StrategyName } from '../strategy/registry.ts'
import { strategyNames } from '../strategy/registry.ts'
import { ACCOUNT_SIZE, INIT_MODES, symbolsIn, type InitMode } from './init-answers.ts'
import * as parse from './options.ts'
import { JSON_HELP, type Json } from './program-flags.ts'
import { SHELLS, type Shell } from './shells.ts'

interface InitOptions extends Json {
  readonly out: string
  readonly yes?: boolean
  readonly force?: boolean
  readonly mode: InitMode
  readonly host: string
  readonly port: number
  readonly portIs?: 'paper'
  readonly account?: string
  readonly accountSize: number
  readonly symbols: readonly string[]
  readonly strategies: readonly StrategyName[]
  readonly dashboardUser?: string
  readonly notifyHosts: readonly string[]
}

/** What is used once, before the first start. */
export function addSetUp(program: Command, ended: (code: number) => void): void {
  const { min, max, default: size } = ACCOUNT_SIZE
  program
    .command('init')
    .description('write a safe configuration: asks at a terminal, or takes flags with --yes')
    .option('--out <file>', 'the new configuration', 'my.yaml')
    .option('--yes', 'ask nothing: what is not given has its default')
    .option('--force', 'replace an older file')
    .addOption(
      new Option('--mode <mode>', 'live is not offered: docs/live.md says what it takes')
        .choices(INIT_MODES)
        .default('dry-run'),
    )
    .option('--host <name>', 'of IB Gateway or TWS', '127.0.0.1')
    .option('--port <n>', '4002 is a paper Gateway', parse.wholeNumber(1, 65_535), 4002)
    .addOption(
      new Option('--port-is <side>', "what a port is that is none of IBKR's").choices(['paper']),
    )
    .option('--account <id>', 'of mode paper: DU or DF and digits')
    .option('--account-size <dollars>', 'limits are by it', parse.wholeNumber(min, max), size)
    .option('--symbols <list>', 'US stocks and ETFs', symbolsIn, ['SPY', 'QQQ', 'AAPL'])
    .option('--strategies <list>', 'asked in this order', strategiesIn, ['whale', 'scalp'])
    .option('--dashboard-user <name>', 'their password must stand in the environment or in .env')
    .option('--notify-hosts <list>', 'that the URLs of channels may name', hostsIn, [])
    .option('--json', JSON_HELP)
    .action(async (flags: InitOptions) => {
      const { init } = await import('./init.ts')
      const { yes = false, force = false, account = null, dashboardUser = null } = flags
      const { json = false, portIs = null } = flags
      ended(await init({ ...flags, yes, force, portIs, account, dashboardUser, json }))
    })

  program
    .command('completion')
    .description('print what makes a shell complete commands, options and choices')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action(async (shell: Shell) => {
      const { completion } = await import('./completion.ts')
      process.stdout.write(completion(program, shell))
    })
}

function strategiesIn(text: string): readonly StrategyName[] {
  const names = text.split(',').map((each) => each.trim())
  const known = names.flatMap((each) => strategyNames.find((name) => name === each) ?? [])
  if (known.length === names.length && new Set(known).size === known.length) return known
  throw new InvalidArgumentError(`expected some of ${strategyNames.join(', ')}, each once`)
}

function hostsIn(text: string): readonly string[] {
  const hosts = text.split(',').map((each) => each.trim())
  if (hosts.every((each) => /^[a-z0-9.:[\]-]+$/.test(each))) return hosts
  throw new InvalidArgumentError('expected hosts, like hooks.example.com')
}
