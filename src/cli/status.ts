import pc from 'picocolors'
import { verdictText } from '../domain/incident.ts'
import type { StatusReply } from '../engine/control.ts'
import type { Vitals } from '../engine/health.ts'
import type { LatencyFigures } from '../engine/latency.ts'
import { STOP_TEXT } from '../orders/stop-text.ts'
import { pnlText, timeText } from '../cockpit/describe.ts'
import { askControl } from './control.ts'
import { CommandError } from './exit-codes.ts'
import { unheard } from './owner.ts'
import type { StateFolder } from './state-folder.ts'

/** What the running bot knows, as it says itself; facts with their ages. */
export async function status(folder: StateFolder, json: boolean): Promise<void> {
  const reply = await askControl(folder.controlSocket, { kind: 'status' })
  if (!reply.ok) throw await unheard(folder, reply.error)
  if (reply.value.kind !== 'status') {
    throw new CommandError('internal', `expected a status, came ${JSON.stringify(reply.value)}`)
  }
  const text = json ? JSON.stringify(reply.value) : statusText(reply.value)
  process.stdout.write(`${text}\n`)
}

export function statusText(of: StatusReply): string {
  const { vitals, pnl } = of
  const age = (at: number | null) =>
    at === null ? 'never' : `${((vitals.at - at) / 1000).toFixed(0)} s ago`
  return [
    `${pc.bold(of.mode)} ${of.accountId}  ${timeText(vitals.at)}  seq ${of.seq}`,
    `level ${of.tradingState}${armedText(of)}, link ${of.link}, ` +
      `last answer ${age(vitals.lastAnswerAt)}, ` +
      `last cycle ${age(vitals.lastCycleAt)}, unprotected ${vitals.unprotected}`,
    ...of.gates.map(({ gate, symbol, reason }) =>
      pc.yellow(`gate ${gate}${symbol === null ? '' : ` of ${symbol}`}: ${reason}`),
    ),
    ...of.incidents.map(({ since, symptom, verdict }) =>
      pc.red(`incident since ${timeText(since)}, ${symptom}: ${verdictText(verdict)}`),
    ),
    ...of.structures.map((s) => `${s.strategy}: ${s.quantity} ${s.contract}  ${pc.dim(s.id)}`),
    ...of.orders.map(
      (o) =>
        `  ${o.role} ${o.side} ${o.quantity - o.filled} ${o.contract}: ` +
        `${o.status}  ${pc.dim(o.id)}`,
    ),
    ...(of.orders.some(({ role }) => role === 'stop-loss') ? [pc.dim(STOP_TEXT)] : []),
    pnlLine(pnl),
    ...healthLines(vitals),
    barsText(of),
    ...of.budgets
      .filter(({ used }) => used > 0)
      .map(({ rule, used, limit, freesAtMs }) => {
        const frees = freesAtMs === null ? '' : `, frees at ${timeText(freesAtMs)}`
        const text = `  ${rule}: ${used} of ${limit}${frees}`
        return used >= limit ? pc.yellow(text) : pc.dim(text)
      }),
  ].join('\n')
}

function pnlLine({ realized, daily }: StatusReply['pnl']): string {
  const today = daily === null ? 'unknown' : pnlText(daily)
  const since = `realised ${pnlText(realized)} since the journal began`
  return `${since}; today by the broker, with what is held, ${today}`
}

function armedText({ mode, armedOn }: StatusReply): string {
  if (mode !== 'live') return ''
  return armedOn === null ? ', not armed' : `, armed for ${armedOn}`
}

/** How many symbols are fed by each source; by name those whose bars are polled, or have none. */
function barsText({ bars }: StatusReply): string {
  const counts = new Map<string, number>()
  for (const { source } of bars) {
    const name = source ?? 'none'
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const text = [...counts].map(([source, count]) => `${count} ${source}`).join(', ')
  const weak = bars.filter(({ source }) => source === null || source === 'polled')
  const names = weak.length === 0 ? '' : ` (${weak.map(({ symbol }) => symbol).join(' ')})`
  return `bars: ${text === '' ? 'none' : text}${names}`
}

/** How the requests do, what is not asked, and how late the event loop runs. */
function healthLines(vitals: Vitals): readonly string[] {
  const { requests, breakers, loopDelayMsP99, incident, noticesLost } = vitals
  const delay = loopDelayMsP99 === null ? [] : [`event loop late by ${ms(loopDelayMsP99)} at p99`]
  return [
    ...(incident === null ? [] : [pc.red(`incident ${incident.id} is open: ${incident.verdict}`)]),
    ...breakers.map((each) =>
      pc.yellow(
        each.phase === 'open'
          ? `breaker ${each.class}: open, asks again in ${ms(each.probeInMs)}`
          : `breaker ${each.class}: half open, its next question decides`,
      ),
    ),
    ...(noticesLost === 0 ? [] : [pc.red(`${noticesLost} notices could not be told`)]),
    ...delay,
    ...requests.filter(({ count }) => count > 0).map(latencyLine),
  ]
}

function latencyLine(of: LatencyFigures): string {
  const figures =
    `  ${of.kind.padEnd(16)} p50 ${ms(of.p50)}  p99 ${ms(of.p99)}  max ${ms(of.max)} ` +
    `of ${ms(of.deadlineMs)}, ${of.count} in 5 min` +
    (of.timeouts + of.failed === 0 ? '' : `, ${of.timeouts} timeouts, ${of.failed} failed in all`)
  return of.slowSince === null ? pc.dim(figures) : pc.yellow(`${figures}  SLOW`)
}

function ms(value: number | null): string {
  if (value === null) return 'unknown'
  return value < 1_000 ? `${value.toFixed(0)} ms` : `${(value / 1_000).toFixed(1)} s`
}
