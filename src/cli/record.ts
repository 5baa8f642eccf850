import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import pc from 'picocolors'
import { SystemClock } from '../base/clock.ts'
import type { Settings } from '../config/settings.ts'
import { clientIdOf } from '../ibkr/session/client-ids.ts'
import { checkRecording, parseRecording, Recording } from '../ibkr/doctor/recording.ts'
import type { TapListener } from '../ibkr/doctor/tap.ts'
import { visit, visitShared, type Visit } from '../ibkr/doctor/visit.ts'
import { openStreams, wireTour } from '../ibkr/doctor/wire-tour.ts'
import { hasCode, messageOf } from '../journal/files.ts'
import { timeText } from '../cockpit/describe.ts'
import { dialerOf, gatewaySettings } from './doctor.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { untilAsked } from './signals.ts'
import { version } from './version.ts'
import { wireReport, wireText } from './wire-report.ts'

export interface RecordCommand {
  readonly config: string
  readonly out: string
  readonly minutes: number
  readonly json: boolean
}

/** Hours of quotes on a few lines; an issue takes it compressed. */
const BYTES_MAX = 64 * 1024 * 1024
const MINUTE_MS = 60_000
/** Streams are held by the login, and the bot beside us needs them. */
const SYMBOLS_MAX = 5

/** Records what goes over the wire of a session that only asks, until its time is over. */
export async function record(command: RecordCommand): Promise<number> {
  const { config, out, minutes, json } = command
  const settings = gatewaySettings(config)
  const asked = untilAsked()
  const file = fileAt(out)
  const clock = new SystemClock()
  const began = clock.monotonicMs()
  const recording = new Recording({
    write: (text) => written(file, text),
    ms: () => clock.monotonicMs() - began,
    startedAt: timeText(clock.now()),
    recordedBy: `ibkr-options-bot ${version()}`,
    accounts: settings.account === null ? [] : [settings.account],
    bytesMax: BYTES_MAX,
  })
  const connected = await sessionOf(settings, clock, recording).catch((error: unknown) => {
    closeSync(file)
    rmSync(out, { force: true }) // a session that never began leaves no file behind
    throw error
  })
  const stop = new AbortController()
  const ends = new Promise<string>((resolve) => {
    clock.after(minutes * MINUTE_MS, () => resolve(`${minutes} min are over`))
    void asked.then(() => resolve('asked to stop'))
    watchEnd({ clock, session: connected, recording }, resolve)
  })
  const symbols = settings.symbols.map(({ underlying }) => underlying).slice(0, SYMBOLS_MAX)
  const tour = { clock, symbols, account: settings.account, signal: stop.signal }
  void wireTour(connected, tour).then(() => openStreams(connected, tour))
  if (!json) process.stdout.write(`recording into ${out}; Ctrl-C ends it\n`)
  const why = await ends
  stop.abort()
  connected.close()
  recording.end(why)
  closeSync(file)
  const { frames } = recording
  const ended = recording.ended ?? why
  process.stdout.write(
    json
      ? `${JSON.stringify({ ok: true, exitCode: exitCodes.done, out, frames, ended })}\n`
      : `${frames} frames, ${ended}; look at them before you hand them in: record --check ${out}\n`,
  )
  return exitCodes.done
}

/** Its own end, the connection's, or a full file: whichever is first. */
function watchEnd(
  of: { readonly clock: SystemClock; readonly session: Visit; readonly recording: Recording },
  ended: (why: string) => void,
): void {
  const { clock, session, recording } = of
  const why = recording.ended ?? session.ended?.detail ?? null
  if (why !== null) return ended(why)
  clock.after(500, () => watchEnd(of, ended))
}

async function sessionOf(settings: Settings, clock: SystemClock, tap: TapListener): Promise<Visit> {
  const dialer = dialerOf(settings)
  const clientId = clientIdOf('doctor', settings.gateway.clientIdBase)
  const connect = () => dialer.connect()
  const visited = await visit({ clock, connect, clientId, tap, shared: visitShared(clock) })
  if (visited.kind === 'up') return visited.visit
  throw new CommandError(
    'connection',
    `expected a session to record, came ${visited.stage}: ${visited.detail}; ` +
      'run doctor: it names what is wrong and the remedy',
  )
}

/** Never over what is there; for its owner alone, as what is in it may still tell something. */
function fileAt(path: string): number {
  try {
    return openSync(path, 'wx', 0o600)
  } catch (error) {
    const remedy = hasCode(error, 'EEXIST')
      ? 'choose another name'
      : 'choose a folder you may write'
    throw new CommandError('usage', `${path}: ${messageOf(error)}; ${remedy}`)
  }
}

function written(file: number, text: string): boolean {
  try {
    writeSync(file, text)
    return true
  } catch {
    return false // the disk is full: what is there stays readable
  }
}

/** Reads a recording with the layouts of this version, and says what they do not fit. */
export function recordCheck(path: string, json: boolean): number {
  const recorded = parseRecording(textAt(path))
  if (!recorded.ok) throw new CommandError('usage', `${path}: ${recorded.error}`)
  const report = wireReport(checkRecording(recorded.value))
  const { complete } = recorded.value
  const exitCode = report.drifted === 0 ? exitCodes.done : exitCodes.violated
  if (json) {
    const head = { ok: exitCode === exitCodes.done, exitCode, complete }
    process.stdout.write(`${JSON.stringify({ ...head, ...report })}\n`)
    return exitCode
  }
  if (!complete)
    process.stdout.write(`${pc.yellow('the file was cut short; its lines are read')}\n`)
  process.stdout.write(`${wireText(report)}\n`)
  return exitCode
}

function textAt(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new CommandError('usage', `expected a recording: ${messageOf(error)}`)
  }
}
