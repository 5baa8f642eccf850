import type { EpochMs } from '../../../src/base/clock.ts'
import type { Gate } from '../../../src/domain/account.ts'
import { verdictText } from '../../../src/domain/incident.ts'
import type { Incident } from '../../../src/domain/incident.ts'
import { restartWindowAt } from '../../../src/domain/restart-windows.ts'
import { firstOf, unless } from './checker.ts'
import type { Checker, Sight } from './checker.ts'

/** L3, and the second until the next look at the signs. */
const VERDICT_MS_MAX = 30_000 + 2_000
const PAGE_MS_MAX = 300_000 + 2_000
/** Gates that say that a connection, or the service behind it, is out. */
const OUT: ReadonlySet<Gate> = new Set<Gate>(['connectivity', 'heartbeat', 'farm', 'breaker'])

/**
 * L3: while a connection is down, or what is behind it, there is an incident with a verdict soon,
 * and, if it lasts, a person is told. Whether the verdict is
 * the right one is scored in `test/outages`.
 */
export function outagesNamed(): Checker {
  let since: EpochMs | null = null
  /** Those that are open, as they were known last, and since when. */
  const incidents = new Map<string, Open>()
  return {
    name: 'outages-named',
    withoutWire: 'nothing',
    journaled({ at, event }) {
      if (event.type === 'RunStarted') incidents.clear()
      if (event.type === 'IncidentOpened') {
        incidents.set(event.incident.id, { since: at, of: event.incident })
      }
      const known = event.type === 'IncidentUpdated' ? incidents.get(event.incident.id) : undefined
      if (known !== undefined && event.type === 'IncidentUpdated') known.of = event.incident
      if (event.type === 'IncidentEnded') incidents.delete(event.incident.id)
      return null
    },
    passed(sight) {
      const { now, plan, record, awakeSince } = sight
      if (plan.tier === 'direct' || record.link === null) return null // nobody diagnoses there
      const isAnnounced = (): boolean =>
        restartWindowAt(plan.settings.gateway.restartWindows, now) !== null
      if (!isOut(sight) || isAnnounced()) {
        since = null
        return null
      }
      since ??= now
      const ms = now - Math.max(since, awakeSince)
      return firstOf(
        unless(ms <= VERDICT_MS_MAX || incidents.size > 0, `an outage of ${ms} ms has no verdict`),
        () =>
          unless(
            ms <= PAGE_MS_MAX || [...incidents.values()].some((open) => isTold(sight, open)),
            `nobody knows after ${ms} ms`,
          ),
      )
    },
  }
}

function isOut({ record }: Sight): boolean {
  return record.link?.state === 'down' || record.gates.some(({ gate }) => OUT.has(gate))
}

interface Open {
  readonly since: EpochMs
  of: Incident
}

/**
 * A page, or a warning, that says which incident: what was noticed first, or what it was found to
 * be. One that goes on is told once.
 */
function isTold({ notices }: Sight, { since, of }: Open): boolean {
  for (let i = notices.length - 1; i >= 0; i--) {
    const notice = notices[i]
    if (notice === undefined || notice.at < since - 1_000) return false
    const { level, message } = notice
    const isNamed = message.includes(of.symptom) || message.includes(verdictText(of.verdict))
    if (level !== 'info' && isNamed) return true
  }
  return false
}
