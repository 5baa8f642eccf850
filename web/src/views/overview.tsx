import { AlarmsPanel } from './alarms.tsx'
import { DecisionsPanel } from './decisions.tsx'
import { EventsPanel } from './events.tsx'
import { StructuresPanel } from './structures.tsx'
import { Tiles } from './tiles.tsx'
import { TradesPanel } from './trades.tsx'

/** Is it healthy, what do I hold, is it protected, what was decided, what did I make, what needs me. */
export function Overview() {
  return (
    <div className="overview">
      <Tiles />
      <AlarmsPanel />
      <div className="overview-main">
        <StructuresPanel />
        <DecisionsPanel />
        <TradesPanel most={5} />
      </div>
      <EventsPanel />
    </div>
  )
}
