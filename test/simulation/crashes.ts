import type { EpochMs } from '../../src/base/clock.ts'
import type { ClientOrderId } from '../../src/domain/order.ts'
import { checkersOf } from './checkers/all.ts'
import { betweenBars } from './plan.ts'
import type { Plan } from './plan.ts'
import { World } from './world.ts'
import type { Effect, Remains, WorldOptions } from './world.ts'

/** A moment right after an effect, with all that a process that ended there would leave. */
export interface CrashPoint {
  readonly at: EpochMs
  readonly effect: string
  readonly remains: Remains
  /** Some frames of a bracket have been received, and not the last. */
  readonly insideBracket: boolean
  /** The entry has filled, and one of its exits is not acknowledged yet. */
  readonly beforeChildren: boolean
  readonly holding: boolean
}

/** L1, L2, L8: connected, reconciled, and every unknown outcome proven. */
const LIVENESS_MS = 45_000

/** Runs a seed to its end and keeps what a crash after each of its effects would leave. */
export async function crashPointsOf(
  plan: Plan,
  chosen: (effect: Effect, number: number, world: World) => boolean,
): Promise<readonly CrashPoint[]> {
  const points: CrashPoint[] = []
  let number = 0
  let last = ''
  const world = new World({
    plan,
    checkers: [],
    effect(effect, of) {
      const moment = momentOf(of)
      if (!isOrderly(effect) || (effect.kind === 'happened' && moment === last)) return
      last = moment
      if (chosen(effect, number++, of)) points.push(pointOf(effect, of))
    },
  })
  await world.runUntil(plan.until)
  return points
}

/** What the broker does at one moment is told event by event, and leaves one thing behind. */
function momentOf({ clock, remains }: World): string {
  const { executions, pending } = remains.gateway.core.state
  const rows = remains.journal.read().length
  return [clock.now(), rows, executions.length, pending.length].join(' ')
}

/** What the world does besides what the plan says, to the first Gateway and to every copy of it. */
export interface Script {
  /** Called once for each, before its time goes on. */
  readonly begin: (remains: Remains) => void
  /** When the last of it has happened. */
  readonly over: EpochMs
}

export interface Revival {
  /** How long nobody lives while the market goes on. */
  readonly afterMs: number
  readonly until?: EpochMs
  readonly plant?: Pick<WorldOptions, 'wrap' | 'alter' | 'effect' | 'hearing'>
  readonly script?: Script
}

/** Another process on what is left; to the liveness bound at least, and then at rest. */
export async function revived(plan: Plan, point: CrashPoint, revival: Revival): Promise<World> {
  const { afterMs, until = point.at, plant, script } = revival
  const { clock } = point.remains.lockStep
  plan.market.hold('moving', point.at)
  script?.begin(point.remains)
  await clock.runUntil((point.at + afterMs) as EpochMs)
  const from = point.remains
  const world = new World({ plan, checkers: checkersOf('restarted'), from, ...plant })
  const now = clock.now()
  if (script !== undefined && script.over > now) {
    clock.after(
      script.over - now,
      world.failing(() => undefined),
    ) // told nothing of its parts
  }
  const able = Math.max(now, plan.outage?.until ?? now, script?.over ?? now)
  await world.runUntil(betweenBars(Math.max(until, able + LIVENESS_MS)))
  await world.rest()
  return world
}

export function pointOf(effect: Effect, world: World): CrashPoint {
  const { core } = world.remains.gateway
  return {
    at: world.clock.now(),
    effect: nameOf(effect),
    remains: world.left(),
    insideBracket:
      effect.kind === 'received' &&
      effect.frame.request.kind === 'placeOrder' &&
      effect.frame.request.order.transmit === false,
    beforeChildren: core.openOrders().some((child) => {
      const parent = core.state.orders.get(`${child.clientId}/${child.parentId}`)
      return child.status === 'PendingSubmit' && (parent?.filled ?? 0) > 0
    }),
    holding: core.positions().some(({ quantity }) => quantity !== 0),
  }
}

/** Effects that bear on orders: the others leave nothing that a crash could break. */
export function isOrderly(effect: Effect): boolean {
  switch (effect.kind) {
    case 'journaled':
      return effect.events.some(({ type }) => ORDERLY.has(type))
    case 'received':
      return true
    case 'heard':
      return false // what it changed was journaled
    default:
      return ['execution', 'open-order', 'order-status', 'commission'].includes(effect.event.kind)
  }
}

/** The Gateway has received an order, or the end of one: a question leaves nothing behind. */
export function isOrderFrame(effect: Effect): boolean {
  if (effect.kind !== 'received') return false
  const { request } = effect.frame
  return request.kind !== 'placeOrder' || !request.order.whatIf
}

const ORDERLY: ReadonlySet<string> = new Set([
  'EntryApproved',
  'OrderIntended',
  'OrderMoved',
  'OrderFilled',
  'CommissionReported',
  'CancelIntended',
  'ReplaceIntended',
  'ExitTriggered',
  'TradingStateChanged',
])

export function nameOf(effect: Effect): string {
  switch (effect.kind) {
    case 'journaled':
      return `journaled ${effect.events.map(({ type }) => type).join(', ')}`
    case 'received': {
      const { request } = effect.frame
      const ref = request.kind === 'placeOrder' ? (request.order.orderRef as ClientOrderId) : ''
      return `the Gateway received ${request.kind} ${ref}`
    }
    case 'heard':
      return `the bot read ${effect.message} as client ${effect.clientId}`
    default:
      return `the broker did ${effect.event.kind}`
  }
}
