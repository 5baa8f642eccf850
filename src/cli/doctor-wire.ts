import pc from 'picocolors'
import { SystemClock } from '../base/clock.ts'
import { clientIdOf } from '../ibkr/session/client-ids.ts'
import { Redactor } from '../ibkr/doctor/redact.ts'
import { visit, visitShared } from '../ibkr/doctor/visit.ts'
import { WireTally } from '../ibkr/doctor/wire-tally.ts'
import { wireTour } from '../ibkr/doctor/wire-tour.ts'
import { dialerOf, gatewaySettings } from './doctor.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { version } from './version.ts'
import { wireReport, wireText } from './wire-report.ts'

export interface DoctorWireCommand {
  readonly config: string
  readonly json: boolean
}

const BUDGET_MS = 45_000

/**
 * First contact: whether every message of this Gateway is read whole, with nothing left over. It
 * sends no order frame, and what it prints names nobody: it may be attached to an issue.
 */
export async function doctorWire({ config, json }: DoctorWireCommand): Promise<number> {
  const settings = gatewaySettings(config)
  const clock = new SystemClock()
  const dialer = dialerOf(settings)
  const redactor = new Redactor(settings.account === null ? [] : [settings.account])
  const tally = new WireTally(redactor)
  const clientId = clientIdOf('doctor', settings.gateway.clientIdBase)
  const connect = () => dialer.connect()
  const visited = await visit({ clock, connect, clientId, tap: tally, shared: visitShared(clock) })
  if (visited.kind === 'failed') {
    const { stage, detail } = visited
    throw new CommandError(
      'connection',
      `expected a session to look at, came ${stage}: ${redactor.text(detail)}; ` +
        'run doctor without --wire: it names what is wrong and the remedy',
    )
  }
  const timeUp = new AbortController()
  const stopBudget = clock.after(BUDGET_MS, () => timeUp.abort())
  const symbols = settings.symbols.map(({ underlying }) => underlying)
  const { account } = settings
  const of = { clock, symbols: symbols.slice(0, 5), account, signal: timeUp.signal }
  const silent = await wireTour(visited.visit, of)
  stopBudget()
  visited.visit.close()
  const report = { ...wireReport(tally), connectionTime: tally.connectionTime, silent }
  const exitCode = report.drifted === 0 ? exitCodes.done : exitCodes.violated
  if (json) {
    const head = {
      ok: exitCode === exitCodes.done,
      exitCode,
      bot: version(),
      node: process.version,
    }
    process.stdout.write(`${JSON.stringify({ ...head, ...report })}\n`)
    return exitCode
  }
  const node = `Node.js ${process.versions.node}, ${process.platform}`
  const head = `ibkr-options-bot ${version()}, ${node}`
  process.stdout.write(`${head}\nconnection time ${report.connectionTime}\n${wireText(report)}\n`)
  if (silent.length > 0) {
    process.stdout.write(`${pc.yellow(`not answered: ${silent.join(', ')}`)}\n`)
  }
  return exitCode
}
