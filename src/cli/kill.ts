import pc from 'picocolors'
import { SystemClock } from '../base/clock.ts'
import type { StatusReply } from '../engine/control.ts'
import { FileLatch } from '../journal/latch.ts'
import { askControl } from './control.ts'
import { exitCodes } from './exit-codes.ts'
import { makeStateFolder, type StateFolder } from './state-folder.ts'

export interface KillCommand {
  readonly folder: StateFolder
  readonly by: string
  readonly reason: string | null
  readonly json: boolean
}

/** P44: what it took, from the moment the command began, milliseconds; null: it did not happen. */
export interface KillFigures {
  readonly latchedMs: number
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
 * cancels and closes; then a look at what is left.
 */
export async function killed({ folder, by, reason, json }: KillCommand): Promise<number> {
  const clock = new SystemClock()
  const startMs = clock.monotonicMs()
  const ms = (): number => Math.round(clock.monotonicMs() - startMs)
  makeStateFolder(folder)
  const why = reason === null ? '' : `: ${reason}`
  new FileLatch(folder.latch).set({ by: 'engine', reason: `kill by ${by}${why}` })
  const latchedMs = ms()
  const command = { kind: 'kill', ...(reason !== null && { reason }) } as const
  const request = { kind: 'command', by, command } as const
  const reply = await askControl(folder.controlSocket, request, ANSWER_MS_MAX)
  if (!reply.ok || reply.value.kind !== 'done') {
    const came = reply.ok && reply.value.kind === 'refused' ? reply.value.reason : null
    said({ json, latchedMs, acceptedMs: null, flatMs: null, left: null, why: came })
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
  said({ json, latchedMs, acceptedMs, flatMs: flat ? ms() : null, left, why: null })
  return flat ? exitCodes.done : exitCodes.violated
}

function isFlat({ positions, orders }: StatusReply): boolean {
  return positions.length === 0 && orders.every(({ status }) => status === 'quarantine-cancelled')
}

interface Said extends KillFigures {
  readonly json: boolean
  readonly left: StatusReply | null
  readonly why: string | null
}

const UNHEARD =
  'The kill latch is set: a bot that goes on or starts enters nothing, and flattens.\n' +
  'No bot answered, so NOTHING WAS CANCELLED and nothing was closed. To do that without it: panic'

function said({ json, latchedMs, acceptedMs, flatMs, left, why }: Said): void {
  const positions = left?.positions ?? []
  const figures = { latchedMs, acceptedMs, flatMs }
  if (json) {
    const ok = flatMs !== null
    const waits = left?.flattenWaits ?? null
    process.stdout.write(`${JSON.stringify({ ok, ...figures, positions, waits, why })}\n`)
    return
  }
  const lines = [`latched after ${latchedMs} ms`]
  if (why !== null) lines.push(pc.red(`the bot refused: ${why}; to flatten without it: panic`))
  else if (acceptedMs === null) lines.push(pc.red(UNHEARD))
  else if (flatMs !== null) lines.push(`accepted after ${acceptedMs} ms, flat after ${flatMs} ms`)
  else {
    const held = positions.map(({ contract, quantity }) => `${quantity} ${contract}`).join(', ')
    const waits = left?.flattenWaits ?? 'see status, or use panic'
    lines.push(pc.red(`accepted after ${acceptedMs} ms, NOT FLAT: ${held || 'orders'}; ${waits}`))
  }
  process.stdout.write(`${lines.join('\n')}\n`)
}
