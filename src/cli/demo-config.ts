import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Ticker } from '../domain/contract.ts'
import { settingsFrom } from './config-check.ts'
import { EXAMPLE_CONFIG } from './options.ts'

/** What ships for recorded markets: each file for the symbols it lists. */
const REPLAY_CONFIGS = join(import.meta.dirname, '../../config/replay')

export interface DemoConfig {
  readonly path: string
  /** Why it may not fit, for a person; null when it was named or made for this. */
  readonly doubt: string | null
}

/**
 * The configuration that was named; else, of a replay, the one that is made for its symbols: the
 * example's filters are for liquid markets of today, and would refuse most of a recorded one.
 */
export function demoConfig(of: {
  readonly config: string | null
  readonly replay: string | null
  readonly symbols: readonly Ticker[] | null
}): DemoConfig {
  const { config, replay, symbols } = of
  if (config !== null) return { path: config, doubt: null }
  if (replay === null || symbols === null) return { path: EXAMPLE_CONFIG, doubt: null }
  const made = readdirSync(REPLAY_CONFIGS)
    .sort()
    .map((name) => join(REPLAY_CONFIGS, name))
    .find((path) => isMadeFor(path, symbols))
  if (made !== undefined) return { path: made, doubt: null }
  const doubt =
    `no file of ${relative('', REPLAY_CONFIGS)} lists ${symbols.join(', ')}: the filters of ` +
    `${relative('', EXAMPLE_CONFIG)} may not fit; name a configuration with --config`
  return { path: EXAMPLE_CONFIG, doubt }
}

function isMadeFor(path: string, symbols: readonly Ticker[]): boolean {
  const listed = settingsFrom(path).symbols.map((each) => each.underlying.symbol)
  return symbols.every((symbol) => listed.includes(symbol))
}
