import type { EpochMs } from '../../base/clock.ts'
import { newYorkDate, newYorkTimeText } from '../../domain/calendar.ts'
import { exclusionLines, verdictText } from '../../domain/incident.ts'
import type { Incident, Verdict } from '../../domain/incident.ts'
import type { BudgetUse, Evidence } from './evidence.ts'
import { isPacing } from './findings.ts'

/** What the probes show, one fact a line, as incident.md 9.4 wants it printed. */
export function evidenceLines(e: Evidence): readonly string[] {
  const lines = [
    socketLine(e),
    pingLine(e),
    queueLine(e),
    requestLine(e),
    farmLine(e),
    pacingLine(e),
    tickerLine(e),
    canaryLine(e),
    e.ordersSilent,
    e.unmatched,
    e.dataSilent,
    e.feedSilent,
    e.delayed,
    e.restartWindow,
    e.clientIdInUse,
    e.protocolError,
    ...e.errors.map(({ code, text }) => `the Gateway said ${code}: ${text}`),
  ]
  return lines.filter((line) => line !== null)
}

function socketLine({ socket, socketSays }: Evidence): string {
  const says = socketSays === null ? '' : `: ${socketSays}`
  switch (socket) {
    case 'established':
      return 'TCP ESTABLISHED, no FIN/RST'
    case 'handshake':
      return `TCP accepted, the handshake is not answered${says}`
    case 'no-route':
      return `TCP connect unanswered, not refused${says}`
    default:
      return `TCP ${socket}${says}`
  }
}

function pingLine({ ping, pingsMissed, stage, socket }: Evidence): string | null {
  if (socket !== 'established') return null
  if (ping === null) return 'reqCurrentTime not asked'
  if (ping !== 'unanswered') return `reqCurrentTime ${ping}`
  const left = stage === null || ['created', 'encoded', 'written'].includes(stage)
  const went = left ? `${stage ?? 'sent'} only` : 'flushed'
  return `reqCurrentTime ×${pingsMissed} ${went}, NOT answered in ${pingsMissed * 5} s`
}

function queueLine({ facts, txGrowing, readLastAt, loopLateMs }: Evidence): string | null {
  if (facts === null) return loopLateMs === null ? null : `our timers: ${loopLateMs} ms late`
  const { rxQueue, txQueue, writableLength, paused } = facts
  const size = (bytes: number | null) => (bytes === null ? 'not shown here' : `${bytes} B`)
  const unread = readLastAt === null ? '' : `, app bytes-read unchanged since ${timeOf(readLastAt)}`
  const reader = (rxQueue ?? 0) > 0 || paused
  return (
    `Kernel rx_queue ${size(rxQueue)}${unread}, tx_queue ${size(txQueue)}` +
    `${txGrowing ? ' and growing' : ''}, ${writableLength} B unsent in the process, ` +
    `our timers ${loopLateMs ?? 'not measured'} ms late${paused ? ', socket paused' : ''}` +
    (reader ? ' ⇒ the peer answers, WE are not reading' : '')
  )
}

function requestLine({ stage, lateAnswers, pushes }: Evidence): string | null {
  if (stage === null) return null
  const late = lateAnswers === 0 ? '' : `, ${lateAnswers} answers came late`
  const pushed = pushes === 0 ? '' : `, ${pushes} unasked messages came meanwhile`
  return `The oldest unanswered request came as far as ${stage}${late}${pushed}`
}

function farmLine({ farms, connectivityLost }: Evidence): string | null {
  if (farms === null) return 'Farms: not heard'
  const states = farms.map(({ farm, code, up }) => `${farm} ${up ? 'OK' : 'DOWN'} (${code})`)
  const down = farms.some(({ up }) => !up)
  const plain = down ? '' : ', no 2103/2105'
  return `Farms: ${states.join(' ') || 'none named'}${plain}, ${connectivityLost ?? 'no 1100'}`
}

function pacingLine({ budgets, errors }: Evidence): string {
  const full = budgets.some(({ used, limit }) => used >= limit) || errors.some(isPacing)
  const uses = budgets.filter(({ rule }) => rule !== LINES).map(useText)
  return `Pacing ${uses.join(', ') || 'not counted'}${full ? '' : ' ⇒ NOT pacing'}`
}

/** The rule by which market-data lines are counted. */
export const LINES = 'market-data lines'

function tickerLine({ budgets, errors }: Evidence): string | null {
  const lines = budgets.find(({ rule }) => rule === LINES)
  if (lines === undefined) return null
  const out = errors.some(({ code }) => code === 101)
  return `Ticker lines ${lines.used}/${lines.limit}${out ? '' : ' ⇒ not snapshots'}`
}

function useText({ rule, used, limit }: BudgetUse): string {
  return `${rule} ${used}/${limit} (${Math.round((100 * used) / limit)} %)`
}

function canaryLine({ canary, canaryMs }: Evidence): string | null {
  if (canary === null) return null
  if (canary === 'unanswered') return 'Canary client, same request: NOT answered'
  const after = canaryMs === null ? '' : ` ${(canaryMs / 1_000).toFixed(1)} s`
  return `Canary client, same request: answered${after} ⇒ Gateway healthy`
}

/** All of it in one line, for a page and for a log. */
export function incidentLine(of: Incident): string {
  const { since, symptom, evidence, verdict, tried } = of
  const actions = tried.map(({ at, step }) => `${step} ${timeOf(at)}`).join('; ')
  return (
    `INCIDENT ${newYorkDate(since)}T${timeOf(since)} ${symptom}. ${evidence.join('. ')}. ` +
    `VERDICT ${conclusion(verdict)}. ACTION ${actions || 'entries gated'}.`
  )
}

/** Of an undetermined one also what is excluded, and what would decide. */
export function conclusion(verdict: Verdict): string {
  if (verdict.name !== 'UNDETERMINED') return verdictText(verdict)
  const out = exclusionLines(verdict).join('; ')
  const next = verdict.missing.length === 0 ? '' : `; to probe next: ${verdict.missing.join(', ')}`
  return `${verdictText(verdict)}, EXCLUDED{${out}}${next}`
}

function timeOf(at: EpochMs): string {
  return newYorkTimeText(at)
}
