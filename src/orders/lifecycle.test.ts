import { describe, expect, test } from 'vitest'
import { Prng } from '../base/prng.ts'
import { price } from '../domain/money.ts'
import type { OrderEvidence, OrderStatus, TrackedOrder } from '../domain/order.ts'
import { now, order } from './fixtures.testing.ts'
import { isCancellable, isTerminal, mayStillFill, statusAfter } from './lifecycle.ts'

const statuses = [
  'intent',
  'sending',
  'unknown',
  'staged',
  'acked',
  'held',
  'working',
  'cancel-pending',
  'replace-pending',
  'quarantine-cancelled',
  'filled',
  'cancelled',
  'rejected',
  'expired',
  'denied',
] as const satisfies readonly OrderStatus[]

const change = {
  orderId: order().id,
  quantity: 3,
  terms: { type: 'LMT', limit: price(2) },
} as const
const same = null

/** One row per evidence, one column per status, in the order above; null: nothing changes. */
type Row = readonly (OrderStatus | typeof same)[]
const quarantine = 'quarantine-cancelled'
const table: readonly (readonly [string, OrderEvidence, Row])[] = [
  ['denied', { kind: 'denied', reason: '' }, row({ intent: 'denied' })],
  ['handed over', { kind: 'handed-over' }, row({ intent: 'sending' })],
  ['reported staged', { kind: 'reported', as: 'staged' }, reported('staged', {})],
  ['reported acked', { kind: 'reported', as: 'acked' }, reported('acked', {})],
  [
    'reported held',
    { kind: 'reported', as: 'held' },
    reported('held', { acked: 'held', working: 'held', 'replace-pending': 'held' }),
  ],
  [
    'reported working',
    { kind: 'reported', as: 'working' },
    reported('working', { acked: 'working', held: 'working', 'replace-pending': 'working' }),
  ],
  [
    'listed as PendingCancel',
    { kind: 'reported', as: 'cancel-pending' },
    reported('cancel-pending', {
      acked: 'cancel-pending',
      held: 'cancel-pending',
      working: 'cancel-pending',
      'replace-pending': 'cancel-pending',
    }),
  ],
  ['some filled', { kind: 'fills-changed', filled: 2 }, row({})],
  ['all filled', { kind: 'fills-changed', filled: 5 }, statuses.map(() => 'filled')],
  [
    'cancel requested',
    { kind: 'cancel-requested' },
    row({
      intent: 'denied',
      unknown: 'cancel-pending',
      staged: 'cancel-pending',
      acked: 'cancel-pending',
      held: 'cancel-pending',
      working: 'cancel-pending',
    }),
  ],
  [
    'replace requested',
    { kind: 'replace-requested', change },
    row({ acked: 'replace-pending', held: 'replace-pending', working: 'replace-pending' }),
  ],
  [
    'cancel reported',
    { kind: 'cancel-reported' },
    statuses.map((status) => (isTerminal(status) ? same : quarantine)),
  ],
  [
    'cancel refused: 10147, 10148, 161, 104',
    { kind: 'cancel-refused', hint: 'Filled' },
    row({ 'cancel-pending': 'unknown', 'replace-pending': 'unknown' }),
  ],
  [
    'rejected by a code',
    { kind: 'reject-reported', vendorCode: 201, reason: '' },
    row({
      intent: 'unknown',
      sending: 'unknown',
      acked: 'unknown',
      staged: 'unknown',
      held: 'unknown',
      'replace-pending': 'unknown',
    }),
  ],
  ['warned: 399, 10349', { kind: 'warned', vendorCode: 10349, message: '' }, row({})],
  [
    'outcome lost',
    { kind: 'outcome-lost', reason: '' },
    row({
      intent: 'unknown',
      sending: 'unknown',
      'cancel-pending': 'unknown',
      'replace-pending': 'unknown',
    }),
  ],
  [
    'completed as cancelled',
    { kind: 'proven', status: 'cancelled', by: 'completed-order' },
    statuses.map((status) => (isTerminal(status) ? same : 'cancelled')),
  ],
  [
    'absent everywhere',
    { kind: 'proven', status: 'rejected', by: 'absent-everywhere' },
    row({}), // of an order that lived; the other case is below
  ],
  [
    'quarantine over',
    { kind: 'proven', status: 'cancelled', by: 'quarantine-over' },
    row({ 'quarantine-cancelled': 'cancelled' }),
  ],
  [
    'session over, DAY',
    { kind: 'proven', status: 'expired', by: 'session-end' },
    statuses.map((status) => (isTerminal(status) ? same : 'expired')),
  ],
  ['fills that are not all', { kind: 'proven', status: 'filled', by: 'fills' }, row({})],
]

function row(to: Partial<Record<OrderStatus, OrderStatus>>): Row {
  return statuses.map((status) => to[status] ?? same)
}

function reported(as: OrderStatus, more: Partial<Record<OrderStatus, OrderStatus>>): Row {
  return row({ intent: as, sending: as, unknown: as, staged: as, ...more })
}

describe('the table of promises.md, every status by every evidence (D51)', () => {
  const cells = table.flatMap(([name, evidence, row]) =>
    statuses.map((from, i) => [name, from, row[i] ?? from, evidence] as const),
  )
  test.each(cells)('%s: %s -> %s', (...[, from, to, evidence]) => {
    const filled = from === 'filled' && evidence.kind === 'fills-changed' ? 2 : 0
    expect(statusAfter(order({ status: from, filled }), evidence)).toBe(to)
  })
})

