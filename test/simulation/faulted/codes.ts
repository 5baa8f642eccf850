import { ORDER_CODES } from '../../../src/simulator/faults/order-codes.ts'
import type { FaultSpec } from '../../../src/simulator/faults/faults.ts'
import type { Row, Seen } from './row.ts'

const CODES = Object.keys(ORDER_CODES).map(Number)

/** How often the code is in the journal, as evidence about an order. */
function seen({ events }: Seen, code: number): number {
  const text = String(code)
  return events.filter(
    (event) =>
      event.type === 'OrderMoved' &&
      new RegExp(`[:" ]${text}[,:"]`).test(JSON.stringify(event.evidence)),
  ).length
}

function row(code: number, on: string, more: Partial<FaultSpec> & Record<string, unknown>): Row {
  return {
    name: `F48 ${code} on ${on}`,
    faults: [{ code, ...more, name: 'order-error' }],
    bot: 'holding',
    plan: { minutes: 2 },
    reached: ({ events }) => events.some(({ type }) => type === 'OrderIntended'),
    holds: (of) => lives(of, code),
  }
}

const WARNINGS: ReadonlySet<number> = new Set([354, 399, 404, 10311, 10349, 18_888])

const CHILDREN = [110, 201, 321, 399, 10_006, 10_349]

/** F48: every code on a new entry, those that matter there on new exits, and all on live orders. */
export const codes: readonly Row[] = [
  ...CODES.filter((code) => ORDER_CODES[code]?.onNew !== null).map((code) =>
    row(code, 'a new entry', { which: 'parent' }),
  ),
  ...CHILDREN.map((code) => row(code, 'new exits', { which: 'child', count: 2 })),
  {
    name: 'F48 every code on live orders',
    faults: CODES.map((code) => ({ name: 'order-error', code, on: 'live', count: null })),
    bot: 'holding',
    plan: { minutes: 2 },
    reached: (of) => CODES.every((code) => seen(of, code) > 0),
    holds: untouched,
  },
]

/** What is only warned of stays as it is; what is refused is proven to be so, or unknown. */
function lives(of: Seen, code: number): string | null {
  const silently = of
    .of('OrderMoved')
    .filter(({ to, evidence }) => to === 'rejected' && evidence.kind !== 'proven')
  if (silently.length > 0) return `rejected by ${silently[0]?.evidence.kind}`
  if (!WARNINGS.has(code) || code === 10349) return null
  const rejected = of.of('OrderMoved').some(({ to }) => to === 'rejected')
  return rejected ? 'rejected by a warning' : null
}

/** Nothing that lives ends by a code, and nothing is sent for it. */
function untouched({ world, of }: Seen): string | null {
  const live = world.remains.gateway.core.openOrders()
  const cancels = of('CancelIntended').length
  if (live.length < 2) return `${live.length} exits are left`
  return cancels === 0 ? null : `${cancels} cancels followed`
}
