import type { EpochMs } from '../../src/base/clock.ts'
import { CLIENT_ID_BASE, clientIdOf } from '../../src/ibkr/session/client-ids.ts'
import { isOrderly, nameOf, pointOf } from '../simulation/crashes.ts'
import type { CrashPoint } from '../simulation/crashes.ts'
import { World } from '../simulation/world.ts'
import type { Effect } from '../simulation/world.ts'
import type { Staged } from './day.ts'
import type { Delay } from './delays.ts'
import { restarted } from './restart.ts'
import type { Bug, Restarted } from './restart.ts'

export interface Crash extends Pick<
  CrashPoint,
  'at' | 'effect' | 'holding' | 'beforeChildren' | 'insideBracket'
> {
  /** Of the effect, from the start of the day. */
  readonly number: number
  readonly kind: Effect['kind']
  readonly delay: Delay
  readonly untold: boolean
  readonly expired: boolean
  readonly violations: Restarted['violations']
  readonly excepted: readonly string[]
}

export interface Enumeration extends Staged {
  readonly delays: (point: number) => readonly Delay[]
  /** Which of the points are this process's to play. */
  readonly isMine: (point: number, effect: Effect) => boolean
  readonly told: (crash: Crash, world: World) => void
  readonly bug?: Bug
}

export interface Enumerated {
  /** Every effect that happened, by kind. */
  readonly effects: Readonly<Record<Effect['kind'], number>>
  /** Those that left something else than the one before: a crash after each of them was played. */
  readonly points: number
}

export interface Reached {
  readonly number: number
  readonly effect: Effect
  /** As many as were wanted: what goes on from one uses it up. */
  readonly copies: readonly CrashPoint[]
}

export interface Walk extends Staged {
  /** How many copies are wanted of what a crash after this effect would leave. */
  readonly copies: (point: number, effect: Effect) => number
  readonly play: (reached: Reached) => Promise<void>
  readonly bug?: Bug
}

/** Clones kept at a time: each is a whole broker. */
const TOGETHER = 40
const ORDERS = clientIdOf('order', CLIENT_ID_BASE)

/** The client of the orders: what the others read bears on no order. */
const isOfOrders = (effect: Effect): boolean =>
  effect.kind === 'heard' ? effect.clientId === ORDERS : true

/** Ends the process after every effect of a day, one after the other, and plays what follows. */
export async function enumerateCrashes(of: Enumeration): Promise<Enumerated> {
  const { isMine, delays, told, ...staged } = of
  const { bug } = of
  return walk({
    ...staged,
    copies: (number, effect) => (isMine(number, effect) ? delays(number).length : 0),
    async play({ number, effect, copies }) {
      for (const [i, delay] of delays(number).entries()) {
        const point = copies[i]
        if (point === undefined) continue
        const crash = crashOf({ number, effect, delay, point })
        const { world, ...marks } = await restarted(staged, point, { delay, ...(bug && { bug }) })
        told({ ...crash, ...marks }, world)
      }
    },
  })
}

/** A whole day, and what is left after its effects, in their order. */
export async function walk(of: Walk): Promise<Enumerated> {
  const { plan, script, wrap, bug } = of
  const effects = { journaled: 0, received: 0, heard: 0, happened: 0 }
  const isNew = differing()
  let points = 0
  let kept = 0
  const waiting: Reached[] = []
  const world = new World({
    plan,
    checkers: [],
    hearing: true,
    ...(wrap && { wrap }),
    ...bug,
    effect: (effect, now) => {
      if (!matters(effect)) return
      effects[effect.kind]++
      if (!isNew(now)) return
      const number = points++
      const copies = Array.from({ length: of.copies(number, effect) }, () => pointOf(effect, now))
      if (copies.length === 0) return
      waiting.push({ number, effect, copies })
      kept += copies.length
      if (kept >= TOGETHER) now.clock.stop()
    },
  })
  script?.begin(world.remains)
  while (world.clock.now() < plan.until) {
    await world.runUntil(plan.until)
    for (const each of waiting.splice(0)) await of.play(each)
    kept = 0
    plan.market.hold('moving', world.clock.now())
  }
  return { effects, points }
}

/** Effects that a crash may come after: those that bear on orders, and all that is read of them. */
export function matters(effect: Effect): boolean {
  return isOfOrders(effect) && (effect.kind !== 'happened' || isOrderly(effect))
}

/** The same remains at the same moment are the same crash. */
export function differing(): (world: World) => boolean {
  let last = ''
  return (world) => {
    const left = leftBy(world)
    const isNew = left !== last
    last = left
    return isNew
  }
}

/** Of a point before it is used up. */
export function crashOf(of: {
  readonly number: number
  readonly effect: Effect
  readonly delay: Delay
  readonly point: CrashPoint
}): Omit<Crash, keyof Omit<Restarted, 'world'>> {
  const { at, holding, beforeChildren, insideBracket } = of.point
  const { number, effect, delay } = of
  const marks = { holding, beforeChildren, insideBracket }
  return { number, effect: nameOf(effect), kind: effect.kind, at, delay, ...marks }
}

/** What a process that ended now would leave, in short. */
function leftBy({ clock, remains }: World): string {
  const { gateway, journal } = remains
  const { executions, pending, orders } = gateway.core.state
  const statuses = [...orders.values()].map(({ status, filled }) => `${status}${filled}`)
  const { orderFrames } = gateway.counters
  const rows = journal.read().length
  const now: EpochMs = clock.now()
  return [now, rows, orderFrames, executions.length, pending.length, ...statuses].join(' ')
}