describe('the odd cells', () => {
  const child = { parentId: order().id, role: 'stop-loss', side: 'SELL' } as const
  const missing = { kind: 'parent-missing' } as const

  test('a child without its parent waits to be sent once more; the second time is a reject', () => {
    const sending = order({ ...child, status: 'sending' })
    expect(statusAfter(sending, missing)).toBe('sending')
    expect(statusAfter({ ...sending, resentAt: now }, missing)).toBe('unknown')
    expect(statusAfter(order({ status: 'sending' }), missing)).toBe('unknown') // not a child
    expect(statusAfter(order({ ...child, status: 'working' }), missing)).toBe('working')
  })

  test('a correction may take a fill back, and then nobody knows what lives', () => {
    const full = order({ status: 'filled', filled: 5 })
    expect(statusAfter(full, { kind: 'fills-changed', filled: 4 })).toBe('unknown')
  })

  test('a fill after the end is counted and changes no end but the last one', () => {
    const dead = order({ status: 'cancelled', filled: 1 })
    expect(statusAfter(dead, { kind: 'fills-changed', filled: 3 })).toBe('cancelled')
    expect(statusAfter(dead, { kind: 'fills-changed', filled: 5 })).toBe('filled')
  })

  test('absence proves only that an order was never received', () => {
    const absent = { kind: 'proven', status: 'rejected', by: 'absent-everywhere' } as const
    const after = (unknownFrom: OrderStatus, filled = 0) =>
      statusAfter(order({ status: 'unknown', unknownFrom, filled }), absent)
    expect(after('sending')).toBe('rejected')
    expect(after('intent')).toBe('rejected')
    expect(after('cancel-pending')).toBe('unknown')
    expect(after('sending', 1)).toBe('unknown') // it lived: it filled
  })

  test('the session ends no GTC order', () => {
    const over = { kind: 'proven', status: 'expired', by: 'session-end' } as const
    expect(statusAfter(order({ timeInForce: 'GTC' }), over)).toBe('working')
  })

  test('a status after the last fill is ignored', () => {
    const last = order({ status: 'cancel-pending', filled: 5 })
    expect(statusAfter(last, { kind: 'reported', as: 'working' })).toBe('cancel-pending')
  })
})

describe('what may still fill', () => {
  test.each(statuses)('%s', (status) => {
    expect(mayStillFill(order({ status, filled: 2 }))).toBe(isTerminal(status) ? 0 : 3)
  })

  test('of an order being changed, the larger version', () => {
    const pending = (quantity: number) =>
      mayStillFill(order({ status: 'replace-pending', pendingChange: { ...change, quantity } }))
    expect([pending(9), pending(1)]).toEqual([9, 5])
  })

  test('never less than nothing: an overfill is not a short order', () => {
    expect(mayStillFill(order({ filled: 7 }))).toBe(0)
  })
})

test('fuzz: total, terminal only by proof, and every transition is one of the table', () => {
  const prng = new Prng(0x5eed)
  const evidences = table.map(([, evidence]) => evidence)
  const pick = <T>(of: readonly T[]): T => {
    const found = of[prng.int(0, of.length - 1)]
    if (found === undefined) throw new Error('an empty list')
    return found
  }
  let terminals = 0
  for (let sequence = 0; sequence < 40_000; sequence++) {
    let tracked: TrackedOrder = order({
      status: 'intent',
      quantity: prng.int(1, 5),
      timeInForce: pick(['DAY', 'GTC'] as const),
      parentId: prng.chance(0.3) ? order().id : null,
    })
    for (let step = 0; step < 8; step++) {
      const more = prng.chance(0.2) ? prng.int(0, tracked.quantity) : tracked.filled
      const evidence: OrderEvidence =
        more === tracked.filled ? pick(evidences) : { kind: 'fills-changed', filled: more }
      const to = statusAfter(tracked, evidence)
      if (!statuses.includes(to)) throw new Error(`${to} is no status`)
      if (isTerminal(to) && to !== tracked.status) {
        terminals += 1
        const byProof = evidence.kind === 'proven' || evidence.kind === 'fills-changed'
        const unsent = to === 'denied' && tracked.status === 'intent'
        if (!byProof && !unsent) throw new Error(`${evidence.kind} ended a ${tracked.status}`)
      }
      if (isTerminal(tracked.status) && !isTerminal(to) && evidence.kind !== 'fills-changed') {
        throw new Error(`${evidence.kind} revived a ${tracked.status}`)
      }
      const filled = evidence.kind === 'fills-changed' ? evidence.filled : tracked.filled
      const unknownFrom = to === 'unknown' ? (tracked.unknownFrom ?? tracked.status) : null
      tracked = { ...tracked, status: to, filled, unknownFrom }
      if (mayStillFill(tracked) < 0 || (isTerminal(to) && mayStillFill(tracked) !== 0)) {
        throw new Error('what may fill is not negative, and nothing of a dead order')
      }
    }
  }
  expect(terminals).toBeGreaterThan(16_000)
})

test('what is unknown or on its way is not cancelled again: it waits for proof', () => {
  expect(statuses.filter((status) => isCancellable(order({ status })))).toEqual([
    'staged',
    'acked',
    'held',
    'working',
  ])
})
