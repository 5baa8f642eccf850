import type { JournalLine } from '../../../src/dashboard/view.ts'
import { eventName } from '../event-names.ts'
import { useLive } from '../live.ts'
import { linkTo } from '../route.ts'
import { Panel } from '../ui/panel.tsx'
import { Time } from '../ui/text.tsx'

const SHOWN = 60

/** What happened: the journal without what each minute brings. */
export function EventsPanel() {
  const lines = useLive((each) => each.lines)
  return (
    <Panel
      title="What happened"
      note={
        <>
          newest first; all of it is in the <a href={linkTo('journal')}>journal</a>
        </>
      }
      className="events-panel"
    >
      {lines.length === 0 ? (
        <p className="all-well">Nothing was opened, closed or stopped yet.</p>
      ) : (
        // What scrolls has to be reachable by keyboard.
        <div className="events-scroll" role="group" aria-label="What happened" tabIndex={0}>
          <ol className="events">
            {lines.slice(0, SHOWN).map((line) => (
              <Line key={line.seq} line={line} />
            ))}
          </ol>
        </div>
      )}
    </Panel>
  )
}

function Line({ line }: { readonly line: JournalLine }) {
  return (
    <li>
      <Time at={line.at} />
      <span className="event-text">
        <span className="event-type" title={line.type}>
          {eventName(line.type)}
        </span>{' '}
        {line.text}
      </span>
      {line.id === null ? null : (
        <a href={linkTo('journal', 'explain', line.id)} aria-label={`Explain ${line.id}`}>
          why
        </a>
      )}
    </li>
  )
}
