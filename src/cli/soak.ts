import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse, stringify } from 'yaml'
import type { Ticker } from '../domain/contract.ts'
import { criteriaOf } from '../validation/criteria.ts'
import type { Setup } from '../validation/facts.ts'
import { criteriaLines, setupLines } from '../validation/report-text.ts'
import { settingsFrom } from './config-check.ts'
import { DEMO_ACCOUNT } from './demo-world.ts'
import { EXAMPLE_CONFIG } from './options.ts'
import { drawFaults, scenarioText } from './soak-faults.ts'
import { soaked } from './soak-run.ts'
import { forgetDemo, makeStateFolder, stateFolder } from './state-folder.ts'
import { reportFolder } from './validate-progress.ts'
import { report } from './validate-report.ts'

export interface SoakCommand {
  /** Null: the example that ships. */
  readonly config: string | null
  readonly minutes: number
  readonly symbols: readonly Ticker[]
  /** Times the messages of a normal day. */
  readonly load: number
  readonly faultEveryMinutes: number
  readonly seed: number
  readonly out: string | null
  readonly json: boolean
}

/** A Tuesday, once the open is over; what lasts longer goes through its nights, to the Friday. */
const START = '2026-03-10 09:45'

/** Bot and simulated Gateway in processes of their own, over TCP, in real time; the exit code. */
export async function soak(command: SoakCommand): Promise<number> {
  const { json, seed, out } = command
  const print = (line: string): void => void process.stdout.write(`${line}\n`)
  const say = (text: string): void => (json ? undefined : print(text))
  const settings = settingsFrom(command.config ?? EXAMPLE_CONFIG)
  const folder = reportFolder(resolve(out ?? join(settings.stateFolder, 'soak')), 'simulator')
  const state = stateFolder(join(folder.path, 'state'), 'paper')
  makeStateFolder(state)
  forgetDemo(state)
  const everyMs = command.faultEveryMinutes * 60_000
  const planned = drawFaults({ seed, runMs: command.minutes * 60_000, everyMs })
  const config = join(folder.path, 'config.yaml')
  const scenario = join(folder.path, 'scenario.yaml')
  const text = scenarioText(planned)
  if (text !== null) writeFileSync(scenario, text)
  const setup = setupOf(command, { intervalMs: settings.intervalMs, faults: planned.length })
  for (const line of setupLines(setup)) say(line)
  say('what must hold:')
  for (const line of criteriaLines(criteriaOf(setup))) say(line)
  const symbols = command.symbols.join()
  const market = ['--seed', String(seed), '--start', START, '--symbols', symbols]
  const broken = text === null ? [] : ['--scenario', scenario]
  const facts = await soaked({
    setup,
    state,
    planned,
    say,
    // Sales settle tomorrow: held to settled cash, most of a day of entries would only be refused.
    gatewayArgs: ['--port', '0', '--account-type', 'MARGIN', ...market, ...broken],
    botArgs: (port) => {
      writeFileSync(config, configText(command, port))
      return ['--config', config, '--gateway-time', '--state', join(folder.path, 'state')]
    },
  })
  return report({ facts, folder, json, say, print })
}

function setupOf(
  { seed, symbols, minutes, load, faultEveryMinutes }: SoakCommand,
  { intervalMs, faults }: { readonly intervalMs: number; readonly faults: number },
): Setup {
  return {
    phase: 'soak',
    on: 'simulator',
    where:
      'bot and simulated Gateway in two processes, over TCP, in real time; ' +
      `seed ${seed}; nothing here is real`,
    symbols,
    intervalMs,
    wantedMs: minutes * 60_000,
    trades: true,
    scenario: { name: `${faults} faults, one every ${faultEveryMinutes} min`, label: null },
    soak: { loadWanted: load, faults },
  }
}

/** The file that ships has limits for so many symbols; all may be so much wider. */
const SYMBOLS_OF_LIMITS = 3
const WIDER_MAX = 16
/** Of the whole portfolio. Left as they are, most symbols of a load would only be refused. */
const PORTFOLIO_LIMITS = {
  risk: [
    'max_open_structures',
    'max_per_expiry',
    'max_open_orders',
    'max_orders_per_day',
    'max_delta',
    'max_gamma',
    'max_vega',
    'max_theta',
    'max_shock_loss',
  ],
  last_look: ['max_outstanding', 'max_orders_per_minute'],
} as const

/** The bot's own file: mode paper, at the simulated Gateway, with room for all its symbols. */
export function configText(
  { config, symbols }: Pick<SoakCommand, 'config' | 'symbols'>,
  port: number,
): string {
  const file = parse(readFileSync(config ?? EXAMPLE_CONFIG, 'utf8')) as Record<string, Section>
  const times = Math.min(WIDER_MAX, Math.ceil(symbols.length / SYMBOLS_OF_LIMITS))
  return stringify({
    ...file,
    ...Object.fromEntries(
      Object.entries(PORTFOLIO_LIMITS).map(([name, keys]) => [
        name,
        wider(file[name], keys, times),
      ]),
    ),
    mode: 'paper',
    account: DEMO_ACCOUNT,
    gateway: { host: '127.0.0.1', port, ports: { [port]: 'paper' } },
    symbols,
    // What is proven is the bot; several soaks may run on one machine, which has each port once.
    dashboard: { enabled: false },
  })
}

type Section = Readonly<Record<string, unknown>>

/** The same section, each of these numbers or sums of dollars so many times as high. */
function wider(section: Section = {}, keys: readonly string[], times: number): Section {
  const values = keys.flatMap((key): [string, unknown][] => {
    const value = section[key]
    if (typeof value === 'number') return [[key, value * times]]
    const dollars = typeof value === 'string' ? /^\$(\d+(?:\.\d+)?)$/.exec(value)?.[1] : undefined
    return dollars === undefined ? [] : [[key, `$${Number(dollars) * times}`]]
  })
  return { ...section, ...Object.fromEntries(values) }
}
