import { renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { EpochMs } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { VERDICTS } from '../domain/incident.ts'
import type { Vitals } from '../engine/health.ts'
import { messageOf, readIfThere } from '../journal/files.ts'

/** What the running bot writes each second, for whoever watches it from outside. */
export interface VitalsFile {
  readonly pid: number
  readonly instance: string
  /** Grows with every write: whether there was a new word is no matter of clocks. */
  readonly beat: number
  readonly vitals: WatchedVitals
}

/** The part of the vitals that alarms are made of. */
export type WatchedVitals = Pick<
  Vitals,
  | 'at'
  | 'seq'
  | 'link'
  | 'lastCycleAt'
  | 'lastAnswerAt'
  | 'incident'
  | 'loopDelayMsMax'
  | 'loopDelayMsP99'
  | 'unprotected'
  | 'unprotectedSince'
  | 'watchedHere'
>

const moment = z.number().transform((at) => at as EpochMs)

const schema = z.looseObject({
  pid: z.int(),
  instance: z.string(),
  beat: z.int(),
  vitals: z.looseObject({
    at: moment,
    seq: z.int(),
    link: z.enum(['down', 'reconciling', 'up']),
    lastCycleAt: moment.nullable(),
    lastAnswerAt: moment.nullable(),
    incident: z.looseObject({ id: z.string(), verdict: z.enum(VERDICTS) }).nullable(),
    loopDelayMsMax: z.number(),
    loopDelayMsP99: z.number().nullable(),
    unprotected: z.int(),
    unprotectedSince: moment.nullable(),
    watchedHere: z.int(),
  }),
})

/**
 * All or nothing for a reader. Not synced: after a crash of the machine nobody asks how the bot
 * was. The reason why it could not be written; the watchdog then sees silence, and is right.
 */
export function writeVitals(
  path: string,
  file: Omit<VitalsFile, 'vitals'> & { readonly vitals: Vitals },
): string | null {
  try {
    writeFileSync(`${path}.new`, `${JSON.stringify(file)}\n`, { mode: 0o600 })
    renameSync(`${path}.new`, path)
    return null
  } catch (error) {
    return messageOf(error)
  }
}

/** Null when there is none. */
export function readVitals(path: string): Result<VitalsFile | null, string> {
  try {
    const text = readIfThere(path)
    return ok(text === null ? null : schema.parse(JSON.parse(text)))
  } catch (error) {
    return fail(`${path}: expected the vitals of a bot: ${messageOf(error)}`)
  }
}
