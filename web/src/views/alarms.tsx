import type { AlarmView } from '../../../src/dashboard/view.ts'
import type { Tone } from '../judge.ts'
import { useView } from '../live.ts'
import { Panel } from '../ui/panel.tsx'
import { Age, Badge } from '../ui/text.tsx'

const TONES: Readonly<Record<AlarmView['severity'], Tone>> = {
  critical: 'bad',
  warning: 'warn',
  info: 'neutral',
}

/** What needs a person, the gravest first, with what to do about it. */
export function AlarmsPanel() {
  const { alarms } = useView()
  return (
    <Panel
      className="alarms-panel"
      title="Needs you"
      note={alarms.length === 0 ? undefined : String(alarms.length)}
    >
      {/* Only what is new is read out: ages would be read out every second. */}
      <p className="sr-only" role="log" aria-live="polite">
        {alarms.map(({ severity, text }) => `${severity}: ${text}. `).join('')}
      </p>
      {alarms.length === 0 ? (
        <p className="all-well">Nothing needs you.</p>
      ) : (
        <ul className="alarms">
          {alarms.map((alarm) => (
            <li key={`${alarm.text}${alarm.since}`} className={`edge-${TONES[alarm.severity]}`}>
              <p>
                <Badge tone={TONES[alarm.severity]}>{alarm.severity}</Badge>{' '}
                <strong>{alarm.text}</strong>{' '}
                {alarm.since === null ? null : (
                  <span className="note">
                    <Age at={alarm.since} />
                  </span>
                )}
              </p>
              {alarm.remedy === null ? null : <p className="remedy">{alarm.remedy}</p>}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
