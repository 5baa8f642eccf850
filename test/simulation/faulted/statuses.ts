import type { Row, Seen } from './row.ts'

const entered = ({ of }: Seen): boolean => of('OrderIntended').length > 0
const ofBroker = ({ world }: Pick<Seen, 'world'>) => [
  ...world.remains.gateway.core.state.orders.values(),
]

function stuck(status: string, side: 'BUY' | 'SELL', lastsMs: number | null): Row {
  return {
    name: `F49 ${status} of a ${side === 'BUY' ? 'entry' : 'exit'}, ${lastsMs === null ? 'for ever' : 'then at work'}`,
    faults: [{ name: 'status-stuck', status, side, lastsMs, count: side === 'BUY' ? 1 : 2 }],
    bot: 'holding',
    reached: (seen) => entered(seen) && ofBroker(seen).length > 0,
  }
}

const capped =
  (code: number) =>
  ({ of }: Seen): boolean =>
    of('OrderMoved').some(({ evidence }) => JSON.stringify(evidence).includes(`:${code},`))

const TICK = 10_000

/** From what it filled at, a tick below what was asked for: half of that is the stop. */
function exitsFollow({ world, of }: Seen): string | null {
  const [fill] = of('OrderFilled').map((event) => event.fill.price)
  const entry = of('OrderIntended').find(({ order }) => order.role === 'entry')?.order.terms
  const limit = entry?.type === 'LMT' ? entry.limit : 0
  if (fill !== limit - TICK) return `filled at ${fill}, limit ${limit}`
  const triggers = ofBroker({ world }).flatMap(({ type, trigger }) =>
    type === 'STP' ? [trigger] : [],
  )
  const due = Math.floor(fill / 2 / TICK) * TICK
  return triggers.join() === String(due) ? null : `stops at ${triggers.join()}, not ${due}`
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
  ...[10_000, null].map((lastsMs): Row => ({
    name: `F49 Inactive of an exit at the market, ${lastsMs === null ? 'for ever' : 'then at work'}`,
    faults: [{ name: 'status-stuck', of: 'working', side: 'SELL', lastsMs }],
    bot: 'holding',
    from: 'filled',
    afterMs: 20_000,
    reached: ({ of }) =>
      of('OrderMoved').some(
        ({ from, evidence }) => from === 'working' && evidence.kind === 'inactive',
      ),
  })),
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
    faults: [{ name: 'price-capped', code, count: 1 }],
    bot: 'holding',
    reached: capped(code),
    holds: exitsFollow,
  })),
  {
    name: 'F50 price cap of every limit',
    faults: [{ name: 'price-capped', count: null }],
    bot: 'busy',
    reached: capped(2161),
  },
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
