import type { EpochMs } from '../../src/base/clock.ts'
import type { Event } from '../../src/trading/event.ts'
import { checkersOf } from '../simulation/checkers/all.ts'
import { exceptionsOf, Host } from '../simulation/host-faults.ts'
import type { HostFault } from '../simulation/host-faults.ts'
import { fixedPlan } from '../simulation/plan.ts'
import type { FixedPlan, Plan } from '../simulation/plan.ts'
import type { Request } from '../../src/wire/requests.ts'
import { World } from '../simulation/world.ts'
import type { WorldOptions } from '../simulation/world.ts'

/** When a fault of the host begins, in the life of the first entry; `asking`: what it would do. */
export const MOMENTS = ['asking', 'entering', 'filling', 'holding', 'killing'] as const
/** `picture`: the first of the broker's that is asked for while something is held. */
export type Moment = (typeof MOMENTS)[number] | 'picture'

/** A whole bot on a machine that something befalls, and what must be so afterwards. */
export interface HostRow {
  /** Of the catalogue, and which form of it: `F82 ENOSPC while holding`. */
  readonly name: string
  readonly faults: readonly HostFault[]
  readonly moment: Moment
  /** `busy` enters and leaves all the time; default: it enters once and holds. */
  readonly busy?: true
  /** From then on; default at once. */
  readonly afterMs?: number
  /** Default 45 s. */
  readonly lastsMs?: number
  readonly plan?: Partial<FixedPlan>
  /** Something of its own, when the fault begins. */
  readonly meanwhile?: (world: World) => void
  /** Checkers that see what the fault itself is; beside what `exceptionsOf` says. */
  readonly except?: Readonly<Record<string, string>>
  /** What must hold beyond the checkers; null: it does. */
  readonly holds?: (seen: Seen) => string | null
}

export interface Frame {
  readonly at: EpochMs
  readonly what: 'question' | 'entry' | 'exit' | 'cancel'
}

export interface Seen {
  readonly world: World
  readonly host: Host
  /** When the fault began and was over. */
  readonly from: EpochMs
  readonly until: EpochMs
  /** About orders, as they left. */
  readonly frames: readonly Frame[]
  readonly events: readonly { readonly at: EpochMs; readonly event: Event }[]
  readonly of: <T extends Event['type']>(type: T) => readonly Extract<Event, { type: T }>[]
}

const LASTS_MS = 45_000

const BASES = {
  busy: { date: '2026-03-10', time: '11:10', exits: '1%' },
  holding: { date: '2026-03-10', time: '13:00', exits: '50%' },
}

function planOf({ busy, plan }: HostRow): Plan {
  const { exits, ...when } = BASES[busy === true ? 'busy' : 'holding']
  const written = { strike: 'otm2', takeProfit: exits, stopLoss: exits, ...plan?.written }
  return fixedPlan({ ...when, minutes: 4, ...plan, written })
}

export type Plant = Pick<WorldOptions, 'wrap' | 'alter' | 'look'>

/** Everything the checkers say, what was not reached, and what does not hold; empty: all is well. */
export async function complaintsOf(row: HostRow, plant: Plant = {}): Promise<readonly string[]> {
  const { seen, changes } = await played(row, plant)
  const { world, from, until } = seen
  const except = Object.assign({}, row.except, ...row.faults.map(exceptionsOf)) as object
  return [
    ...world.violations
      .filter(({ checker }) => !Object.hasOwn(except, checker))
      .map(({ at, checker, text }) => `${clockOf(at)} ${checker}: ${text}`),
    ...(from < world.plan.until ? [] : ['the fault never began']),
    ...(until < world.plan.until ? [] : ['the fault never ended']),
    ...changes.flatMap((count, i) => (count > 0 ? [] : `${row.faults[i]?.name} changed nothing`)),
    ...[row.holds?.(seen) ?? null].filter((text) => text !== null),
  ]
}

/** The whole run, and how often each of its faults made a difference. */
async function played(
  row: HostRow,
  plant: Plant,
): Promise<{ readonly seen: Seen; readonly changes: readonly number[] }> {
  const plan = planOf(row)
  const host = new Host()
  const frames: Frame[] = []
  const world: World = new World({
    plan,
    checkers: checkersOf('one'),
    ...hosted(host, plant),
    alter: (request, payload) => {
      const what = whatOf(request)
      if (what !== null) frames.push({ at: world.clock.now(), what })
      if (isMoment(row.moment, request, world)) begins()
      return plant.alter?.(request, payload) ?? [payload]
    },
  })
  const { clock, remains } = world
  const changes: (() => number)[] = []
  const span = { from: Infinity as EpochMs, until: Infinity as EpochMs }
  const begin = (): void => {
    span.from = clock.now()
    const injected = row.faults.map((fault) => host.inject(world, fault))
    changes.push(...injected.map((each) => each.changes))
    row.meanwhile?.(world)
    clock.after(row.lastsMs ?? LASTS_MS, () => {
      span.until = clock.now()
      for (const { heal } of injected) heal()
    })
  }
  const begins = first(() => {
    // At once is before anything follows: an answer takes no time on this network.
    if (row.afterMs === undefined) begin()
    else clock.after(row.afterMs, begin)
  })
  atMoment(world, row.moment, begins)
  await world.runUntil(plan.until)
  await world.rest()
  const events = remains.journal.read()
  const of = ((type) => {
    return events.flatMap(({ event }) => (event.type === type ? [event] : []))
  }) as Seen['of']
  const seen: Seen = { world, host, ...span, frames, events, of }
  return { seen, changes: changes.map((count) => count()) }
}

/** On its host, and what is planted in front of that. */
function hosted(host: Host, plant: Plant): Partial<WorldOptions> {
  const { wrap, ...options } = host.options
  return {
    ...options,
    ...(plant.look === null && { look: null }),
    wrap: (ports) => {
      const all = { ...ports, ...wrap(ports) }
      return { ...all, ...plant.wrap?.(all) }
    },
  }
}

export function clockOf(at: EpochMs): string {
  return new Date(at).toISOString().slice(11, 23)
}

/** The bot kills itself, so to speak, a moment before: what follows of it is under way. */
const KILLING_MS = 5
const HELD_MS = 20_000

function atMoment(world: World, moment: Moment, then: () => void): void {
  const { clock, remains, bot } = world
  if (moment === 'asking' || moment === 'picture') return
  if (moment === 'entering') {
    bot.engine.subscribe((event) => {
      if (event.type === 'OrderIntended') then()
    })
    return
  }
  const filled = first(() => {
    if (moment === 'filling') return then()
    clock.after(HELD_MS, () => {
      if (moment === 'killing') world.say('kill')
      clock.after(moment === 'killing' ? KILLING_MS : 0, then)
    })
  })
  remains.gateway.core.subscribe((event) => {
    if (event.kind === 'execution' && event.execution.side === 'BUY') filled()
  })
}

/** Those that are seen on the wire. */
function isMoment(moment: Moment, request: Request, world: World): boolean {
  if (moment === 'asking') return whatOf(request) === 'question'
  if (moment !== 'picture' || request.kind !== 'reqPositions') return false
  return world.remains.gateway.core.positions().some(({ quantity }) => quantity > 0)
}

/** Does it the first time only. */
function first(act: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    act()
  }
}

function whatOf(request: Request): Frame['what'] | null {
  if (request.kind === 'cancelOrder') return 'cancel'
  if (request.kind !== 'placeOrder') return null
  if (request.order.whatIf) return 'question'
  return request.order.action === 'BUY' ? 'entry' : 'exit'
}
