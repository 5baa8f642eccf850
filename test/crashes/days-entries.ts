import type { EpochMs } from '../../src/base/clock.ts'
import type { OrderStatus } from '../../src/domain/order.ts'
import { planOf } from '../simulation/plan.ts'
import type { Plan } from '../simulation/plan.ts'
import { at, fillsOf, isEntry, LARGE, SECOND, TIMES, told } from './day.ts'
import type { Day } from './day.ts'
import { faulty, scriptOf } from './script.ts'

const RACED: ReadonlySet<OrderStatus> = new Set<OrderStatus>([
  'cancel-pending',
  'quarantine-cancelled',
])

function withOutage(plan: Plan, fromMs: number, lastsMs: number): Plan {
  const from = plan.start + fromMs
  return { ...plan, outage: { from: from as EpochMs, until: (from + lastsMs) as EpochMs } }
}

/** The order path: entries, and what comes of them. */
export const entries: readonly Day[] = [
  {
    name: 'whole',
    describe: 'an entry filled whole, then held under both of its exits',
    plans: TIMES.map((time) => () => at(time, 3, { orderCostMax: '$2000' })),
    reached: (world) => fillsOf(world).some((each) => isEntry(each) && each.isWhole),
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
      const parts = fills.some((each) => isEntry(each) && !each.isWhole)
      return parts && fills.some(({ after }) => RACED.has(after))
    },
  },
  {
    name: 'outage',
    isOfWire: true,
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
  {
    name: 'walk',
    describe: 'an entry that nobody takes: it walks, is cancelled, and the next one fills',
    plans: TIMES.map((time) => () => {
      const entry = '{ start: 0%, step: 25%, every: 5s, time_to_live: 30s }'
      return at(time, 4, { entry, orderCostMax: '$2000' })
    }),
    script: (plan) =>
      scriptOf({ spans: [faulty(plan.start, 130 * SECOND, { name: 'no-liquidity' })] }),
    reached: (world) => {
      const isEnded = told(world, 'CancelIntended').length > 0
      return told(world, 'ReplaceIntended').length > 2 && isEnded && fillsOf(world).some(isEntry)
    },
  },
]
