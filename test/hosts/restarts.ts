import { assert } from '../../src/base/assert.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import { nextSession } from '../../src/domain/calendar.ts'
import type { Event } from '../../src/trading/event.ts'
import { crashPointsOf, revived } from '../simulation/crashes.ts'
import type { CrashPoint, Revival } from '../simulation/crashes.ts'
import { restored } from '../simulation/host-faults.ts'
import { fixedPlan } from '../simulation/plan.ts'
import type { Plan } from '../simulation/plan.ts'
import type { Effect, Remains, World } from '../simulation/world.ts'
import { clockOf } from './row.ts'
import { newer, oldest } from './schemas.ts'

/** A process that ends at a moment, is gone for a while, and another one on what it left. */
export interface RestartRow {
  readonly name: string
  readonly left: Left
  /** How long nobody lives. */
  readonly gone: Gone
  /** What the next process finds instead of what the last one left. */
  readonly found?: (remains: Remains) => Remains
  readonly except?: Readonly<Record<string, string>>
  /** As `except`; whether they complain is a matter of milliseconds. */
  readonly mayExcept?: Readonly<Record<string, string>>
  readonly holds?: (after: Restarted) => string | null
}

export interface Restarted {
  readonly plan: Plan
  readonly point: CrashPoint
  readonly world: World
  /** Rows of the journal that were there before. */
  readonly rows: number
  /** Orders that were at the broker before. */
  readonly before: number
}

const SECOND = 1_000
const MINUTE = 60 * SECOND

const FAR_BELOW = '{ start: 0%, step: 1 tick, every: 20s, time_to_live: 60s }'

/** What the process leaves: the option is of the same week. */
const LEFT = {
  'a position': { entry: '{}', isIt: isHeld },
  'a working entry': { entry: FAR_BELOW, isIt: isResting },
  'an unknown order': { entry: '{}', isIt: isSent },
} as const
export type Left = keyof typeof LEFT

/** F87. An option of Friday the 13th is bought on Tuesday the 10th. */
const GONE = {
  '1 s': () => SECOND,
  'until after the close': (plan: Plan, at: EpochMs) => plan.session.close + 10 * MINUTE - at,
  'until the next day': (plan: Plan, at: EpochMs) => afterOpens(plan, 1) - at,
  'until after the expiry': (plan: Plan, at: EpochMs) => afterOpens(plan, 4) - at,
  'over the weekend': (plan: Plan, at: EpochMs) => afterOpens(plan, 4) - at,
} as const satisfies Record<string, (plan: Plan, at: EpochMs) => number>
export type Gone = keyof typeof GONE

function afterOpens({ session }: Plan, sessions: number): EpochMs {
  let of = session
  for (let i = 0; i < sessions; i++) {
    const next = nextSession(of.date)
    assert(next !== null, 'the calendar goes on')
    of = next
  }
  return (of.open + 5 * MINUTE) as EpochMs
}

function planOf({ left, gone }: RestartRow): Plan {
  const afar = { strike: 'otm2', takeProfit: '300%', stopLoss: '60%', holdOvernight: true }
  const expiry = gone === 'over the weekend' ? 'dte:7-14' : 'dte:2-3'
  const written = { ...afar, expiry, entry: LEFT[left].entry } as const
  return fixedPlan({ date: '2026-03-10', time: '13:00', minutes: 3, written })
}

/** An exit of it has been acknowledged. */
function isHeld(effect: Effect, { remains }: World): boolean {
  const { core } = remains.gateway
  const stops = core.openOrders().filter(({ type, status }) => {
    return type === 'STP' && status !== 'PendingSubmit'
  })
  return effect.kind === 'journaled' && stops.length > 0 && core.positions().length > 0
}

function isResting(effect: Effect, { bot }: World): boolean {
  if (effect.kind !== 'journaled') return false
  return [...bot.engine.state.orders.values()].some(({ role, status, filled }) => {
    return role === 'entry' && status === 'working' && filled === 0
  })
}

/** The last frame of a bracket has come to the Gateway, and nothing was heard of any. */
function isSent(effect: Effect): boolean {
  if (effect.kind !== 'received' || effect.frame.request.kind !== 'placeOrder') return false
  const { whatIf, transmit } = effect.frame.request.order
  return !whatIf && transmit === true
}

/** Everything the checkers say of the process after, and what does not hold; empty: all is well. */
export async function restartComplaintsOf(
  row: RestartRow,
  plant: NonNullable<Revival['plant']> = {},
): Promise<readonly string[]> {
  const { isIt } = LEFT[row.left]
  const plan = planOf(row)
  const [point] = await pointsWhere(plan, isIt)
  if (point === undefined) return [`${row.left} was never left`]
  const afterMs = GONE[row.gone](plan, point.at)
  const remains = row.found?.(point.remains) ?? point.remains
  const rows = remains.journal.read().length
  const before = remains.gateway.core.state.orders.size
  const world = await revived(plan, { ...point, remains }, { afterMs, plant })
  const excepted = row.except ?? {}
  return [
    ...world.violations
      .filter(({ checker }) => !Object.hasOwn({ ...excepted, ...row.mayExcept }, checker))
      .map(({ at, checker, text }) => `${clockOf(at)} ${checker}: ${text}`),
    ...Object.keys(excepted)
      .filter((name) => !world.violations.some(({ checker }) => checker === name))
      .map((name) => `${name} need not be excepted`),
    ...[row.holds?.({ plan, point, world, rows, before }) ?? null].filter((text) => text !== null),
  ]
}

