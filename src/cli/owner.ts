import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import pc from 'picocolors'
import { emergencySettings } from '../config/emergency.ts'
import type { ConfiguredMode } from '../config/schema.ts'
import { isOpen, START_ONE } from './control.ts'
import { CommandError } from './exit-codes.ts'
import { OWNERS, type ReadFlags } from './program-flags.ts'
import { stateFolder, stateRoot, type StateFolder } from './state-folder.ts'

/** Where no bot ever ran, and nothing says which is meant. */
const NOBODY: ConfiguredMode = 'demo'

interface Owner {
  readonly mode: ConfiguredMode
  /** Why this one, where another could have been meant; null: there was no other. */
  readonly why: string | null
}

/**
 * Of the commands that only read: whose state folder is meant. Without `--mode` it is the one bot
 * that runs, then the mode of the file that is given, then what was written last; said on stderr
 * where another could have been meant. Two that run are not chosen between.
 */
export async function ownerOf(flags: ReadFlags): Promise<StateFolder> {
  const root = stateRoot(flags)
  if (flags.mode !== undefined) return stateFolder(root, flags.mode, flags)
  const all = OWNERS.map((mode) => stateFolder(root, mode, flags))
  const { mode, why } = chosen(await runningOf(all), all, modeOf(flags))
  if (why !== null) process.stderr.write(`${pc.dim(`mode ${mode}: ${why}`)}\n`)
  return stateFolder(root, mode, flags)
}

function chosen(
  running: readonly ConfiguredMode[],
  all: readonly StateFolder[],
  ofFile: ConfiguredMode | null,
): Owner {
  const kept = all.filter(hasState).map(({ named }) => named.mode)
  const but = (mode: ConfiguredMode): string => {
    const others = kept.filter((each) => each !== mode)
    return others.length === 0 ? '' : `; there is also ${others.map(flag).join(' and ')}`
  }
  const [only, another] = running
  if (another !== undefined) {
    const names = running.map(flag).join(' or ')
    throw new CommandError('usage', `${running.length} bots are running: say which by ${names}`)
  }
  if (only !== undefined) {
    const isPlain = kept.every((each) => each === only) && only === NOBODY
    return { mode: only, why: isPlain ? null : `the one bot that runs${but(only)}` }
  }
  if (ofFile !== null && kept.includes(ofFile)) {
    return { mode: ofFile, why: `that of the configuration; no bot runs${but(ofFile)}` }
  }
  const [newest] = all.filter(hasState).toSorted((a, b) => writtenMs(b) - writtenMs(a))
  if (newest === undefined) return { mode: ofFile ?? NOBODY, why: null }
  const { mode } = newest.named
  if (kept.length > 1) return { mode, why: `it was written last; no bot runs${but(mode)}` }
  return { mode, why: mode === NOBODY ? null : 'no other has any state here; no bot runs' }
}

function flag(mode: ConfiguredMode): string {
  return `--mode ${mode}`
}

/** Those of the folders that a bot has open, in their order: also one that stands still. */
async function runningOf(all: readonly StateFolder[]): Promise<readonly ConfiguredMode[]> {
  const answers = await Promise.all(all.map(isRunning))
  return all.filter((_, i) => answers[i]).map(({ named }) => named.mode)
}

async function isRunning({ controlSocket }: StateFolder): Promise<boolean> {
  return existsSync(controlSocket) && (await isOpen(controlSocket))
}

/** Of other modes, in the same root. */
export function runningBeside({ path, named }: StateFolder): Promise<readonly ConfiguredMode[]> {
  const others = OWNERS.filter((each) => each !== named.mode)
  return runningOf(others.map((each) => stateFolder(dirname(path), each)))
}

/** Where no bot answers, and another one runs, it is perhaps that one which is meant. */
export async function unheard(folder: StateFolder, why: string): Promise<CommandError> {
  const beside = await runningBeside(folder)
  if (beside.length === 0) return new CommandError('connection', why)
  const runs = beside.map((each) => `one of mode ${each} runs: ${flag(each)}`).join(', ')
  return new CommandError('connection', `${why.replace(START_ONE, '')}; ${runs}`)
}

function hasState(folder: StateFolder): boolean {
  return filesOf(folder).some((path) => existsSync(path))
}

function writtenMs(folder: StateFolder): number {
  const times = filesOf(folder).map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs)
  return Math.max(...times.map((ms) => ms ?? 0))
}

function filesOf({ journal, vitals }: StateFolder): readonly string[] {
  return [journal, `${journal}-wal`, vitals]
}

function modeOf({ config }: ReadFlags): ConfiguredMode | null {
  return config === undefined ? null : emergencySettings(config).mode
}
