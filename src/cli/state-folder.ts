import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { emergencySettings } from '../config/emergency.ts'
import type { ConfiguredMode } from '../config/schema.ts'
import type { Hours } from '../domain/calendar.ts'
import { messageOf } from '../journal/files.ts'
import { lockFor } from '../journal/lock.ts'
import { CommandError } from './exit-codes.ts'

/** What one bot keeps: one folder a mode, so that no journal meets another mode's. */
export interface StateFolder {
  readonly path: string
  readonly journal: string
  readonly latch: string
  /** What live is armed for; written by a person's command alone. */
  readonly arm: string
  /** What `panic` has sent, in a file of its own. */
  readonly panic: string
  readonly orderIds: string
  readonly bars: string
  readonly controlSocket: string
  /** Written each second by the running bot, for its watchdog. */
  readonly vitals: string
  /** How a command names it: what is printed for a person to type carries the same. */
  readonly named: Named
}

/** Of a command line; null: it was not said. */
export interface Named {
  readonly mode: ConfiguredMode
  readonly state: string | null
  readonly config: string | null
}

/** What a command was given, as far as it names a state folder. */
export type Given = Partial<Record<'state' | 'config', string | null | undefined>>

/** Of the commands that need no whole configuration: a mistake in it must not lock them. */
export function stateRoot(of: {
  readonly state?: string | undefined
  readonly config?: string | undefined
}): string {
  if (of.state !== undefined) return of.state
  if (of.config === undefined) return STATE
  const { stateFolder: root, problems } = emergencySettings(of.config)
  const [first] = problems
  if (first !== undefined) process.stderr.write(`${first}; the state folder is taken as ${root}\n`)
  return root
}

/** Where nothing else is said, in the configuration or with the command. */
const STATE = 'state'

/** The least that an operating system takes as the name of a socket; some cut a longer one off. */
const SOCKET_NAME_BYTES_MAX = 103

export function stateFolder(root: string, mode: ConfiguredMode, given: Given = {}): StateFolder {
  const path = join(root, mode)
  const controlSocket = join(path, 'control.sock')
  const bytes = Buffer.byteLength(controlSocket)
  if (bytes > SOCKET_NAME_BYTES_MAX) {
    throw new CommandError(
      'usage',
      `expected a socket name of at most ${SOCKET_NAME_BYTES_MAX} bytes, ` +
        `${controlSocket} has ${bytes}; choose a state folder with a shorter path`,
    )
  }
  return {
    path,
    journal: join(path, 'journal.db'),
    latch: join(path, 'latch.json'),
    arm: join(path, 'arm.json'),
    panic: join(path, 'panic.jsonl'),
    orderIds: join(path, 'order-ids.json'),
    bars: join(path, 'bars'),
    controlSocket,
    vitals: join(path, 'vitals.json'),
    named: namedBy(root, mode, given),
  }
}

/** A folder that no flag of the command has named is named by where it is. */
function namedBy(root: string, mode: ConfiguredMode, { state, config }: Given): Named {
  const isUsual = resolve(root) === resolve(STATE)
  const unsaid = config == null && !isUsual ? root : null
  return { mode, state: state ?? unsaid, config: config ?? null }
}

/** A span of regular hours covers the night too, so bars of all hours are cached apart. */
export function barsFolder({ bars }: StateFolder, hours: Hours): string {
  return hours === 'all' ? `${bars}-all-hours` : bars
}

/** Created for its owner alone. */
export function makeStateFolder(folder: StateFolder): void {
  const objection = tryStateFolder(folder)
  if (objection === null) return
  const remedy = 'set state_folder to one you may write'
  throw new CommandError('journal', `expected a folder for the journal at ${objection}; ${remedy}`)
}

/** For what must go on without it (P7): why it is not there as it should be; null: it is. */
export function tryStateFolder({ path }: StateFolder): string | null {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    chmodSync(path, 0o700)
    return null
  } catch (error) {
    return `${path}: ${messageOf(error)}`
  }
}

/** What a demo before this one left, and nothing else that lies there; refused while one runs. */
export function forgetDemo(folder: StateFolder): void {
  const lock = lockFor(folder.journal)
  if (!lock.ok) throw new CommandError('journal', lock.error)
  const { journal, latch, orderIds, bars } = folder
  const journals = ['', '-wal', '-shm', '.ballast', '.emergency'].map((each) => journal + each)
  const latches = ['', '.engine', '.panic'].map((each) => latch + each)
  for (const path of [...journals, ...latches, orderIds, bars]) {
    rmSync(path, { recursive: true, force: true })
  }
  lock.value.release()
}
