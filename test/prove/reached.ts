import { newYorkTimeText } from '../../src/domain/calendar.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import type { Entry } from '../../src/journal/rows.ts'
import { isTerminal } from '../../src/orders/lifecycle.ts'
import { edgeOf } from '../fuzz/edges.ts'
import { add } from './counts.ts'
import type { Counts } from './counts.ts'
import type { DayPlayed } from './play.ts'

/** Everything worth having been to at least once, by what the journal says. */
export function reachedBy(journal: readonly Entry[], days: readonly DayPlayed[]): Counts {
  const reached: Counts = {}
  let isDown = false
  /** What each incident was called last: a name may give way to another one. */
  const called = new Map<string, string>()
  for (const { event } of journal) {
    switch (event.type) {
      case 'OrderMoved': {
        const { from, evidence, to } = event
        add(reached, `edge ${edgeOf(from, evidence, to)}`)
        if (isTerminal(from) && evidence.kind === 'fills-changed')
          add(reached, `a fill of what was ${from}`)
        break
      }
      case 'OrderFilled': {
        if (event.fill.revision > 1) add(reached, 'an execution corrected')
        if (event.fill.estimated === true) add(reached, 'a fill estimated')
        if (isDiskStruck(days, event.fill.at)) add(reached, 'a fill while the disk was struck')
        break
      }
      case 'GateSet':
        add(reached, `gate ${event.set.gate} set`)
        if (event.set.gate === 'link') isDown = true
        break
      case 'GateCleared':
        add(reached, `gate ${event.gate} cleared`)
        if (event.gate === 'link') isDown = false
        break
      case 'TradingStateChanged':
        add(reached, `level ${event.to}`)
        if (event.to === 'kill' && isDown) add(reached, 'a kill during a reconnect')
        break
      case 'IncidentOpened':
      case 'IncidentUpdated': {
        const { id, verdict } = event.incident
        if (called.get(id) !== verdict.name) add(reached, `verdict ${verdict.name}`)
        called.set(id, verdict.name)
        break
      }
      case 'IncidentEnded':
        for (const { step } of event.incident.tried) add(reached, `step ${step}`)
        break
      case 'ChildResent':
        add(reached, 'a child sent again after 10006')
        break
      case 'PositionAdjusted':
        add(reached, `a position adjusted: ${event.cause}`)
        break
      case 'FlattenDeferred':
        add(reached, 'a kill that waits')
        break
      default:
    }
  }
  for (const { processes, day } of days) {
    if (processes > 1) add(reached, 'a crash', processes - 1)
    if (isAfterChange(day.plan.session.open)) add(reached, 'a day after the clocks changed')
    if (day.plan.session.close - day.plan.session.open < 5 * 3_600_000)
      add(reached, 'an early close')
  }
  return reached
}

const DAY_MS = 24 * 3_600_000

/** Three days before, the market opened at another time of UTC. */
function isAfterChange(open: EpochMs): boolean {
  return newYorkTimeText((open - 3 * DAY_MS) as EpochMs) !== newYorkTimeText(open)
}

/** F82: whatever was filled meanwhile had to be kept without it. */
function isDiskStruck(days: readonly DayPlayed[], at: EpochMs): boolean {
  return days.some(({ day, struck }) =>
    struck.some(({ strike: { act, atMs, lastsMs }, changes }) => {
      const from = day.plan.start + atMs
      const isDisk = act.do === 'host' && act.fault.name === 'disk'
      return isDisk && changes > 0 && at >= from && at < from + lastsMs
    }),
  )
}
