import { createHash } from 'node:crypto'
import type { EpochMs } from '../../src/base/clock.ts'
import { checkersOf } from '../simulation/checkers/all.ts'
import { isOrderly, pointOf } from '../simulation/crashes.ts'
import type { CrashPoint } from '../simulation/crashes.ts'
import { Host } from '../simulation/host-faults.ts'
import { World } from '../simulation/world.ts'
import type { Remains, Violation, WorldOptions } from '../simulation/world.ts'
import type { ProveDay, ProvePlan } from './plan.ts'
import { isSaid, resume, StrikesOn, struckBy } from './strikes-on.ts'
import type { Struck } from './strikes-on.ts'

/** The last process of a day has time to show what the one before it left. */
const CRASH_BEFORE_MS = 5 * 60_000

/** What came of one day. */
export interface DayPlayed {
  readonly day: ProveDay
  readonly struck: readonly Struck[]
  /** Its processes: one more than crashes. */
  readonly processes: number
  readonly violations: readonly Violation[]
  /** Rows of the journal before it, and after it. */
  readonly rows: readonly [number, number]
  /** What its processes told and were blamed for, excused or not. */
  readonly told: readonly Told[]
}

type Told = Pick<World, 'notices' | 'violations'>

/** What came of a seed. */
export interface Played {
  readonly plan: ProvePlan
  readonly days: readonly DayPlayed[]
  /**
   * Of the journal, of all that the broker did, and of what each process told a person and was
   * blamed for: the same in every run of the seed.
   */
  readonly hash: string
  /** Of the last process of the last day. */
  readonly world: World
}

/** A bug that stands between the bot and its ports. */
export type Plant = Pick<WorldOptions, 'wrap'>

/** Every day of a seed, the bot started anew for each; ends with the first day that went wrong. */
export async function played(plan: ProvePlan, plant: Plant = {}): Promise<Played> {
  const days: DayPlayed[] = []
  let from: Remains | null = null
  let world: World | null = null
  for (const day of plan.days) {
    const ran: Ran = await playDay(day, { from, plant })
    days.push(ran.played)
    world = ran.world
    if (ran.played.violations.length > 0) break
    from = ran.world.left()
  }
  if (world === null) throw new Error('expected a plan with a day')
  return { plan, days, hash: hashOf(world, days), world }
}

interface Ran {
  readonly played: DayPlayed
  readonly world: World
}

async function playDay(
  day: ProveDay,
  { from, plant }: { readonly from: Remains | null; readonly plant: Plant },
): Promise<Ran> {
  const { plan, strikes } = day
  const struck = struckBy(strikes)
  const rowsBefore = from?.journal.read().length ?? 0
  const violations: Violation[] = []
  const told: Told[] = []
  if (from !== null) await from.lockStep.clock.runUntil(plan.start)
  let remains = from
  let processes = 0
  for (;;) {
    processes++
    const { world, point, downMs } = await playProcess({ day, struck, plant, from: remains })
    told.push({ notices: world.notices, violations: world.violations })
    violations.push(...world.violations)
    if (point === null) {
      const rows = [rowsBefore, world.remains.journal.read().length] as const
      return { played: { day, struck, processes, violations, rows, told }, world }
    }
    remains = point.remains
    plan.market.hold('moving', point.at)
    const back = Math.min(point.at + downMs, plan.until - CRASH_BEFORE_MS / 2)
    await remains.lockStep.clock.runUntil(back as EpochMs)
  }
}

interface Process {
  readonly day: ProveDay
  readonly struck: readonly Struck[]
  readonly plant: Plant
  readonly from: Remains | null
}

/** To the end of the day, or to the effect at which the process ends. */
async function playProcess({ day, struck, plant, from }: Process) {
  const { plan } = day
  const host = new Host()
  let point: CrashPoint | null = null
  let crashing: Struck | null = null
  let on: StrikesOn | null = null
  const isWhole = from === null || from.lockStep.clock.now() <= plan.start
  const mayCrash = struck.some(({ strike, over }) => !over && strike.act.do === 'crash')
  const world = new World({
    plan,
    checkers: checkersOf(isWhole ? 'one' : 'restarted'),
    ...(from && { from }),
    ...host.options,
    excuse: (violation) => on?.excuses(violation) ?? false,
    wrap: wrappedBy(host, plant),
    ...(mayCrash && {
      effect: (effect, of) => {
        if (crashing === null || point !== null || !isOrderly(effect)) return
        if (of.clock.now() > plan.until - CRASH_BEFORE_MS) return
        crashing.changes++
        crashing.over = true
        point = pointOf(effect, of)
        of.clock.stop()
      },
    }),
  })
  on = new StrikesOn({
    world,
    host,
    struck,
    crash: (of) => {
      crashing = of
    },
  })
  if (!struck.some(isSaid)) resume(world)
  await world.runUntil(plan.until)
  on.leave()
  if (point === null) await world.rest()
  return { world, point: point as CrashPoint | null, downMs: downMsOf(crashing) }
}

/** A planted bug stands next to the bot, the disk behind it. */
function wrappedBy(host: Host, { wrap }: Plant): NonNullable<WorldOptions['wrap']> {
  return (ports) => {
    const behind = { ...ports, ...host.options.wrap(ports) }
    return { ...behind, ...wrap?.(behind) }
  }
}

function downMsOf(of: Struck | null): number {
  return of?.strike.act.do === 'crash' ? of.strike.act.downMs : 0
}

function hashOf({ remains }: World, days: readonly DayPlayed[]): string {
  const { journal, gateway } = remains
  const { executions, orders, cash } = gateway.core.state
  const broker = [executions, [...orders.values()], cash, gateway.counters]
  const told = days.map((day) => day.told)
  const trace = JSON.stringify([journal.journalHash(), broker, told])
  return createHash('sha256').update(trace).digest('hex')
}
