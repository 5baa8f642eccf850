import type { ClientOrderId } from '../../../src/domain/order.ts'
import type { Row, Seen } from './row.ts'

const filled = ({ of }: Seen): boolean => of('OrderFilled').length > 0
const executions = ({ world }: Seen): number => world.remains.gateway.core.executions().length

/** F40 to F46: what is said of orders that fill. */
export const reported: readonly Row[] = [
  ...(['thrice', 'reordered', 'absent'] as const).map((how): Row => ({
    name: `F40 orderStatus ${how}`,
    faults: [{ name: 'status-unreliable', how }],
    bot: 'busy',
    reached: filled,
  })),
  {
    name: 'F41 openOrder late',
    faults: [{ name: 'open-order-late' }],
    bot: 'busy',
    reached: filled,
  },
  {
    name: 'F42 execution before openOrder',
    faults: [{ name: 'execution-early' }],
    bot: 'busy',
    reached: filled,
  },
  ...[500, 20_000, 60_000].map((afterMs): Row => ({
    name: `F42 execution ${afterMs} ms after Cancelled`,
    faults: [{ name: 'no-liquidity' }, { name: 'execution-late', afterMs, count: null }],
    bot: 'busy',
    plan: { minutes: 5 },
    reached: ({ of }) => of('OrderFilled').some(({ fill }) => fill.side === 'BUY'),
  })),
  ...(['early', 'late', 'minus-one', 'unset', 'missing'] as const).map((how): Row => ({
    name: `F43 commission ${how}`,
    faults: [{ name: 'commissions-odd', how }],
    bot: 'holding',
    reached: ({ of }) => of('CommissionReported').length > 0,
  })),
  ...(['price', 'quantity', 'bust'] as const).map((what): Row => ({
    name: `F44 correction of ${what}`,
    faults: [{ name: 'execution-corrected', what }],
    bot: 'holding',
    reached: ({ of }) => of('OrderFilled').some(({ fill }) => fill.revision === 2),
  })),
  {
    name: 'F44 correction of side: a sale was a purchase',
    faults: [{ name: 'execution-corrected', what: 'side', of: 'SELL' }],
    bot: 'busy',
    reached: ({ of }) => of('OrderFilled').some(({ fill }) => fill.revision === 2),
  },
  {
    name: 'F45 lots of one',
    faults: [{ name: 'fills-in-lots' }],
    bot: 'holding',
    reached: ({ of }) => of('OrderFilled').length >= 5,
  },
  {
    name: 'F45 lots of one, both ways',
    faults: [{ name: 'fills-in-lots' }],
    bot: 'busy',
    reached: (seen) => executions(seen) >= 8,
  },
  {
    name: 'F46 beyond an entry',
    faults: [{ name: 'overfill' }],
    bot: 'holding',
    except: { 'within-intent': 'the broker filled more than was ordered' },
    reached: ({ world }) => [...world.record.statuses.values()].includes('filled'),
  },
  {
    name: 'F46 both exits of a group',
    faults: [{ name: 'overfill', how: 'group' }],
    bot: 'busy',
    plan: { written: { takeProfit: '50%' } },
    except: { 'never-oversold': 'the broker filled both exits of one group' },
    reached: ({ world }) => world.violations.length > 0,
    holds: boughtBack,
  },
]

/** What nothing covers is bought back soon, by a close and not by an exit of the other side. */
const SHORT_MS_MAX = 5_000

function boughtBack({ world }: Seen): string | null {
  let held = 0
  let shortSince = null as number | null
  let shortMs = 0
  for (const { side, quantity, at, orderRef } of world.remains.gateway.core.executions()) {
    const role = world.record.orders.get(orderRef as ClientOrderId)?.role
    if (held < 0 && (side !== 'BUY' || role !== 'close'))
      return `${side} by the ${role} while short`
    held += side === 'BUY' ? quantity : -quantity
    if (held < 0) shortSince ??= at
    if (held >= 0 && shortSince !== null) {
      shortMs = Math.max(shortMs, at - shortSince)
      shortSince = null
    }
  }
  if (shortSince !== null) return `${held} are held at the end`
  return shortMs > 0 && shortMs <= SHORT_MS_MAX ? null : `short for ${shortMs} ms`
}
