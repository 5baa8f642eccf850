import type { IncidentView } from '../../../src/dashboard/view.ts'
import { span } from '../format.ts'
import { useView } from '../live.ts'
import { Panel } from '../ui/panel.tsx'
import { Asked, Empty, Older } from '../ui/states.tsx'
import { Age, Badge, Moment, Time } from '../ui/text.tsx'
import { useIncidents } from './queries.ts'

const PAGE = 50

/** What goes on now, in full, and what is over, folded. */
export function IncidentsPanel() {
  const { incidents } = useView()
  const asked = useIncidents(PAGE)
  const openIds = new Set(incidents.map(({ id }) => id))
  return (
    <Panel
      title="Incidents"
      note={incidents.length === 0 ? 'none now' : `${incidents.length} not over`}
      className={incidents.length === 0 ? '' : 'edge-warn'}
    >
      {incidents.map((each) => (
        <Incident key={each.id} incident={each} isOpen />
      ))}
      <Asked of={asked} what="incidents" rows={2}>
        {(all) => <Over incidents={all.filter(({ id }) => !openIds.has(id))} />}
      </Asked>
      <Older of={asked} what="incidents" />
    </Panel>
  )
}

function Over({ incidents }: { readonly incidents: readonly IncidentView[] }) {
  if (incidents.length === 0) return <Empty title="No incident in this journal" />
  return incidents.map((each) => <Incident key={each.id} incident={each} isOpen={false} />)
}

interface IncidentProps {
  readonly incident: IncidentView
  readonly isOpen: boolean
}

function Incident({ incident, isOpen }: IncidentProps) {
  const { since, endedAt } = incident
  return (
    <details className="incident" open={isOpen}>
      <summary>
        <Badge tone={endedAt === null ? 'warn' : 'neutral'}>{incident.verdictText}</Badge>
        <span className="incident-symptom">{incident.symptom}</span>
        <span className="note">
          {endedAt === null ? (
            <>
              since <Age at={since} />
            </>
          ) : (
            <>
              <Moment at={since} /> ET, over after {span(endedAt - since)}
            </>
          )}
        </span>
      </summary>
      <div className="incident-body">
        <p className="remedy">{incident.remedy}</p>
        <div className="cols-2">
          <Lines title="Evidence" lines={incident.evidence} />
          <Lines title="Excluded" lines={incident.excluded} />
          <Lines title="Still missing" lines={incident.missing} />
          <div>
            <h3>Tried</h3>
            <Timeline rows={incident.tried.map(({ at, step }) => ({ at, text: step }))} />
          </div>
        </div>
        <h3>Timeline</h3>
        <Timeline rows={incident.timeline} />
      </div>
    </details>
  )
}

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  return (
    <div>
      <h3>{title}</h3>
      {lines.length === 0 ? (
        <p className="note">nothing</p>
      ) : (
        <ul className="lines">
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </div>
  )
}

function Timeline({ rows }: { readonly rows: IncidentView['timeline'] }) {
  if (rows.length === 0) return <p className="note">nothing yet</p>
  return (
    <ol className="timeline">
      {rows.map(({ at, text }) => (
        <li key={`${at}${text}`}>
          <Time at={at} /> {text}
        </li>
      ))}
    </ol>
  )
}
