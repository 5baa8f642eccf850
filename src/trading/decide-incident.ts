import type { Input } from './input.ts'
import type { Turn } from './turn.ts'

type Observed = Extract<Input, { kind: 'incident-observed' }>

/** An incident is known from its beginning to its end, and each of the two once. */
export function decideIncident(turn: Turn, { phase, incident, notice }: Observed): void {
  const open = turn.state.incidents.has(incident.id)
  if (phase === 'opened' && !open) turn.record({ type: 'IncidentOpened', incident })
  if (phase === 'updated' && open) turn.record({ type: 'IncidentUpdated', incident })
  if (phase === 'ended' && open) turn.record({ type: 'IncidentEnded', incident })
  if (notice !== null) turn.notify('incident', notice.message, notice.level)
}

/** Who watched it is gone: whether it lasts, the new process finds out by itself. */
export function incidentsLost(turn: Turn): void {
  for (const incident of turn.state.incidents.values()) {
    const text = 'the process that watched it ended'
    const timeline = [...incident.timeline, { at: turn.at, text }]
    turn.record({ type: 'IncidentEnded', incident: { ...incident, timeline } })
  }
}
