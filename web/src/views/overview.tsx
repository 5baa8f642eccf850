import { lazy, Suspense } from 'react'
import { Loading } from '../ui/states.tsx'
import { AlarmsPanel } from './alarms.tsx'
import { DecisionsPanel } from './decisions.tsx'
import { EventsPanel } from './events.tsx'
import { StructuresPanel } from './structures.tsx'
import { Tiles } from './tiles.tsx'

/** Below the first screen, and with all that asks: fetched behind the first picture. */
const TradesPanel = lazy(() => import('./plain.ts').then((m) => ({ default: m.TradesPanel })))

/** Is it healthy, what do I hold, is it protected, what was decided, what did I make, what needs me. */
export function Overview() {
  return (
    <div className="overview">
      <Tiles />
      <AlarmsPanel />
      <div className="overview-main">
        <StructuresPanel />
        <DecisionsPanel />
        <Suspense fallback={<Loading what="structures" />}>
          <TradesPanel most={5} />
        </Suspense>
      </div>
      <EventsPanel />
    </div>
  )
}
