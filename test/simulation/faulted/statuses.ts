import type { Row, Seen } from './row.ts'

const entered = ({ of }: Seen): boolean => of('OrderIntended').length > 0
const ofBroker = ({ world }: Seen) => [...world.remains.gateway.core.state.orders.values()]

function stuck(status: string, side: 'BUY' | 'SELL', lastsMs: number | null): Row {
  return {
    name: `F49 ${status} of a ${side === 'BUY' ? 'entry' : 'exit'}, ${lastsMs === null ? 'for ever' : 'then at work'}`,
    faults: [{ name: 'status-stuck', status, side, lastsMs, count: side === 'BUY' ? 1 : 2 }],
    bot: 'holding',
    reached: (seen) => entered(seen) && ofBroker(seen).length > 0,
  }
}

/** F49 to F51. */
export const statuses: readonly Row[] = [
  stuck('Inactive', 'BUY', 10_000),
  stuck('Inactive', 'SELL', 10_000),
  stuck('Inactive', 'SELL', null),
  stuck('PreSubmitted', 'BUY', null),
  stuck('PendingSubmit', 'BUY', null),
  stuck('PendingSubmit', 'SELL', null),
  stuck('ApiPending', 'BUY', null),
  {
    name: 'F49 ApiCancelled',
    faults: [{ name: 'api-cancelled' }, { name: 'no-liquidity' }],
    bot: 'holding',
    lastsMs: 130_000,
    reached: ({ of }) => of('CancelIntended').length > 0,
  },
  {
    name: 'F49 no callback at all',
    faults: [{ name: 'order-unsaid', count: 3 }],
    bot: 'holding',
    reached: ({ of }) => of('OrderFilled').length > 0,
  },
  ...[399, 2161].map((code): Row => ({
    name: `F50 price cap, ${code}`,
    faults: [{ name: 'price-capped', code, count: null }],
    bot: 'busy',
    reached: ({ of }) =>
      of('OrderMoved').some(({ evidence }) => JSON.stringify(evidence).includes(`:${code},`)),
  })),
  ...(['STP', 'LMT'] as const).map((child): Row => ({
    name: `F51 the ${child} child is rejected once its parent fills`,
    faults: [{ name: 'bracket-broken', child }],
    bot: 'holding',
    reached: (seen) =>
      ofBroker(seen).some(({ completedStatus }) => /Rejected/.test(completedStatus)),
  })),
  {
    name: 'F51 the parent is cancelled, its children live',
    faults: [{ name: 'no-liquidity' }, { name: 'bracket-broken', how: 'parent-cancelled' }],
    bot: 'holding',
    lastsMs: 100_000,
    reached: (seen) =>
      ofBroker(seen).some(({ side, status }) => side === 'BUY' && status === 'Cancelled'),
  },
  {
    name: 'F51 the frame that transmits is lost',
    faults: [{ name: 'bracket-broken', how: 'last-lost' }],
    bot: 'holding',
    reached: ({ of }) => of('OrderMoved').some(({ to }) => to === 'unknown'),
  },
]
