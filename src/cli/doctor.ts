import { resolve } from 'node:path'
import pc from 'picocolors'
import { SystemClock, type Clock } from '../base/clock.ts'
import type { Settings } from '../config/settings.ts'
import type { OrderIdStore } from '../engine/ports.ts'
import { askTime } from '../ibkr/session/ask-time.ts'
import { clientIdOf } from '../ibkr/session/client-ids.ts'
import type { RunningBot } from '../ibkr/doctor/doctor-client-ids.ts'
import { examine, type Examined } from '../ibkr/doctor/doctor-examine.ts'
import type { Wanted } from '../ibkr/doctor/doctor-facts.ts'
import { gatewayFindings } from '../ibkr/doctor/doctor-findings.ts'
import {
  contactFindings,
  everyRow,
  DOCTOR_ROWS,
  type DoctorVerdict,
  type Finding,
} from '../ibkr/doctor/doctor-rows.ts'
import { TcpDialer } from '../ibkr/transport.ts'
import type { WhatIfAnswer } from '../ibkr/orders/what-if.ts'
import { settingsFrom } from './config-check.ts'
import { askControl } from './control.ts'
import { hostFindings } from './doctor-host.ts'
import { DRY_RUN_ACCOUNT } from './dry-run.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { noteDoctor } from './promotion.ts'
import { orderIdsIn } from './run.ts'
import { makeStateFolder, stateFolder } from './state-folder.ts'

export interface DoctorCommand {
  readonly config: string
  readonly gatewayTime: boolean
  readonly state: string | null
  readonly precautions: Wanted['precautions']
  readonly json: boolean
}

/** The bot asks the Gateway, whose deadline is 8 s (client-library.md section 6). */
const WHAT_IF_MS_MAX = 10_000

/** Looks at everything a run rests on, and says of each what it is. Changes nothing. */
export async function doctor(command: DoctorCommand): Promise<number> {
  const settings = gatewaySettings(command.config)
  const dialer = dialerOf(settings)
  const clock = await clockOf(settings, command.gatewayTime)
  const folder = stateFolder(resolve(command.state ?? settings.stateFolder), settings.mode)
  const bot = await runningBot(resolve(command.state ?? settings.stateFolder))
  const journalOf =
    settings.mode !== 'demo'
      ? { mode: settings.mode, accountId: settings.account ?? DRY_RUN_ACCOUNT }
      : null
  const host = hostFindings(settings, {
    at: clock.now(),
    folder,
    journalOf,
    node: process.versions.node,
  })
  const wanted = wantedOf(settings, command)
  const orderIds: OrderIdStore =
    settings.mode === 'paper'
      ? { ...durableIds(folder) }
      : { load: () => 0, reserve: () => undefined }
  const connect = () => dialer.connect()
  const examined = await examine({ clock, connect, wanted, bot, orderIds })
  const findings = everyRow(
    [...host, ...ofGateway(examined, wanted)],
    'the Gateway was not reached',
  )
  if (settings.mode !== 'dry-run') {
    const ok = findings.every(({ verdict }) => verdict !== 'wrong')
    noteDoctor(resolve(command.state ?? settings.stateFolder), { at: clock.now(), ok })
  }
  return report({ settings, examined, findings }, command.json)
}

/** Refuses what has no Gateway to look at. */
export function gatewaySettings(config: string): Settings {
  const settings = settingsFrom(config)
  if (settings.mode !== 'demo') return settings
  throw new CommandError(
    'usage',
    'mode demo has its Gateway in its own process: there is nothing to examine; ' +
      'set mode dry-run or paper, and the gateway section',
  )
}

export function dialerOf({ gateway: { host, port } }: Settings): TcpDialer {
  return new TcpDialer({ host, port, clock: new SystemClock() })
}

/** A Gateway that does not tell the time is examined all the same: that is what we are here for. */
export async function clockOf(settings: Settings, gatewayTime: boolean): Promise<Clock> {
  const clock = new SystemClock()
  if (!gatewayTime) return clock
  const dialer = dialerOf(settings)
  const { clientIdBase } = settings.gateway
  const told = await askTime({ clock, connect: () => dialer.connect(), clientIdBase })
  return told.ok ? new SystemClock(told.value) : clock
}

