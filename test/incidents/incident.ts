import type { EpochMs } from '../../src/base/clock.ts'
import type { Order } from '../../src/domain/order.ts'

type OrderRole = Order['role']
import type { VerdictName } from '../../src/domain/incident.ts'
import { ROWS } from '../simulation/faulted/index.ts'
import { complaintsOf } from '../simulation/faulted/row.ts'
import type { Row, Seen } from '../simulation/faulted/row.ts'

/**
 * What went wrong elsewhere (faults-and-checkers.md, section 8), played here. Its ids are those of
 * that section; they are not the rules of test/regressions, which are R1 to R35 too.
 */
export interface Incident {
  readonly id: string
  /** Project and number of the issue. */
  readonly elsewhere: string
  readonly scenario: string
  /** What must hold. */
  readonly holds: string
  /** For whoever replays it (`simulate --scenario NAME`); null: no scenario can say it. */
  readonly replay: string | null
  /** Empty: it holds, and so does everything that the checkers look at. */
  readonly play: () => Promise<readonly string[]>
}

type Told = Pick<Incident, 'elsewhere' | 'scenario' | 'holds'> & Partial<Pick<Incident, 'replay'>>

export function incident(id: string, told: Told, row: Row): Incident {
  return { id, replay: null, ...told, play: () => complaintsOf(row) }
}

/** A row of the faults, with an assertion of its own behind that of the row. */
export function rowNamed(name: string, holds: (seen: Seen) => string | null): Row {
  const row = Object.values(ROWS)
    .flat()
    .find((each) => each.name === name)
  if (row === undefined) throw new Error(`expected a row ${name}`)
  return { ...row, holds: (seen) => row.holds?.(seen) ?? holds(seen) }
}

/** The first that does not hold. */
export function all(
  ...holds: readonly ((seen: Seen) => string | null)[]
): (seen: Seen) => string | null {
  return (seen) => holds.map((each) => each(seen)).find((text) => text !== null) ?? null
}

/** The steps of the first order of this role, `intent` left out. */
export function stepsOf({ of }: Seen, role: OrderRole): readonly string[] {
  const order = of('OrderIntended').find((event) => event.order.role === role)?.order
  return of('OrderMoved')
    .filter(({ orderId }) => orderId === order?.id)
    .filter(({ from, to }) => from !== to)
    .map(({ to }) => to)
}

/** These steps, in this order; others may lie between them. */
export function stepped(role: OrderRole, ...wanted: readonly string[]) {
  return (seen: Seen): string | null => {
    const steps = stepsOf(seen, role)
    let next = 0
    for (const step of steps) if (step === wanted[next]) next++
    return next === wanted.length ? null : `the ${role} went ${steps.join(', ') || 'nowhere'}`
  }
}

/** What a refusal alone may not do. */
export function neverRejected(seen: Seen): string | null {
  const rejected = seen.of('OrderMoved').find(({ to }) => to === 'rejected')
  return rejected === undefined ? null : `${rejected.orderId} was rejected`
}

/** Each signal is followed once, and no entry is sent while another of its underlying lives. */
export function oneAtATime({ of, events }: Seen): string | null {
  const keys = of('EntryApproved').map(({ request }) => request.signalKey)
  if (new Set(keys).size < keys.length) return 'a signal was followed twice'
  const alive = new Set<string>()
  for (const event of events) {
    if (event.type === 'OrderMoved' && ENDED.has(event.to)) alive.delete(event.orderId)
    if (event.type !== 'OrderIntended' || event.order.role !== 'entry') continue
    if (alive.size > 0) return `${event.order.id} was sent while ${[...alive].join()} was alive`
    alive.add(event.order.id)
  }
  return keys.length > 0 ? null : 'nothing was entered'
}

const ENDED: ReadonlySet<string> = new Set(['filled', 'cancelled', 'rejected', 'expired', 'denied'])

/** The first verdict that names anything, within this time of the first sign. */
export function named(verdict: VerdictName, withinMs: number) {
  return ({ world }: Seen): string | null => {
    const entries = world.remains.journal.read()
    const opened = entries.find(({ event }) => event.type === 'IncidentOpened')
    if (opened === undefined) return 'no incident was told'
    const said = entries.filter(
      ({ event }) =>
        (event.type === 'IncidentOpened' || event.type === 'IncidentUpdated') &&
        event.incident.verdict.name === verdict,
    )
    const [first] = said
    if (first === undefined) return `${verdict} was never said, but ${verdictsIn(world)}`
    const ms = first.at - opened.at
    return ms <= withinMs ? null : `${verdict} was said ${ms} ms after the first sign`
  }
}

export function verdictsIn(world: Seen['world']): string {
  const names = world.remains.journal.read().flatMap(({ event }) => {
    const tells = event.type === 'IncidentOpened' || event.type === 'IncidentUpdated'
    return tells ? [event.incident.verdict.name] : []
  })
  return [...new Set(names)].join(', ') || 'nothing'
}

/** At the end every symbol was heard of this recently, and bars are decided on again. */
export function dataFlows(agoMs = 65_000) {
  return ({ world }: Seen): string | null => {
    const { feed } = world.bot
    const now = world.clock.now()
    for (const [symbol, source] of feed.counts.sources) {
      const at = feed.last(symbol)?.at ?? 0
      if (source === null) return `${symbol} has no source of bars`
      if (now - at > agoMs) return `${symbol} was last heard of ${now - at} ms ago`
    }
    return null
  }
}

/** When the link went to this state, from then on; null: it did not. */
export function linkAt(
  { world }: Seen,
  link: 'up' | 'down',
  from: EpochMs | number,
): EpochMs | null {
  const entry = world.remains.journal
    .read()
    .find(({ at, event }) => event.type === 'LinkChanged' && event.link === link && at >= from)
  return entry?.at ?? null
}
