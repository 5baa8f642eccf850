import pc from 'picocolors'
import { exclusionLines, verdictText } from '../domain/incident.ts'
import { remedyOf } from '../ibkr/diagnosis/remedies.ts'
import { incidentsOf, type IncidentRecord } from '../journal/incidents.ts'
import { timeText } from './describe.ts'
import { journalEntries } from './journal-entries.ts'

/** Every interruption that the journal knows: what it was, by which evidence, and what helps. */
export function incidents(journal: string, json: boolean): void {
  const entries = journalEntries(journal)
  const found = incidentsOf(entries)
  const text = json ? JSON.stringify({ incidents: found.map(withRemedy) }) : incidentsText(found)
  process.stdout.write(`${text}\n`)
}

export function incidentsText(found: readonly IncidentRecord[]): string {
  if (found.length === 0) return 'no incident: data and orders were never interrupted'
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
