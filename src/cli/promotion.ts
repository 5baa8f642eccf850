import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import pc from 'picocolors'
import { z } from 'zod'
import type { EpochMs } from '../base/clock.ts'
import type { Settings } from '../config/settings.ts'
import { messageOf, readIfThere, replaceFile } from '../journal/files.ts'
import { readJournal } from '../journal/sqlite.ts'
import type { Entry } from '../journal/rows.ts'
import { promotionOf, type Promotion, type StageEvidence } from '../validation/promotion.ts'
import { settingsFrom } from './config-check.ts'
import { timeText } from '../cockpit/describe.ts'
import { CommandError } from './exit-codes.ts'
import { stateFolder } from './state-folder.ts'

/** Which stage is earned, by what, and what the next one lacks. */
export function promotion(command: {
  readonly config: string
  readonly state: string | null
  readonly json: boolean
}): void {
  const settings = settingsFrom(command.config)
  const found = promotionIn(settings, resolve(command.state ?? settings.stateFolder))
  process.stdout.write(`${command.json ? JSON.stringify(found) : promotionText(found)}\n`)
}

/** From the journals under this folder; one that cannot be read is an ending, not no evidence. */
export function promotionIn(settings: Settings, root: string): Promotion {
  const record = {
    paper: entriesOf(stateFolder(root, 'paper').journal),
    live: entriesOf(stateFolder(root, 'live').journal),
    doctorFailedAt: doctorFailedAt(root),
  }
  return promotionOf(record, settings.live.promotion)
}

function entriesOf(journal: string): readonly Entry[] {
  if (!existsSync(journal)) return []
  const read = readJournal(journal)
  if (read.ok) return read.value
  throw new CommandError('journal', read.error.detail)
}

const doctorSchema = z.looseObject({ at: z.number(), ok: z.boolean() })

/** What `doctor` found last: a finding that is wrong holds promotion back until all is well. */
export function noteDoctor(root: string, found: { readonly at: EpochMs; readonly ok: boolean }) {
  try {
    if (existsSync(root)) replaceFile(join(root, 'doctor.json'), `${JSON.stringify(found)}\n`)
  } catch {
    // A disk that is full is among what doctor itself finds.
  }
}

function doctorFailedAt(root: string): EpochMs | null {
  const path = join(root, 'doctor.json')
  try {
    const text = readIfThere(path)
    if (text === null) return null
    const { at, ok } = doctorSchema.parse(JSON.parse(text))
    return ok ? null : (at as EpochMs)
  } catch (error) {
    throw new CommandError('journal', `${path}: ${messageOf(error)}; run doctor again`)
  }
}

export function promotionText(of: Promotion): string {
  const { stage, earned, overridden, demerits, missing } = of
  const last = demerits.at(-1)
  return [
    `stage ${pc.bold(stage)}${overridden ? pc.red(` by override; earned is ${earned}`) : ''}`,
    evidenceText('paper', of.paper),
    evidenceText('live', of.live),
    last === undefined
      ? 'nothing has begun the count anew'
      : pc.yellow(`counted since ${timeText(last.at)}, ${last.mode}: ${last.what}`),
    ...missing.map((each) => `  missing: ${each}`),
  ].join('\n')
}

function evidenceText(name: string, of: StageEvidence): string {
  const seconds = (of.unprotectedMsMax / 1000).toFixed(1)
  return (
    `${name.padEnd(6)} ${of.days} clean days, ${of.decisions} decisions, ${of.entries} entries, ` +
    `${of.incidents} incidents, unprotected at most ${seconds} s`
  )
}
