import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readIfThere, replaceFile, messageOf } from '../journal/files.ts'
import type { Period, Setup } from '../validation/facts.ts'
import { Tally, type KeptTally } from '../validation/tally.ts'
import { CommandError } from './exit-codes.ts'
import { forgetDemo, makeStateFolder, stateFolder, type StateFolder } from './state-folder.ts'

/** Where a run keeps its state and puts its report. */
export interface ReportFolder {
  readonly path: string
  readonly state: StateFolder
  readonly progress: string
  readonly json: string
  readonly html: string
}

export interface Progress {
  readonly setup: Setup
  readonly periods: readonly Period[]
  readonly cycles: number
  readonly tally: KeptTally
}

/** Written by this version: a file of another one is not continued. */
const VERSION = 1
const fileSchema = z.object({ version: z.literal(VERSION), progress: z.unknown() })

export function reportFolder(path: string, on: Setup['on']): ReportFolder {
  const state = stateFolder(join(path, 'state'), on === 'simulator' ? 'demo' : 'dry-run')
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new CommandError('usage', `expected a folder for the report: ${messageOf(error)}`)
  }
  makeStateFolder(state)
  return {
    path,
    state,
    progress: join(path, 'progress.json'),
    json: join(path, 'report.json'),
    html: join(path, 'report.html'),
  }
}

/** What an interrupted run of the same setup left; null: there is none, and all is forgotten. */
export function continued(folder: ReportFolder, setup: Setup): Progress | null {
  const kept = isContinued(setup) ? read(folder.progress) : null
  if (kept !== null && JSON.stringify(kept.setup) === JSON.stringify(setup)) return kept
  forgetDemo(folder.state)
  for (const path of [folder.progress, join(folder.state.path, 'simulated-account.json')]) {
    rmSync(path, { force: true })
  }
  return null
}

/** Only hours on a Gateway are worth going on with: a simulated day is had again in minutes. */
function isContinued({ phase, on }: Setup): boolean {
  return phase === 'phase3' && on === 'gateway'
}

/** What `progress` tells is what an interrupted run would leave. */
export function keep(folder: ReportFolder, setup: Setup, progress: () => Progress): void {
  if (!isContinued(setup)) return
  replaceFile(folder.progress, JSON.stringify({ version: VERSION, progress: progress() }))
}

/** A run that is over is not continued. */
export function complete(folder: ReportFolder): void {
  rmSync(folder.progress, { force: true })
}

/** Written by us alone, whole or not at all; what cannot be read is not continued. */
function read(path: string): Progress | null {
  try {
    const parsed = fileSchema.safeParse(JSON.parse(readIfThere(path) ?? 'null'))
    return parsed.success ? (parsed.data.progress as Progress) : null
  } catch {
    return null
  }
}

export function tallyOf(progress: Progress | null): Tally {
  return progress === null ? new Tally() : Tally.from(progress.tally)
}
