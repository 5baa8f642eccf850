import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { envFileOf, envObjection, envText, withEnvFile } from '../config/env-file.ts'
import { parseSettings } from '../config/load.ts'
import { sideOf } from '../config/ports.ts'
import { hostObjection } from '../config/schema.ts'
import { messageOf, readIfThere, replaceFile } from '../journal/files.ts'
import { CommandError } from './exit-codes.ts'
import {
  accountObjection,
  portObjection,
  suggestedLimits,
  symbolsObjection,
  userObjection,
  type InitAnswers,
  type InitMode,
} from './init-answers.ts'
import { configText } from './init-file.ts'
import { EXAMPLE_CONFIG } from './options.ts'
import { PROGRAM } from './typed.ts'
import type { StrategyName } from '../strategy/registry.ts'

export interface InitFlags {
  readonly out: string
  /** Nothing is asked: what is not given has its default. */
  readonly yes: boolean
  /** An older file is replaced. */
  readonly force: boolean
  readonly mode: InitMode
  readonly host: string
  readonly port: number
  /** What a port is that IBKR has not; null: nobody says, and init does not guess. */
  readonly portIs: 'paper' | null
  readonly account: string | null
  readonly accountSize: number
  readonly symbols: readonly string[]
  readonly strategies: readonly StrategyName[]
  readonly dashboardUser: string | null
  readonly notifyHosts: readonly string[]
  readonly json: boolean
}

/** What is written, and only when all of it is right. */
export interface Plan {
  readonly out: string
  readonly answers: InitAnswers
  /** Into `.env` beside it; nothing: no such file is touched. */
  readonly secrets: Readonly<Record<string, string>>
}

/** What is wrong with what was given, each with its flag; empty: nothing is. */
function objectionsTo(flags: InitFlags): readonly string[] {
  const { account, mode, symbols, dashboardUser } = flags
  const needs =
    mode === 'paper' && account === null ? 'mode paper needs the account, like DU1234567' : null
  const isOut = mode !== 'demo' // a demo asks no Gateway
  const all: readonly (readonly [string, string | null])[] = [
    ['--host', isOut ? hostObjection(flags.host) : null],
    ['--port', isOut ? (portObjection(String(flags.port)) ?? sideObjection(flags)) : null],
    ['--account', needs ?? (account === null ? null : accountObjection(account))],
    ['--symbols', symbolsObjection(symbols)],
    ['--dashboard-user', dashboardUser === null ? null : userObjection(dashboardUser)],
  ]
  return all.flatMap(([flag, text]) => (text === null ? [] : [`${flag}: ${text}`]))
}

/** The side of a port is one of the checks that keep live locked: it is said, and not guessed. */
function sideObjection({ port, portIs }: InitFlags): string | null {
  if (sideOf(port, {}) !== null || portIs !== null) return null
  return `${port} is none of IBKR's ports; where a paper account is behind it, add --port-is paper`
}

/** For scripts: from flags alone; refused rather than guessed. */
export function planFrom(flags: InitFlags): Plan {
  const [objection] = objectionsTo(flags)
  if (objection !== undefined) throw new CommandError('usage', objection)
  const { mode, host, port, account, symbols, strategies, dashboardUser, notifyHosts } = flags
  const limits = suggestedLimits(flags.accountSize)
  const chosen = { mode, host, port, symbols, strategies, limits, dashboardUser, notifyHosts }
  return { out: flags.out, answers: { ...chosen, account, channels: [] }, secrets: {} }
}

/** Writes all of it or nothing; nothing is written that a start would refuse. */
export function carriedOut({ out, answers, secrets }: Plan): readonly string[] {
  const path = resolve(out)
  const text = configText(readFileSync(EXAMPLE_CONFIG, 'utf8'), answers)
  const beside = withEnvFile(path)
  const environment = { ...beside.environment, ...secrets }
  const settings = parseSettings(text, { path: out, environment })
  const problems = [...beside.problems, ...(settings.ok ? [] : settings.error)]
  if (problems.length > 0) {
    const list = problems.map((each) => `  ${each}`).join('\n')
    throw new CommandError('usage', `nothing was written; it would be refused:\n${list}`)
  }
  const odd = Object.entries(secrets).find(([, value]) => envObjection(value) !== null)
  if (odd !== undefined) throw new CommandError('usage', `${odd[0]}: it ${envObjection(odd[1])}`)
  try {
    // What is secret first: a configuration without its password would be refused.
    const env = envFileOf(path)
    if (Object.keys(secrets).length > 0) {
      replaceFile(env, envText(readIfThere(env) ?? '', secrets))
    }
    replaceFile(path, text)
    return Object.keys(secrets).length > 0 ? [out, env] : [out]
  } catch (error) {
    throw new CommandError(
      'usage',
      `${out}: expected a folder that can be written; ${messageOf(error)}`,
    )
  }
}

/** What a person does next, one command a line. */
export function nextCommands({ out, answers: { mode, channels } }: Plan): readonly string[] {
  const name = PROGRAM
  const check = `${name} config check --config ${out}`
  const alerts = channels.length === 0 ? [] : [`${name} alerts test --config ${out}`]
  if (mode === 'demo')
    return [
      check,
      ...alerts,
      `${name} demo --config ${out}`,
      `${name} report all --mode demo --config ${out}`,
    ]
  const run = `${name} run --config ${out}${mode === 'paper' ? ' --dry-run' : ''}`
  return [check, ...alerts, `${name} doctor --config ${out}`, run]
}
