import pc from 'picocolors'
import { exclusionLines, verdictText } from '../domain/incident.ts'
import { remedyOf } from '../ibkr/diagnosis/remedies.ts'
import { incidentsOf, type IncidentRecord } from '../journal/incidents.ts'
import { timeText } from '../cockpit/describe.ts'
import { journalEntries } from './journal-entries.ts'

/** Every interruption that the journal knows: what it was, by which evidence, and what helps. */
export function incidents(
  journal: string,
  { json, open }: { readonly json: boolean; readonly open: boolean },
): void {
  const entries = journalEntries(journal)
  const all = incidentsOf(entries)
  const found = open ? all.filter(({ endedAt }) => endedAt === null) : all
  const none = open ? `no incident is open; ${all.length} are over` : NONE
  const text = json
    ? JSON.stringify({ incidents: found.map(withRemedy) })
    : found.length === 0
      ? none
      : incidentsText(found)
  process.stdout.write(`${text}\n`)
}

const NONE = 'no incident: data and orders were never interrupted'

export function incidentsText(found: readonly IncidentRecord[]): string {
  if (found.length === 0) return NONE
  return found.map(incidentText).join('\n\n')
}

function withRemedy(record: IncidentRecord) {
  return { ...record, remedy: remedyOf(record.incident.verdict.name) }
}

function incidentText({ incident, endedAt }: IncidentRecord): string {
  const { id, symptom, since, verdict, evidence, timeline, tried } = incident
  const lasted = endedAt === null ? pc.red('not over') : `over ${timeText(endedAt)}`
  const title = `${timeText(since)} ${symptom}: ${verdictText(verdict)}`
  const list = (heading: string, rows: readonly string[]) =>
    rows.length === 0 ? [] : [`  ${heading}`, ...rows.map((row) => `    ${row}`)]
  return [
    `${pc.bold(title)}, ${lasted}  ${pc.dim(id)}`,
    ...list('evidence', evidence),
    ...list('excluded', exclusionLines(verdict)),
    ...list('to probe next', verdict.missing),
    ...list(
      'timeline',
      timeline.map(({ at, text }) => `${timeText(at)} ${text}`),
    ),
    ...list(
      'tried',
      tried.map(({ at, step }) => `${timeText(at)} ${step}`),
    ),
    ...list('remedy', [remedyOf(verdict.name)]),
  ].join('\n')
}
