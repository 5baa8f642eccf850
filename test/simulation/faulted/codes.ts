import { ORDER_CODES } from '../../../src/simulator/faults/order-codes.ts'
import type { FaultSpec } from '../../../src/simulator/faults/faults.ts'
import type { Row, Seen } from './row.ts'

const CODES = Object.keys(ORDER_CODES).map(Number)

/** How often the code is in the journal, as evidence about an order. */
function seen({ events, of }: Seen, code: number): number {
  const text = String(code)
  const resent = code === 10_006 ? of('ChildResent').length : 0
  return (
    resent +
    events.filter(
      (event) =>
        event.type === 'OrderMoved' &&
        new RegExp(`[:" ]${text}[,:"]`).test(JSON.stringify(event.evidence)),
    ).length
  )
}

function row(code: number, on: string, more: Partial<FaultSpec> & Record<string, unknown>): Row {
  return {
    name: `F48 ${code} on ${on}`,
    faults: [{ code, ...more, name: 'order-error' }],
    bot: 'holding',
    plan: { minutes: 2 },
    reached: (of) => seen(of, code) > 0,
    holds: (of) => lives(of, code),
  }
}

const WARNINGS: ReadonlySet<number> = new Set([354, 399, 404, 10311, 10349, 18_888])

/** A refusal is proven after ten seconds; an entry that waits is given up after a minute. */
const BROKEN_MS_MAX = 12_000

/** What would fill now is not covered: nothing of it is kept. */
function brokenUp({ world }: Seen): string | null {
  const entries = world.remains.journal.read()
  const sent = entries.find(({ event }) => event.type === 'OrderIntended')
  const cancel = entries.find(({ event }) => event.type === 'CancelIntended')
  if (sent === undefined || cancel === undefined) return 'nothing was cancelled'
  const ms = cancel.at - sent.at
  return ms <= BROKEN_MS_MAX ? null : `cancelled after ${ms} ms`
}

/** By its refusal, and not by the seconds that a change may go without an answer. */
function changeEnds({ of }: Seen, code: number): string | null {
  const moves = of('OrderMoved').filter(({ from }) => from === 'replace-pending')
  const refused = moves.some(
    ({ evidence }) => evidence.kind === 'cancel-refused' && evidence.hint.startsWith(String(code)),
  )
  const lost = moves.some(({ evidence }) => evidence.kind === 'outcome-lost')
  return refused && !lost ? null : 'the change waited for an answer'
}

function bothRest({ world }: Seen): string | null {
  const types = world.remains.gateway.core.openOrders().map(({ type }) => type)
  return types.sort().join() === 'LMT,STP' ? null : `${types.join() || 'nothing'} rests`
}

/** A modification that comes too late, does not match, or is off the grid. */
const CHANGES = [104, 105, 110]

const CHILDREN = [110, 201, 321, 399, 10_006, 10_349]

/** F48: every code on a new entry, those that matter there on new exits, and all on live orders. */
export const codes: readonly Row[] = [
  ...CODES.filter((code) => ORDER_CODES[code]?.onNew !== null).map((code) =>
    row(code, 'a new entry', { which: 'parent' }),
  ),
  ...CHILDREN.filter((code) => code !== 10_349).map((code) =>
    row(code, 'new exits', { which: 'child', count: 2 }),
  ),
  { ...row(10_349, 'new exits', { which: 'child', count: 2 }), holds: repairedAtOnce },
  ...CHANGES.map((code): Row => ({
    ...row(code, 'a change of exits', {}),
    faults: [
      { name: 'order-error', code, on: 'change', side: 'SELL' },
      { name: 'price-capped', count: 1 },
    ],
    plan: { minutes: 3 },
    holds: (of: Seen) => lives(of, code) ?? changeEnds(of, code) ?? bothRest(of),
  })),
  {
    name: 'F48 201 on a child of an entry that nobody fills',
    faults: [{ name: 'order-error', code: 201, which: 'child' }, { name: 'no-liquidity' }],
    bot: 'holding',
    reached: (of) => seen(of, 201) > 0,
    holds: brokenUp,
  },
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

/** By what the Gateway says of each order, not by the picture that comes with the next second. */
function repairedAtOnce({ world }: Seen): string | null {
  const entries = world.remains.journal.read()
  const exits = entries.filter(({ event }) => event.type === 'OrderIntended')
  const echoes = entries.filter(
    ({ event }) => event.type === 'OrderMoved' && event.evidence.kind === 'echoed',
  )
  const late = echoes.map(({ at }) => at - (exits[0]?.at ?? 0))
  return late.length === 2 && late.every((ms) => ms < 250) ? null : `echoed after ${late.join()} ms`
}

/** Nothing that lives ends by a code, and nothing is sent for it. */
function untouched({ world, of }: Seen): string | null {
  const live = world.remains.gateway.core.openOrders()
  const cancels = of('CancelIntended').length
  if (live.length < 2) return `${live.length} exits are left`
  return cancels === 0 ? null : `${cancels} cancels followed`
}
