import { existsSync } from 'node:fs'
import pc from 'picocolors'
import { SystemClock } from '../base/clock.ts'
import type { StatusReply } from '../engine/control.ts'
import { FileArm } from '../journal/arm.ts'
import { FileLatch } from '../journal/latch.ts'
import type { ConfiguredMode } from '../config/schema.ts'
import { askControl, START_ONE } from './control.ts'
import { exitCodes } from './exit-codes.ts'
import { stillArmed } from './live-start.ts'
import { runningBeside } from './owner.ts'
import { tryStateFolder, type StateFolder } from './state-folder.ts'
import { typed, typedPanic } from './typed.ts'

export interface KillCommand {
  readonly folder: StateFolder
  readonly by: string
  readonly reason: string | null
  readonly json: boolean
}

/** P44: what it took, from the moment the command began, milliseconds; null: it did not happen. */
export interface KillFigures {
  readonly latchedMs: number | null
  readonly acceptedMs: number | null
  readonly flatMs: number | null
}

/** P44, in a market that trades. */
const FLAT_MS_MAX = 30_000
const LOOK_MS = 100
/** A bot that is stopped or saturated does not answer; its latch holds all the same. */
const ANSWER_MS_MAX = 3_000

/**
 * The flag file first, so that it holds whatever becomes of the bot; then the bot itself, which
 * cancels and closes; then a look at what is left. A disk that takes no flag file holds nothing up.
 */
export async function killed({ folder, by, reason, json }: KillCommand): Promise<number> {
  const clock = new SystemClock()
  const startMs = clock.monotonicMs()
  const ms = (): number => Math.round(clock.monotonicMs() - startMs)
  const objection = tryStateFolder(folder)
  const why = reason === null ? '' : `: ${reason}`
  const saved = new FileLatch(folder.latch).set({ by: 'engine', reason: `kill by ${by}${why}` })
  const latchedMs = saved ? ms() : null
  const unsaved = saved ? null : (objection ?? folder.latch)
  const armed = new FileArm(folder.arm).clear() ? null : stillArmed(folder)
  const stray = existsSync(folder.journal)
    ? null
    : `no journal is in ${folder.path}: no bot ran there`
  const begun = { folder, json, latchedMs, unsaved, armed, stray }
  const command = { kind: 'kill', ...(reason !== null && { reason }) } as const
  const request = { kind: 'command', by, command } as const
  const reply = await askControl(folder.controlSocket, request, ANSWER_MS_MAX)
  if (!reply.ok || reply.value.kind !== 'done') {
    const came = reply.ok && reply.value.kind === 'refused' ? reply.value.reason : null
    // To start one is no advice here.
    const mute = reply.ok ? null : reply.error.replace(START_ONE, '')
    const beside = mute === null ? [] : await runningBeside(folder)
    said({ ...begun, beside, acceptedMs: null, flatMs: null, left: null, why: came, mute })
    return came === null ? exitCodes.connection : exitCodes.violated
  }
  const acceptedMs = ms()
  let left: StatusReply | null = null
  while (ms() < acceptedMs + FLAT_MS_MAX) {
    const status = await askControl(folder.controlSocket, { kind: 'status' }, ANSWER_MS_MAX)
    if (status.ok && status.value.kind === 'status') left = status.value
    if (left !== null && (isFlat(left) || left.flattenWaits !== null)) break
    await new Promise<void>((next) => void clock.after(LOOK_MS, next))
  }
  const flat = left !== null && isFlat(left)
  said({
    ...begun,
    acceptedMs,
    flatMs: flat ? ms() : null,
    left,
    why: null,
    mute: null,
    beside: [],
  })
  return flat && saved ? exitCodes.done : exitCodes.violated
}

function isFlat(status: StatusReply): boolean {
  return holdsNothing(status) && whyUnknown(status) === null
}

function holdsNothing({ positions, orders }: StatusReply): boolean {
  return positions.length === 0 && orders.every(({ status }) => status === 'quarantine-cancelled')
}

/** Why the books may not show what the broker holds: they alone are no proof then. */
function whyUnknown({ link, gates }: StatusReply): string | null {
  if (link !== 'up') return `the link is ${link}`
  return gates.find(({ gate }) => gate === 'reconcile' || gate === 'unnamed')?.reason ?? null
}

interface Said extends KillFigures {
  readonly folder: StateFolder
  readonly json: boolean
  /** What the disk said instead of taking the latch; null: it took it. */
  readonly unsaved: string | null
  /** Why live is still armed; null: it is not. */
  readonly armed: string | null
  /** Why it is perhaps another bot's folder that is meant; null: a bot ran in this one. */
  readonly stray: string | null
  /** Bots of other modes that run here. */
  readonly beside: readonly ConfiguredMode[]
  readonly left: StatusReply | null
  readonly why: string | null
  /** Why no answer came; null: one did. */
  readonly mute: string | null
}

const LATCHED =
  'The kill latch is set: a bot that goes on or starts enters nothing, and flattens.\n'
const UNHEARD =
  '\nAs far as is known NOTHING WAS CANCELLED and nothing was closed. To do that without it: '

function said(of: Said): void {
  const { json, folder, latchedMs, unsaved, armed, stray, beside } = of
  const { acceptedMs, flatMs, left, why, mute } = of
  const positions = left?.positions ?? []
  const figures = { latchedMs, acceptedMs, flatMs }
  if (json) {
    const ok = flatMs !== null && unsaved === null
    const waits = left?.flattenWaits ?? null
    process.stdout.write(
      `${JSON.stringify({ ok, ...figures, unsaved, armed, stray, positions, waits, why })}\n`,
    )
    return
  }
  const lines = [unsaved === null ? `latched after ${latchedMs} ms` : pc.red(notSaved(of))]
  if (armed !== null) lines.push(pc.red(armed))
  if (why !== null)
    lines.push(pc.red(`the bot refused: ${why}; to flatten without it: ${typedPanic(folder)}`))
  else if (acceptedMs === null) {
    lines.push(
      pc.red(`${unsaved === null ? LATCHED : ''}${mute ?? ''}${UNHEARD}${typedPanic(folder)}`),
    )
    if (stray !== null) lines.push(pc.red(`${stray}; is --state right, or --config?`))
    for (const each of beside) lines.push(pc.red(`one of mode ${each} runs: --mode ${each}`))
  } else if (flatMs !== null) lines.push(`accepted after ${acceptedMs} ms, flat after ${flatMs} ms`)
  else lines.push(pc.red(`accepted after ${acceptedMs} ms, ${notFlat(of)}`))
  process.stdout.write(`${lines.join('\n')}\n`)
}

function notFlat({ left, folder }: Said): string {
  const ways = `see ${typed('status', folder)}, or use ${typedPanic(folder)}`
  const waits = left?.flattenWaits ?? ways
  if (left === null) return `NOT KNOWN TO BE FLAT: it says nothing; ${waits}`
  if (holdsNothing(left)) return `NOT KNOWN TO BE FLAT: ${whyUnknown(left)}; ${waits}`
  const held = left.positions.map(({ contract, quantity }) => `${quantity} ${contract}`).join(', ')
  return `NOT FLAT: ${held || 'orders'}; ${waits}`
}

/** A running bot keeps a kill that it accepted, in memory; without the file that is all. */
function notSaved({ unsaved, acceptedMs }: Said): string {
  const held =
    acceptedMs === null
      ? 'nothing keeps a bot that goes on or starts from trading'
      : 'it holds in the running bot alone: one that starts again may trade'
  return `the kill latch was NOT SAVED: ${held}. Do not start it. (${unsaved})`
}