async function pointsWhere(
  plan: Plan,
  isIt: (effect: Effect, world: World) => boolean,
): Promise<readonly CrashPoint[]> {
  let found = false
  return crashPointsOf(plan, (effect, _number, world) => {
    if (found || !isIt(effect, world)) return false
    return (found = true)
  })
}

const DATES: readonly Gone[] = ['until the next day', 'until after the expiry', 'over the weekend']
const UNTOLD = { 'books-agree': 'fills of an earlier date are told no more: they are estimated' }

const ENDED = {
  'exits-not-held': 'the entry ended while nobody lived: its cancel has nowhere to go',
}

/** By the picture of the time it is known to be over before anything is cancelled. */
function wasCancelled(gone: Gone, left: Left): boolean {
  if (gone === '1 s' || gone === 'until after the expiry') return false
  return gone !== 'over the weekend' || left !== 'a position'
}

/** F87: after each time, with each thing left. */
const delays: readonly RestartRow[] = (Object.keys(GONE) as Gone[]).flatMap((gone) =>
  (Object.keys(LEFT) as Left[]).map((left): RestartRow => ({
    name: `F87 gone ${gone} with ${left}`,
    left,
    gone,
    ...(DATES.includes(gone) && { except: UNTOLD }),
    ...(wasCancelled(gone, left) && { mayExcept: ENDED }),
  })),
)

const LOST = {
  'within-intent': 'what was intended is in none of its rows',
  protected: 'what it does not know is protected by exits it does not know',
  'books-agree': 'the position is taken over from the broker',
  'fills-once': 'they are of orders it does not know',
  'orders-agree': 'they are told as not ours, and a person judges them',
}

/** F85: a backup of the journal of before this event; the latch and the order ids are of now. */
const backups: readonly RestartRow[] = [
  backup('EntryApproved', { except: LOST, holds: personJudges }),
  backup('OrderFilled', {}),
  {
    ...backup('EntryApproved', {
      except: { ...LOST, 'killed-is-flat': 'what may close it is not ours: only panic cancels it' },
      holds: (after) => staysKilled(after) ?? personJudges(after),
    }),
    ...killedSince('EntryApproved'),
  },
  {
    ...backup('OrderFilled', { holds: (after) => staysKilled(after) ?? nothingHeld(after) }),
    ...killedSince('OrderFilled'),
  },
]

type Rule = Pick<RestartRow, 'except' | 'holds'>

function backup(type: Event['type'], { except, holds }: Rule): RestartRow {
  return {
    name: `F85 a backup of before ${type}`,
    left: 'a position',
    gone: '1 s',
    found: (remains) => restored(remains, rowsBefore(remains, type)),
    ...(except && { except }),
    ...(holds && { holds }),
  }
}

/** And a kill that the backup does not know. */
function killedSince(type: Event['type']): Pick<RestartRow, 'name' | 'found'> {
  return {
    name: `F85 a backup of before ${type}, and a kill since`,
    found: (remains) => {
      remains.latch.set({ by: 'engine', reason: 'kill by ada' })
      return restored(remains, rowsBefore(remains, type))
    },
  }
}

function rowsBefore({ journal }: Remains, type: Event['type']): number {
  const row = journal.read().findIndex(({ event }) => event.type === type)
  assert(row >= 0, `the journal has a ${type}`)
  return row
}

/** All of it is told, and nothing is entered beside it. */
function personJudges({ world, rows, before }: Restarted): string | null {
  const since = world.remains.journal.read().slice(rows)
  const entered = since.some(({ event }) => event.type === 'EntryApproved')
  if (entered) return 'something was entered beside what nobody explains'
  const told = world.notices.filter(({ message }) => message.includes('order that is not ours'))
  return told.length === before ? null : `${told.length} of ${before} orders told`
}

function nothingHeld({ world }: Restarted): string | null {
  const held = world.remains.gateway.core.positions().filter(({ quantity }) => quantity !== 0)
  return held.length === 0 ? null : `${held.length} positions are held`
}

function staysKilled({ world }: Restarted): string | null {
  const { tradingState } = world.bot.engine.state
  if (tradingState !== 'kill') return `it is ${tradingState}`
  return world.remains.latch.read() === null ? 'the latch is gone' : null
}

/** F86: another version goes on in the middle of the day. */
const versions: readonly RestartRow[] = (Object.keys(LEFT) as Left[]).flatMap((left) => [
  { name: `F86 an older version left ${left}`, left, gone: '1 s', found: oldest },
  { name: `F86 a newer version left ${left}`, left, gone: '1 s', found: newer },
])

export const restarts: readonly RestartRow[] = [...delays, ...backups, ...versions]
