import { assert } from '../../src/base/assert.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import type { ClientOrderId, OrderStatus } from '../../src/domain/order.ts'
import type { Written } from '../simulation/config-text.ts'
import { fixedPlan, planOf } from '../simulation/plan.ts'
import type { Plan } from '../simulation/plan.ts'
import { World } from '../simulation/world.ts'

/** A stretch of a trading day in which something certain happens. */
export interface Day {
  readonly name: string
  readonly describe: string
  /** Tried in this order: the first that reaches what the day is for. */
  readonly plans: readonly (() => Plan)[]
  /** What the day is for did happen. */
  readonly reached: (world: World) => boolean
}

const SECOND = 1_000
/** Units that cost more than a quote shows come in parts. */
const LARGE: Partial<Written> = {
  orderCostMax: '$20000',
  structureLossMax: '$20000',
  premiumMax: '50%',
}
const TIMES = ['10:30', '11:15', '13:00', '14:30', '10:00'] as const

function at(time: string, minutes: number, written: Partial<Written>): Plan {
  return fixedPlan({ date: '2026-03-10', time, minutes, written })
}

function withOutage(plan: Plan, fromMs: number, lastsMs: number): Plan {
  const from = plan.start + fromMs
  return { ...plan, outage: { from: from as EpochMs, until: (from + lastsMs) as EpochMs } }
}

export const DAYS: readonly Day[] = [
  {
    name: 'whole',
    describe: 'an entry filled whole, then held under both of its exits',
    plans: TIMES.map((time) => () => at(time, 3, { orderCostMax: '$2000' })),
    reached: (world) => fillsOf(world).some(({ isEntry, isWhole }) => isEntry && isWhole),
  },
  {
    name: 'parts',
    describe: 'an entry filled in parts, and a fill that comes while its cancel is under way',
    plans: [230, 77, 20, 18, 29, 64, 96, 6, 8, 42, 60].map((seed) => () => ({
      ...planOf(seed, 8),
      crash: null,
    })),
    reached: (world) => {
      const fills = fillsOf(world)
      const parts = fills.some(({ isEntry, isWhole }) => isEntry && !isWhole)
      return parts && fills.some(({ after }) => RACED.has(after))
    },
  },
  {
    name: 'outage',
    describe: 'an exit filled at the broker while the Gateway could not be reached',
    plans: TIMES.map((time) => () => {
      const exits = { ...LARGE, takeProfit: '2%', stopLoss: '2%', symbols: 'SPY, QQQ' }
      return withOutage(at(time, 4, exits), 75 * SECOND, 75 * SECOND)
    }),
    reached: (world) => {
      const { from = 0, until = 0 } = world.plan.outage ?? {}
      const { executions } = world.remains.gateway.core.state
      return executions.some(({ side, at: when }) => side === 'SELL' && when > from && when < until)
    },
  },
]

const RACED: ReadonlySet<OrderStatus> = new Set<OrderStatus>([
  'cancel-pending',
  'quarantine-cancelled',
])

export function dayOf(name: string): Day {
  const day = DAYS.find((each) => each.name === name)
  assert(day !== undefined, `a day is one of ${DAYS.map((each) => each.name).join(', ')}`)
  return day
}

/** Which of its plans serves today: what the bot does with one changes with its rules. */
export async function planNumberOf(day: Day): Promise<number> {
  for (const [number, make] of day.plans.entries()) {
    const plan = make()
    const world = new World({ plan, checkers: [] })
    await world.runUntil(plan.until)
    if (day.reached(world)) return number
  }
  throw new Error(`no plan of day ${day.name} comes to this: ${day.describe}`)
}

interface Filled {
  readonly isEntry: boolean
  readonly isWhole: boolean
  /** What the order was said to be when the fill came. */
  readonly after: OrderStatus
}

function fillsOf(world: World): readonly Filled[] {
  const statuses = new Map<ClientOrderId, OrderStatus>()
  const { orders } = world.record
  return world.remains.journal.read().flatMap(({ event }): readonly Filled[] => {
    if (event.type === 'OrderMoved') statuses.set(event.orderId, event.to)
    if (event.type !== 'OrderFilled') return []
    const order = orders.get(event.fill.orderId)
    if (order === undefined) return []
    const isWhole = event.fill.quantity === order.quantity
    const after = statuses.get(order.id) ?? 'intent'
    return [{ isEntry: order.role === 'entry', isWhole, after }]
  })
}