export function wantedOf(
  settings: Settings,
  command: Pick<DoctorCommand, 'gatewayTime' | 'precautions'>,
): Wanted {
  const { mode, account, gateway, symbols, rules } = settings
  return {
    mode,
    account,
    declared: gateway.side,
    address: `${gateway.host}:${gateway.port}`,
    clientIdBase: gateway.clientIdBase,
    symbols: symbols.map(({ underlying }) => underlying),
    allowDelayed: rules.allowDelayed,
    ...command,
  }
}

/** Made when there is none, as a run would: an id that was asked with is never used again. */
function durableIds(folder: ReturnType<typeof stateFolder>): OrderIdStore {
  makeStateFolder(folder)
  const ids = orderIdsIn(folder)
  return {
    load: (clientId) => ids.load(clientId),
    reserve: (clientId, upTo) => ids.reserve(clientId, upTo),
  }
}

/** Which bot of this state folder answers, if any; all but a dry run have an order connection. */
async function runningBot(root: string): Promise<RunningBot | null> {
  for (const mode of ['live', 'paper', 'dry-run'] as const) {
    const { controlSocket } = stateFolder(root, mode)
    const status = await askControl(controlSocket, { kind: 'status' })
    if (!status.ok) continue
    return { whatIf: mode === 'dry-run' ? null : () => askWhatIf(controlSocket) }
  }
  return null
}

async function askWhatIf(controlSocket: string): Promise<WhatIfAnswer> {
  const reply = await askControl(controlSocket, { kind: 'what-if' }, WHAT_IF_MS_MAX)
  if (reply.ok && reply.value.kind === 'what-if') return reply.value.answer
  const said = reply.ok ? JSON.stringify(reply.value) : reply.error
  return { kind: 'unanswered', detail: `the running bot said: ${said}` }
}

function ofGateway(examined: Examined, wanted: Wanted): readonly Finding[] {
  if (examined.kind === 'seen') return gatewayFindings(examined.facts, wanted)
  const clientId = clientIdOf('doctor', wanted.clientIdBase)
  return contactFindings(examined, { address: wanted.address, clientId })
}

interface Report {
  readonly settings: Settings
  readonly examined: Examined
  readonly findings: readonly Finding[]
}

function report({ settings, examined, findings }: Report, json: boolean): number {
  const count = (verdict: DoctorVerdict): number =>
    findings.filter((each) => each.verdict === verdict).length
  const [provenCount, wrongCount, openCount] = [
    count('proven'),
    count('wrong'),
    count('not checked'),
  ]
  const exitCode = wrongCount === 0 ? exitCodes.done : exitCodes.violated
  const { host, port } = settings.gateway
  if (json) {
    const seen = examined.kind === 'seen' ? examined.facts.hello.version : null
    process.stdout.write(
      `${JSON.stringify({
        ok: wrongCount === 0,
        exitCode,
        mode: settings.mode,
        gateway: `${host}:${port}`,
        serverVersion: seen,
        proven: provenCount,
        wrong: wrongCount,
        notChecked: openCount,
        findings,
      })}\n`,
    )
    return exitCode
  }
  const summary = `${provenCount} proven, ${wrongCount} wrong, ${openCount} not checked`
  const colour = wrongCount === 0 ? pc.green : pc.red
  process.stdout.write(`${findings.map(findingText).join('\n')}\n${colour(summary)}\n`)
  return exitCode
}

const MARKS = {
  proven: pc.green('proven     '),
  wrong: pc.red('wrong      '),
  'not checked': pc.yellow('not checked'),
} as const satisfies Readonly<Record<DoctorVerdict, string>>

/** What was wanted stands beside what is wrong, and under it what to do. */
function findingText({ row, subject, verdict, detail, remedy }: Finding): string {
  const about = subject === null ? row : `${row} ${subject}`
  const line = `${MARKS[verdict]}  ${pc.bold(about.padEnd(22))}  ${detail}`
  if (remedy === null) return line
  return [
    line,
    `             wanted: ${DOCTOR_ROWS[row].wanted}`,
    `             do: ${remedy}`,
  ].join('\n')
}
