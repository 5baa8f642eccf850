import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseEnv } from 'node:util'
import { LIVE_ACCOUNT } from './live.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface EnvFile {
  /** The environment, and what it leaves open from the file. */
  readonly environment: Environment
  /** What a person should know; nothing that stops a start. */
  readonly warnings: readonly string[]
  readonly problems: readonly string[]
}

/** Only our own variables are taken: a file in a folder must not steer Node or a shell. */
const OURS = 'IBKR_BOT__'

/** Beside the configuration: secrets that do not stand in it. */
export function envFileOf(config: string): string {
  return join(dirname(config), '.env')
}

/**
 * `.env` beside a configuration, under the environment: what is set there wins. It holds secrets
 * and can make a run more cautious; what unlocks live must be set where the bot is started.
 */
export function withEnvFile(config: string, environment: Environment = process.env): EnvFile {
  const path = envFileOf(config)
  const none = { environment, warnings: [], problems: [] }
  let text: string
  let mode: number
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat === undefined) return none
    mode = stat.mode
    text = readFileSync(path, 'utf8')
  } catch (error) {
    // Where there is no folder there is no file in it.
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return none
    const reason = error instanceof Error ? error.message : String(error)
    const problem = `${path}: expected a readable file, or none; ${reason}`
    return { environment, warnings: [], problems: [problem] }
  }
  const read: Environment = parseEnv(text)
  const names = Object.keys(read)
  const strange = names.filter((name) => !name.startsWith(OURS))
  const taken = names.filter((name) => name.startsWith(OURS))
  const problems = taken.includes(LIVE_ACCOUNT)
    ? [`${path}: ${LIVE_ACCOUNT}: no file unlocks live; set it in the bot's own environment`]
    : []
  const others = (mode & 0o077) !== 0
  const warnings = [
    ...(others && process.platform !== 'win32'
      ? [`${path}: others on this machine may read your secrets; chmod 600 ${path}`]
      : []),
    ...(strange.length > 0
      ? [`${path}: ${strange.join(', ')}: not taken; only ${OURS}... are`]
      : []),
  ]
  const filled = Object.fromEntries(
    taken.filter((name) => name !== LIVE_ACCOUNT).map((name) => [name, read[name]]),
  )
  return { environment: { ...filled, ...environment }, warnings, problems }
}

/** The lines of a `.env`, with these variables set and all others as they were. */
export function envText(before: string, values: Readonly<Record<string, string>>): string {
  const names = Object.keys(values)
  const kept = before.split('\n').filter((line) => {
    const name = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=/.exec(line)?.[1]
    return line !== '' && (name === undefined || !names.includes(name))
  })
  const set = Object.entries(values).map(([name, value]) => `${name}=${quoted(value)}`)
  return `${[...kept, ...set].join('\n')}\n`
}

/** Why a text cannot stand in a `.env`; null: it can. */
export function envObjection(value: string): string | null {
  if (/[\r\n\0]/.test(value)) return 'has a line break'
  return QUOTES.every((each) => value.includes(each)) ? 'has all of \', " and `' : null
}

const QUOTES = ["'", '`', '"']

function quoted(value: string): string {
  const quote = QUOTES.find((each) => !value.includes(each)) ?? "'"
  return `${quote}${value}${quote}`
}
