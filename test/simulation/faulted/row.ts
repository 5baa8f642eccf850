import type { Cancel } from '../../../src/base/clock.ts'
import type { Event } from '../../../src/trading/event.ts'
import type { FaultSpec } from '../../../src/simulator/faults/faults.ts'
import { checkersOf } from '../checkers/all.ts'
import { fixedPlan } from '../plan.ts'
import type { FixedPlan, Plan } from '../plan.ts'
import { SkewedClock } from '../skewed-clock.ts'
import { World } from '../world.ts'

/** A whole bot, a fault of the catalogue, and what must be so afterwards. */
export interface Row {
  /** Of the catalogue, and which form of it: `F40 absent`. */
  readonly name: string
  readonly faults: readonly FaultSpec[]
  /** `busy` enters and leaves all the time; `holding` enters once and holds. */
  readonly bot: 'busy' | 'holding'
  readonly plan?: Partial<FixedPlan>
  /** Default: an hour. */
  readonly closeBeforeExpiryMs?: number
  /** What the fault waits for: the start of the run, or the first fill of an entry. */
  readonly from?: 'start' | 'filled'
  /** From then on; default at once. */
  readonly afterMs?: number
  /** Default: until everything comes to rest. */
  readonly lastsMs?: number
  /** Something of its own, when the fault begins. */
  readonly meanwhile?: (world: World, clock: SkewedClock) => void
  /** Checkers that complain of what the broker itself did, and why that is so. */
  readonly except?: Readonly<Record<string, string>>
  /** What was reached, beyond that each fault made a difference: else it proves nothing. */
  readonly reached?: (seen: Seen) => boolean
  /** What must hold beyond the checkers; null: it does. */
  readonly holds?: (seen: Seen) => string | null
}

export interface Seen {
  readonly world: World
  readonly events: readonly Event[]
  readonly of: <T extends Event['type']>(type: T) => readonly Extract<Event, { type: T }>[]
  /** Those of while the fault lasted. */
  readonly during: Seen['of']
}

const BOTS: Readonly<Record<Row['bot'], FixedPlan>> = {
  busy: { date: '2026-03-10', time: '11:10', minutes: 4, written: writtenWith('1%') },
  holding: { date: '2026-03-10', time: '13:00', minutes: 3, written: writtenWith('50%') },
}

function writtenWith(exits: string) {
  return { strike: 'otm2', takeProfit: exits, stopLoss: exits }
}

export function planOf({ bot, plan: own, closeBeforeExpiryMs }: Row): Plan {
  const base = BOTS[bot]
  const plan = fixedPlan({ ...base, ...own, written: { ...base.written, ...own?.written } })
  if (closeBeforeExpiryMs === undefined) return plan
  const rules = { ...plan.settings.rules, closeBeforeExpiryMs }
  return { ...plan, settings: { ...plan.settings, rules } }
}

function onceBegun(world: World, { from = 'start', afterMs = 0 }: Row, begin: () => void): void {
  const { clock, remains } = world
  if (from === 'start') return void clock.after(afterMs, begin)
  const leave = remains.gateway.core.subscribe((event) => {
    if (event.kind !== 'execution' || event.execution.side !== 'BUY') return
    leave()
    clock.after(afterMs, begin)
  })
}

/** Everything the checkers say, what was not reached, and what does not hold; empty: all is well. */
export async function complaintsOf(row: Row): Promise<readonly string[]> {
  let skewed: SkewedClock | null = null
  const world = new World({
    plan: planOf(row),
    checkers: checkersOf('one'),
    clockOf: (clock) => (skewed = new SkewedClock(clock)),
  })
  const { clock, remains } = world
  const heals: { readonly name: string; readonly heal: Cancel }[] = []
  const span = { from: Infinity, until: Infinity }
  onceBegun(world, row, () => {
    span.from = clock.now()
    for (const fault of row.faults) {
      heals.push({ name: fault.name, heal: remains.gateway.inject(fault) })
    }
    const healed = world.failing(() => {
      for (const { heal } of heals) heal()
    })
    if (skewed !== null) row.meanwhile?.(world, skewed)
    const lastsMs = row.lastsMs ?? world.plan.until - clock.now() - 1
    clock.after(lastsMs, () => {
      span.until = clock.now()
      healed()
    })
  })
  await world.runUntil(world.plan.until)
  await world.rest()
  const entries = remains.journal.read()
  const lasted = entries.filter(({ at }) => at > span.from && at < span.until)
  const events = entries.map(({ event }) => event)
  const seen: Seen = {
    world,
    events,
    of: (type) => events.filter((event) => event.type === type) as never,
    during: (type) => lasted.flatMap(({ event }) => (event.type === type ? [event] : [])) as never,
  }
  const excepted = row.except ?? {}
  const unsaid = Object.keys(excepted).filter(
    (name) => !world.violations.some(({ checker }) => checker === name),
  )
  return [
    ...world.violations
      .filter(({ checker }) => excepted[checker] === undefined)
      .map(
        ({ at, checker, text }) =>
          `${new Date(at).toISOString().slice(11, 23)} ${checker}: ${text}`,
      ),
    ...unsaid.map((name) => `${name} has nothing to complain about: it need not be excepted`),
    ...heals
      .filter(({ heal }) => remains.gateway.changesBy(heal) === 0)
      .map(({ name }) => `${name} changed nothing`),
    ...((row.reached?.(seen) ?? true) ? [] : ['the fault hit nothing']),
    ...[row.holds?.(seen) ?? null].filter((text) => text !== null),
  ]
}
