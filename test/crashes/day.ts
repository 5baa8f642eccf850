import type { EpochMs } from '../../src/base/clock.ts'
import type { ClientOrderId, Order, OrderStatus } from '../../src/domain/order.ts'
import type { Fill } from '../../src/domain/fill.ts'
import type { Event } from '../../src/trading/event.ts'
import type { Written } from '../simulation/config-text.ts'
import type { Script } from '../simulation/crashes.ts'
import { fixedPlan } from '../simulation/plan.ts'
import type { Plan } from '../simulation/plan.ts'
import { World } from '../simulation/world.ts'
import type { WorldOptions } from '../simulation/world.ts'

/** A stretch of a trading day in which something certain happens. */
export interface Day {
  readonly name: string
  readonly describe: string
  /** What happens in it happens to a connection: without a wire it does not. */
  readonly isOfWire?: true
  /** Tried in this order: the first that reaches what the day is for. */
  readonly plans: readonly (() => Plan | Promise<Plan>)[]
  /** What the day is for did happen. */
  readonly reached: (world: World) => boolean
  /** What others do, or what goes wrong, besides what the plan says. */
  readonly script?: (plan: Plan) => Script
  /** What every process of the day meets in its own ports: a full disk. */
  readonly wrap?: (plan: Plan) => NonNullable<WorldOptions['wrap']>
  /** What a checker rightly says of what others did, by its name: only that, and why it may. */
  readonly except?: Readonly<Record<string, Excepted>>
}

export interface Excepted {
  readonly says: RegExp
  readonly why: string
}

/** A day by one of its plans: all that its processes need. */
export interface Staged {
  readonly day: Day
  readonly number: number
  readonly plan: Plan
  readonly script?: Script
  readonly wrap?: NonNullable<WorldOptions['wrap']>
}

/** With the whole of the wire, or the ports straight over the broker, several times as fast. */
export type Tier = 'codec' | 'direct'

export const SECOND = 1_000

/** Units that cost more than a quote shows come in parts. */
export const LARGE: Partial<Written> = {
  orderCostMax: '$20000',
  structureLossMax: '$20000',
  premiumMax: '50%',
}
export const TIMES = ['10:30', '11:15', '13:00', '14:30', '10:00'] as const

export function at(time: string, minutes: number, written: Partial<Written>): Plan {
  return fixedPlan({ date: '2026-03-10', time, minutes, written })
}

/** So many seconds into a day. */
export function into({ start }: Plan, seconds: number): EpochMs {
  return (start + seconds * SECOND) as EpochMs
}

export async function stagedBy(day: Day, number: number, tier: Tier): Promise<Staged> {
  const made = await day.plans[number]?.()
  if (made === undefined) throw new Error(`day ${day.name} has no plan ${number}`)
  const plan = tier === 'direct' ? { ...made, tier } : made
  const script = day.script?.(plan)
  const wrap = day.wrap?.(plan)
  return { day, number, plan, ...(script && { script }), ...(wrap && { wrap }) }
}

/** By the first of its plans that serves: what the bot does with one changes with its rules. */
export async function staged(day: Day, tier: Tier = 'codec'): Promise<Staged> {
  for (const number of day.plans.keys()) {
    const tried = await stagedBy(day, number, tier)
    const world = new World({
      plan: tried.plan,
      checkers: [],
      ...(tried.wrap && { wrap: tried.wrap }),
    })
    tried.script?.begin(world.remains)
    await world.runUntil(tried.plan.until)
    if (day.reached(world)) return tried
  }
  throw new Error(`no plan of day ${day.name} comes to this: ${day.describe}`)
}

type Of<T extends Event['type']> = Extract<Event, { readonly type: T }>

/** Events of a type, with the moments at which they were journaled. */
export function told<T extends Event['type']>(
  world: World,
  type: T,
): readonly (Of<T> & { readonly when: EpochMs })[] {
  return world.remains.journal.read().flatMap(({ at: when, event }) => {
    return event.type === type ? [{ ...(event as Of<T>), when }] : []
  })
}

export interface Filled {
  readonly order: Order
  readonly fill: Fill
  readonly isWhole: boolean
  /** What the order was said to be when the fill came. */
  readonly after: OrderStatus
}

export function fillsOf(world: World): readonly Filled[] {
  const statuses = new Map<ClientOrderId, OrderStatus>()
  const { orders } = world.record
  return world.remains.journal.read().flatMap(({ event }): readonly Filled[] => {
    if (event.type === 'OrderMoved') statuses.set(event.orderId, event.to)
    if (event.type !== 'OrderFilled') return []
    const { fill } = event
    const order = orders.get(fill.orderId)
    if (order === undefined) return []
    const isWhole = fill.quantity === order.quantity
    return [{ order, fill, isWhole, after: statuses.get(order.id) ?? 'intent' }]
  })
}

export const isEntry = ({ order }: Filled): boolean => order.role === 'entry'
