import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emergencySettings } from '../../src/config/emergency.ts'
import { loadSettings } from '../../src/config/load.ts'
import { outOfBounds } from './config-bounds.ts'
import type { ConfigInput } from './config-input.ts'
import { counted } from './edges.ts'
import type { Counts } from './edges.ts'
import { shapeOf } from './subject.ts'
import { timed } from './timed.ts'

/** A person waits for it, and a supervisor that starts the bot again. */
const MS_MAX = 200
/** Problems of one file that anybody reads, and the letters of each. */
const PROBLEM_MAX = 1_000

export type Load = typeof loadSettings

const folder = mkdtempSync(join(tmpdir(), 'fuzz-config-'))
const path = join(folder, 'bot.yaml')
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** `load`: another one than ours, to see that the laws notice. */
export function judgeConfig(
  input: ConfigInput,
  reached: Counts,
  load: Load = loadSettings,
): string | null {
  writeFileSync(path, input.bytes)
  const environment = input.mode === null ? {} : { IBKR_BOT__MODE: input.mode }
  return (
    timed(MS_MAX, () => {
      const loaded = load(path, environment)
      if (loaded.ok) {
        counted(reached, `accepted: ${loaded.value.mode}`)
        return outOfBounds(loaded.value, input.mode)
      }
      for (const problem of loaded.error) {
        counted(reached, shapeOf(problem.replaceAll(path, 'FILE').replace(/:\d+:/, ':')))
      }
      return unhelpful(loaded.error)
    }) ?? timed(MS_MAX, () => brokenEmergency())
  )
}

/** What to do about it, in one of the ways that the loader has of saying so. */
const REMEDY =
  /expected|did you mean|remove|missing|needs|only in mode|declare|trade a stock|hours is all|is a (paper|live) port/

/** Each names its place, and what to do there. */
function unhelpful(problems: readonly string[]): string | null {
  if (problems.length === 0) return 'refused, and nothing is said'
  for (const problem of problems) {
    const place = problem.startsWith(`${path}:`)
      ? /^:\d+: ./.exec(problem.slice(path.length))
      : /^environment: [A-Z_]+: ./.exec(problem)
    if (place === null) return `no place in ${JSON.stringify(problem.slice(0, 300))}`
    if (problem.length > PROBLEM_MAX) return `a problem of ${problem.length} letters`
    if (!REMEDY.test(problem)) return `no remedy in ${JSON.stringify(problem.slice(0, 300))}`
    if (/\p{Cc}/u.test(problem)) return 'a problem holds control characters'
  }
  return null
}

/** Whatever the file is, `kill` and `panic` can read what there is to be read. */
function brokenEmergency(): string | null {
  const { mode, account, gateway, stateFolder } = emergencySettings(path)
  const known = mode === null || ['demo', 'dry-run', 'paper', 'live'].includes(mode)
  const named = account === null || /^[A-Z]{1,3}\d+$/.test(account)
  const port = gateway === null || (Number.isInteger(gateway.port) && gateway.port > 0)
  return known && named && port && stateFolder !== '' ? null : 'an emergency reads nonsense'
}
