import { rmSync } from 'node:fs'
import { resolve } from 'node:path'
import pc from 'picocolors'
import { SystemClock, type Clock } from '../base/clock.ts'
import { Prng } from '../base/prng.ts'
import { emergencySettings, type EmergencySettings } from '../config/emergency.ts'
import { coversDay, newYorkDate, nextSession, sessionAt, sessionOf } from '../domain/calendar.ts'
import type { OrderIdStore } from '../engine/ports.ts'
import { openPanic } from '../ibkr/panic.ts'
import { TcpDialer } from '../ibkr/transport.ts'
import { FileArm } from '../journal/arm.ts'
import { FileLatch } from '../journal/latch.ts'
import { lockFor } from '../journal/lock.ts'
import { FileOrderIds } from '../journal/order-ids.ts'
import { PanicRecord } from '../journal/panic-record.ts'
import { runPanic, type PanicReport } from '../watchdog/panic.ts'
import { timeText } from '../cockpit/describe.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { gatewayTime } from './gateway-time.ts'
import { stillArmed } from './live-start.ts'
import { loginName } from './operator.ts'
import { stateFolder, tryStateFolder, type StateFolder } from './state-folder.ts'
import { terminal, type Terminal } from './terminal.ts'

export interface PanicCommand {
  readonly config: string
  readonly state: string | null
  /** Typed: of the account that is flattened. */
  readonly account: string | null
  readonly by: string | null
  readonly reason: string | null
  readonly withinSeconds: number
  /** Also while the market is closed, where cancelling takes away what protects. */
  readonly anyway: boolean
  readonly gatewayTime: boolean
  readonly json: boolean
}

interface PanicSettings {
  readonly mode: 'paper' | 'live'
  readonly account: string
  readonly gateway: NonNullable<EmergencySettings['gateway']>
  readonly stateFolder: string
}

/**
 * Flattens without the bot: own process, own connection, own client id; no engine, no journal. Sets
 * the latch before anything else, and may be run again at any time.
 */
export async function panic(command: PanicCommand, at: Terminal = terminal): Promise<number> {
  const settings = settingsOf(command.config)
  await mustBeTyped(settings.account, command.account, at)
  const root = resolve(command.state ?? settings.stateFolder)
  const folder = stateFolder(root, settings.mode, command)
  const objection = tryStateFolder(folder)
  const by = command.by ?? loginName()
  const why = command.reason === null ? '' : `: ${command.reason}`
  const ballast = (): void => rmSync(`${folder.journal}.ballast`, { force: true })
  const latch = new FileLatch(folder.latch, ballast)
  const latched = latch.set({ by: 'panic', reason: `panic by ${by}${why}` })
  const say = (text: string): void => {
    if (!command.json) process.stdout.write(`panic ${text}\n`)
  }
  if (latched)
    say('the kill latch is set: the bot enters nothing, and leaves the flattening to this')
  else say(pc.red(`${NOT_SAVED} (${objection ?? folder.latch})`))
  if (!new FileArm(folder.arm).clear()) say(pc.red(stillArmed(folder)))
  const release = alone(folder, say)
  try {
    const clock = command.gatewayTime ? await gatewayTime(settings.gateway) : new SystemClock()
    const closed = command.anyway ? null : whyClosed(clock)
    if (closed !== null) return closedEnding(closed, { latched, json: command.json })
    const report = await flattened({ settings, folder, clock, command, say })
    said(report, { latched, json: command.json })
    if (report.flat) return latched ? exitCodes.done : exitCodes.unsaved
    if (report.refused !== null) return exitCodes.refused
    return report.connectedMs === null ? exitCodes.connection : exitCodes.violated
  } finally {
    release()
  }
}

/** The broker is asked all the same (P7); a person must know what it lacks without the file. */
const NOT_SAVED =
  'the kill latch was NOT SAVED: a bot that runs does not know of this, and may go on or repair ' +
  'what is cancelled. Stop it, and do not start it'

function settingsOf(path: string): PanicSettings {
  const { mode, account, gateway, stateFolder: root, problems } = emergencySettings(path)
  if (problems.length > 0) {
    const counts = 'mode, account, gateway and state_folder count all the same'
    process.stderr.write(pc.yellow(`panic: a faulty configuration; ${counts}:\n`))
    process.stderr.write(problems.map((each) => `  ${each}\n`).join(''))
  }
  if (mode !== 'paper' && mode !== 'live') {
    const detail = mode === null ? 'no mode can be read' : `mode ${mode} has no orders at a broker`
    throw new CommandError('usage', `${detail}; panic is for mode paper and live`)
  }
  if (account === null) throw new CommandError('usage', `expected an account in ${path}`)
  if (gateway === null) {
    const detail = 'expected gateway.port, and a gateway.client_id_base where one is written'
    throw new CommandError('usage', `${detail}, in ${path}`)
  }
  return { mode, account, gateway, stateFolder: root }
}

