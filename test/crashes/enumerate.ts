import { assert } from '../../src/base/assert.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import { newYorkDate, nextSession } from '../../src/domain/calendar.ts'
import type { CalendarDate } from '../../src/domain/contract.ts'
import { CLIENT_ID_BASE, clientIdOf } from '../../src/ibkr/session/client-ids.ts'
import { isOrderly, nameOf, pointOf, revived } from '../simulation/crashes.ts'
import type { CrashPoint } from '../simulation/crashes.ts'
import type { Plan } from '../simulation/plan.ts'
import type { Plant } from '../simulation/planted/bug.ts'
import { World } from '../simulation/world.ts'
import type { Effect } from '../simulation/world.ts'

/** How long nobody lives (F87). */
export type Delay = '1 s' | 'after the close' | 'next session'

export interface Crash {
  /** Of the effect, from the start of the day. */
  readonly number: number
  readonly effect: string
  readonly kind: Effect['kind']
  readonly at: EpochMs
  readonly delay: Delay
  readonly holding: boolean
  readonly beforeChildren: boolean
  readonly insideBracket: boolean
  /**
   * Fills of an earlier date that nobody was told, with their commissions, which the broker then
   * no longer tells: they are estimated from the positions, and only those must agree (3.5).
   */
  readonly untold: boolean
  readonly violations: readonly { readonly checker: string; readonly text: string }[]
}

export interface Enumeration {
  readonly plan: Plan
  readonly delays: (point: number) => readonly Delay[]
  /** Which of the points are this process's to play. */
  readonly isMine: (point: number, effect: Effect) => boolean
  readonly told: (crash: Crash, world: World) => void
  /** A bug that every process has, the first and those after it. */
  readonly plant?: Pick<Plant, 'wrap' | 'alter'>
}

export interface Enumerated {
  /** Every effect that happened, by kind. */
  readonly effects: Readonly<Record<Effect['kind'], number>>
  /** Those that left something else than the one before: a crash after each of them was played. */
  readonly points: number
}

interface Waiting {
  readonly number: number
  readonly effect: Effect
  /** One for each delay: what goes on from it uses it up. */
  readonly points: readonly { readonly delay: Delay; readonly point: CrashPoint }[]
}

/** Clones kept at a time: each is a whole broker. */
const TOGETHER = 20
const AFTER_OPEN_MS = 5 * 60_000
const AFTER_CLOSE_MS = 10 * 60_000
const ORDERS = clientIdOf('order', CLIENT_ID_BASE)
/** The client of the orders: what the others read bears on no order. */
const isOfOrders = (effect: Effect): boolean =>
  effect.kind === 'heard' ? effect.clientId === ORDERS : true

/** Ends the process after every effect of a day, one after the other, and plays what follows. */
export async function enumerateCrashes(of: Enumeration): Promise<Enumerated> {
  const { plan } = of
  const effects = { journaled: 0, received: 0, heard: 0, happened: 0 }
  let points = 0
  let last = ''
  const waiting: Waiting[] = []
  const world = new World({
    plan,
    checkers: [],
    hearing: true,
    ...of.plant,
    effect: (effect, now) => {
      if (!isOfOrders(effect) || (effect.kind === 'happened' && !isOrderly(effect))) return
      effects[effect.kind]++
      const left = leftBy(now)
      if (left === last) return // the same remains at the same moment: the same crash
      last = left
      const number = points++
      if (!of.isMine(number, effect)) return
      const each = of.delays(number).map((delay) => ({ delay, point: pointOf(effect, now) }))
      waiting.push({ number, effect, points: each })
      if (waiting.length >= TOGETHER) now.clock.stop()
    },
  })
  while (world.clock.now() < plan.until) {
    await world.runUntil(plan.until)
    for (const each of waiting.splice(0)) await play(of, each)
    plan.market.hold('moving', world.clock.now())
  }
  return { effects, points }
}

async function play({ plan, told, plant }: Enumeration, of: Waiting): Promise<void> {
  const { number, effect } = of
  const { kind } = effect
  for (const { delay, point } of of.points) {
    const { at, holding, beforeChildren, insideBracket } = point
    const afterMs = msOf(delay, plan, at)
    const fills = untoldFills(point)
    const world = await revived(plan, point, { afterMs, ...(plant && { plant }) })
    const untold = fills.some((date) => date !== newYorkDate(world.clock.now()))
    const violations = world.violations
      .filter((found) => !(untold && isOfUntold(found)))
      .map(({ checker, text }) => ({ checker, text }))
    const marks = { holding, beforeChildren, insideBracket, untold }
    told({ number, effect: nameOf(effect), kind, at, delay, violations, ...marks }, world)
  }
}

/** What was not told is booked at the price that its order asked for: the money cannot agree. */
function isOfUntold({ checker }: { readonly checker: string }): boolean {
  return checker === 'books-agree'
}

function msOf(delay: Delay, { session }: Plan, at: EpochMs): number {
  if (delay === '1 s') return 1_000
  if (delay === 'after the close') return session.close + AFTER_CLOSE_MS - at
  const next = nextSession(session.date)
  assert(next !== null, 'the calendar goes on')
  return next.open + AFTER_OPEN_MS - at
}

/** Dates of fills that the journal does not hold with their commission: so far, and from now on. */
function untoldFills({ remains: { gateway, journal } }: CrashPoint): readonly CalendarDate[] {
  const [filled, charged] = [new Set<string>(), new Set<string>()]
  for (const { event } of journal.read()) {
    if (event.type === 'OrderFilled') filled.add(event.fill.execId)
    if (event.type === 'CommissionReported') charged.add(event.execId)
  }
  const told = new Set([...charged].filter((id) => filled.has(id))) // either may come first
  const dates = gateway.core
    .executions()
    .filter(({ execId }) => !told.has(execId.slice(0, execId.lastIndexOf('.'))))
    .map(({ at }) => newYorkDate(at))
  gateway.core.subscribe((event) => {
    if (event.kind === 'execution') dates.push(newYorkDate(event.execution.at))
  })
  return dates
}

/** What a process that ended now would leave, in short. */
function leftBy({ clock, remains }: World): string {
  const { gateway, journal } = remains
  const { executions, pending, orders } = gateway.core.state
  const statuses = [...orders.values()].map(({ status, filled }) => `${status}${filled}`)
  const { orderFrames } = gateway.counters
  const rows = journal.read().length
  return [clock.now(), rows, orderFrames, executions.length, pending.length, ...statuses].join(' ')
}
