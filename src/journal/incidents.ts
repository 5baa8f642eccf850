import type { EpochMs } from '../base/clock.ts'
import type { Incident } from '../domain/incident.ts'
import type { Entry } from './rows.ts'

export interface IncidentRecord {
  readonly incident: Incident
  /** When the bot told of it: a while after it began. */
  readonly openedAt: EpochMs
  /** When it was over for good; null: it is not. */
  readonly endedAt: EpochMs | null
}

/** Every incident of a journal as it is known last, oldest first. */
export function incidentsOf(entries: Iterable<Entry>): readonly IncidentRecord[] {
  const found = new Map<string, IncidentRecord>()
  for (const { at, event } of entries) {
    if (event.type === 'IncidentOpened') {
      found.set(event.incident.id, { incident: event.incident, openedAt: at, endedAt: null })
    }
    if (event.type !== 'IncidentUpdated' && event.type !== 'IncidentEnded') continue
    const { incident } = event
    const openedAt = found.get(incident.id)?.openedAt ?? at
    const endedAt = event.type === 'IncidentEnded' ? at : null
    found.set(incident.id, { incident, openedAt, endedAt })
  }
  return [...found.values()]
}