/** By a person, or in the command line of whoever was configured to: never by accident. */
async function mustBeTyped(ours: string, flag: string | null, at: Terminal): Promise<void> {
  if (flag === null && !at.isPerson) {
    throw new CommandError('usage', 'expected --account: there is no terminal to ask at')
  }
  const question = 'Every order of the account is cancelled and every position closed.\n'
  const typed = flag ?? (await at.ask(`${question}Type the account id: `))
  if (typed === ours) return
  throw new CommandError('refused', `expected the account id of the configuration, came ${typed}`)
}

/** Two panics at once would oversell. A disk that takes no lock does not stop one. */
function alone(folder: StateFolder, say: (text: string) => void): () => void {
  const lock = lockFor(folder.panic)
  if (lock.ok) return () => lock.value.release()
  if (lock.error.includes('another instance')) {
    throw new CommandError('refused', 'another panic is at work on this account')
  }
  say(`goes on without its lock: ${lock.error}`)
  return () => undefined
}

/** Null also where the calendar does not know the day: then it is asked of the market itself. */
export function whyClosed(clock: Clock): string | null {
  const now = clock.now()
  if (sessionAt(now) !== null || !coversDay(now)) return null
  const today = sessionOf(newYorkDate(now))
  const next = today !== null && now < today.open ? today : nextSession(newYorkDate(now))
  const opens = next === null ? '' : `; it opens ${timeText(next.open)}`
  return `the market is closed${opens}. What protects the positions stays`
}

interface Ending {
  readonly latched: boolean
  readonly json: boolean
}

function closedEnding(closed: string, { latched, json }: Ending): number {
  const text = `${closed}. Run panic again then, or with --anyway now.`
  const line = JSON.stringify({ ok: false, latched, refused: null, waits: closed })
  process.stdout.write(json ? `${line}\n` : `${pc.red(text)}\n`)
  return exitCodes.inconclusive
}

async function flattened(of: {
  readonly settings: PanicSettings
  readonly folder: StateFolder
  readonly clock: Clock
  readonly command: PanicCommand
  readonly say: (text: string) => void
}): Promise<PanicReport> {
  const { settings, folder, clock, command, say } = of
  const { host, port, clientIdBase, side } = settings.gateway
  const dialer = new TcpDialer({ host, port, clock })
  const room = openPanic({
    clock,
    prng: new Prng(clock.now()),
    connect: (otherPort: number | null = null) => dialer.connect(otherPort),
    mode: settings.mode,
    declared: side,
    account: settings.account,
    clientIdBase,
    orderIds: idsIn(`${folder.panic}.ids`),
    notice: (_, notice) => {
      if (notice.kind === 'attempt-failed') say(`no connection yet: ${notice.fault.detail}`)
    },
  })
  const record = new PanicRecord(folder.panic)
  const withinMs = command.withinSeconds * 1_000
  const report = await runPanic({ clock, room, record, withinMs, say })
  await room.close()
  return report
}

/** In a file of its own, which the bot does not write. Where the disk takes nothing: in memory. */
function idsIn(path: string): OrderIdStore {
  const memory = new Map<number, number>()
  const file = fileIds(path)
  return {
    load: (clientId) => Math.max(file?.load(clientId) ?? 0, memory.get(clientId) ?? 0),
    reserve: (clientId, upTo) => {
      memory.set(clientId, upTo)
      try {
        file?.reserve(clientId, upTo)
      } catch {
        // The Gateway's own floor is left, and orders are named by their reference.
      }
    },
  }
}

function fileIds(path: string): FileOrderIds | null {
  try {
    return new FileOrderIds(path)
  } catch {
    return null
  }
}

function said(report: PanicReport, { latched, json }: Ending): void {
  const { flat, refused, left, waits, recorded } = report
  if (json) {
    process.stdout.write(`${JSON.stringify({ ok: flat && latched, latched, ...report })}\n`)
    return
  }
  const lines: string[] = []
  if (!recorded) lines.push(pc.yellow('the disk did not take the record of what was sent'))
  if (refused !== null) lines.push(pc.red(`refused: ${refused}; nothing was sent`))
  else if (flat && latched) {
    lines.push(pc.green(`flat after ${report.flatMs} ms. The bot stays killed.`))
  } else if (flat) lines.push(pc.red(`flat after ${report.flatMs} ms, and ${NOT_SAVED}`))
  else {
    const what = left === null ? 'unknown: there was no answer' : left.join(', ') || 'nothing'
    lines.push(pc.red(`NOT FLAT. Left: ${what}. It waited for ${waits}.`))
    lines.push(`Run panic again, or close by hand${latched ? '; the bot stays killed' : ''}.`)
  }
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** Why no person may lift a level now; null: no panic is at work. */
export function panicAtWork(folder: StateFolder): string | null {
  const lock = lockFor(folder.panic)
  if (lock.ok) {
    lock.value.release()
    return null
  }
  return lock.error.includes('another instance') ? 'panic is at work; wait until it ends' : null
}
