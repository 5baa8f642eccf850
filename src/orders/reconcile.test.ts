import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate, ConId, StockContract } from '../domain/contract.ts'
import type { ExecId, Fill } from '../domain/fill.ts'
import type { Money } from '../domain/money.ts'
import { price } from '../domain/money.ts'
import type { ClientOrderId, OrderEvidence, OrderStatus, TrackedOrder } from '../domain/order.ts'
import type { Position } from '../domain/position.ts'
import type { BrokerOrder, BrokerSnapshot } from '../domain/report.ts'
import { at, call, now, order } from './fixtures.testing.ts'
import { statusAfter } from './lifecycle.ts'
import type { Discrepancy, Ours } from './reconcile.ts'
import { reconcile } from './reconcile.ts'

const PROOF_MS = 10_000
const me = order().id

function snapshot(changes: Partial<BrokerSnapshot> = {}): BrokerSnapshot {
  return {
    requestedAt: at(60_000),
    epoch: 1,
    openOrders: [],
    completedOrders: [],
    fills: [],
    positions: [],
    account: { id: 'DU1' } as BrokerSnapshot['account'],
    ...changes,
  }
}

function ours(orders: readonly TrackedOrder[], changes: Partial<Ours> = {}): Ours {
  return {
    orders: new Map(orders.map((each) => [each.id, each])),
    fills: new Map(),
    positions: [],
    foreign: new Map(),
    explained: new Set(),
    ...changes,
  }
}

function theirs(evidence: OrderEvidence, orderId: ClientOrderId | null = me): BrokerOrder {
  return { orderId, permId: 900, contract: call, side: 'BUY', quantity: 5, evidence }
}

const fill = (changes: Partial<Fill> = {}): Fill => ({
  execId: 'x.1' as ExecId,
  revision: 1,
  orderId: me,
  contract: call,
  side: 'BUY',
  quantity: 5,
  price: price(2),
  at: now,
  synthetic: false,
  ...changes,
})

const held = (quantity: number, contract: Position['contract'] = call): Position => ({
  contract,
  quantity,
  cost: 0 as Money,
})

const working = { kind: 'reported', as: 'working' } as const
const cancelledRecord = { kind: 'proven', status: 'cancelled', by: 'completed-order' } as const

function evidenceOn(
  of: Partial<TrackedOrder>,
  seen: Partial<BrokerSnapshot> = {},
): OrderEvidence | null {
  const found = reconcile(ours([order(of)]), snapshot(seen), PROOF_MS)
  const [only] = found.filter((each) => each.kind === 'missed-evidence')
  return only?.kind === 'missed-evidence' ? only.evidence : null
}

describe('orders', () => {
  const lost = { status: 'unknown', unknownFrom: 'sending' } as const

  test('found open: it lives', () => {
    expect(evidenceOn(lost, { openOrders: [theirs(working)] })).toEqual(working)
  })

  test('found completed: that is its end, from any status', () => {
    for (const status of ['unknown', 'working', 'sending', 'cancel-pending'] as const) {
      const record = { kind: 'proven', status: 'rejected', by: 'completed-order' } as const
      expect(evidenceOn({ status }, { completedOrders: [theirs(record)] })).toEqual(record)
    }
  })

  test('absent everywhere and never heard of: not received (P4)', () => {
    expect(evidenceOn(lost)).toEqual({
      kind: 'proven',
      status: 'rejected',
      by: 'absent-everywhere',
    })
  })

  test('judged only when the picture was asked for 10 s after the send', () => {
    expect(evidenceOn(lost, { requestedAt: at(9_999) })).toBeNull()
    expect(evidenceOn(lost, { requestedAt: at(10_000) })).not.toBeNull()
    const resent = { ...lost, resentAt: at(5_000) }
    expect(evidenceOn(resent, { requestedAt: at(14_999) })).toBeNull()
  })

  test('an execution says that it lived, whatever the lists say', () => {
    expect(evidenceOn(lost, { fills: [fill({ quantity: 1 })] })).toBeNull()
  })

  test.each(['acked', 'held', 'working', 'staged', 'cancel-pending'] as OrderStatus[])(
    'it was %s and is nowhere: taken for cancelled, and watched; absence is no proof',
    (status) => {
      expect(evidenceOn({ status, timeInForce: 'GTC' })).toEqual({ kind: 'cancel-reported' })
    },
  )

  test('what we heard of since the picture was asked for is not judged by it', () => {
    expect(evidenceOn({ status: 'working', statusSince: at(60_001) })).toBeNull()
    const later = { ...lost, statusSince: at(60_001) }
    expect(evidenceOn(later, { openOrders: [theirs(working)] })).toBeNull()
  })

  test('a DAY order of an earlier date that is nowhere ended with its session', () => {
    const requestedAt = atNewYork('2026-03-11' as CalendarDate, '09:00')
    expect(evidenceOn({ status: 'working' }, { requestedAt })).toEqual({
      kind: 'proven',
      status: 'expired',
      by: 'session-end',
    })
    expect(evidenceOn({ status: 'working', timeInForce: 'GTC' }, { requestedAt })).toEqual({
      kind: 'cancel-reported',
    })
  })

  test('a record of a cancel begins its quarantine, and ends none (P23)', () => {
    const record = { completedOrders: [theirs(cancelledRecord)] }
    const cancelled = { kind: 'cancel-reported' }
    expect(evidenceOn({ status: 'cancel-pending' }, record)).toEqual(cancelled)
    const said = { status: 'quarantine-cancelled', statusSince: at(0) } as const
    expect(evidenceOn(said, record)).toBeNull()
  })

  test('what is over is not judged again', () => {
    expect(
      evidenceOn({ status: 'filled', filled: 5 }, { openOrders: [theirs(working)] }),
    ).toBeNull()
  })

  test('an order that is not ours is told once', () => {
    const stranger = theirs(working, null)
    const [found] = reconcile(ours([]), snapshot({ openOrders: [stranger] }), PROOF_MS)
    expect(found).toEqual({ kind: 'foreign-order', order: stranger })
    const known = ours([], { foreign: new Map([[900, stranger]]) })
    expect(reconcile(known, snapshot({ openOrders: [stranger] }), PROOF_MS)).toEqual([])
  })
})

describe('fills', () => {
  const seen = (fills: readonly Fill[], known: readonly Fill[] = []) =>
    reconcile(
      ours([order()], { fills: new Map(known.map((each) => [each.execId, each])) }),
      snapshot({ fills, openOrders: [theirs(working)], positions: [held(5)] }),
      PROOF_MS,
    ).filter((each) => each.kind === 'missed-fill')

  test('what we missed is found, and with it the position is explained', () => {
    const found = reconcile(
      ours([order()]),
      snapshot({ fills: [fill()], positions: [held(5)] }),
      PROOF_MS,
    )
    expect(found.map((each) => each.kind)).toEqual(['missed-fill'])
  })

  test('known fills are not, a correction is', () => {
    expect(seen([fill()], [fill()])).toEqual([])
    expect(seen([fill({ revision: 2, quantity: 4 })], [fill()])).toHaveLength(1)
    expect(seen([fill()], [fill({ revision: 2 })])).toEqual([])
  })

  test('a fill of an order that is not ours is no fill of ours', () => {
    expect(seen([fill({ orderId: 'by hand' as ClientOrderId })])).toEqual([])
  })
})

describe('positions', () => {
  const stock: StockContract = {
    kind: 'stock',
    conId: 99 as ConId,
    symbol: call.symbol,
    multiplier: 1,
    exchange: 'SMART',
    currency: call.currency,
    priceIncrements: call.priceIncrements,
  }
  const differences = (of: Ours, seen: Partial<BrokerSnapshot>) =>
    reconcile(of, snapshot(seen), PROOF_MS).filter((each) => each.kind === 'position-differs')
  const causes = (of: Ours, seen: Partial<BrokerSnapshot>) =>
    differences(of, seen).map((each) => each.kind === 'position-differs' && each.cause)
  const traded = order({ status: 'filled', filled: 5 })
  const long = ours([traded], { positions: [held(5)] })
  const over = { requestedAt: (call.lastTradingAt + 60_000) as EpochMs }

  test('equal pictures differ in nothing', () => {
    expect(differences(long, { positions: [held(5)] })).toEqual([])
  })

  test('gone without a word: unexplained', () => {
    expect(differences(long, {})).toEqual([
      { kind: 'position-differs', ours: 5, theirs: held(0), cause: 'unexplained', by: [] },
    ])
  })

  test('a zero row is as good as none', () => {
    expect(causes(ours([traded]), { positions: [held(0)] })).toEqual([])
  })

  test('after its last trading time: expired, or exercised with the shares that came', () => {
    expect(causes(long, over)).toEqual(['expired'])
    expect(causes(long, { ...over, positions: [held(500, stock)] })).toEqual([
      'exercised',
      'exercised',
    ])
  })

  test('a short put that was assigned overnight is shares by one event each', () => {
    const put = { ...call, right: 'P' } as const
    const short = ours([traded], { positions: [held(-2, put)] })
    expect(causes(short, { positions: [held(200, stock)] })).toEqual(['assigned', 'assigned'])
  })

  test('shares that went the other way are no assignment of it', () => {
    const short = ours([traded], { positions: [held(-2)] })
    expect(causes(short, { positions: [held(-200, stock)] })).toEqual(['assigned', 'assigned'])
    expect(causes(short, { positions: [held(200, stock)] })).toEqual([
      'unexplained',
      'foreign-trade',
    ])
  })

  test('sold by hand: the foreign fill explains it', () => {
    const byHand = fill({ orderId: 'by hand' as ClientOrderId, side: 'SELL', quantity: 2 })
    expect(causes(long, { fills: [byHand], positions: [held(3)] })).toEqual(['foreign-trade'])
    expect(causes(long, { fills: [byHand], positions: [held(4)] })).toEqual(['unexplained'])
  })

  test('parts of a share that a person bought add up, and so does what an option delivers', () => {
    const own = order({ status: 'filled', contract: stock })
    const parts = [0.1, 0.2].map((quantity) =>
      fill({
        execId: `p.${quantity}` as ExecId,
        orderId: '' as ClientOrderId,
        contract: stock,
        quantity,
      }),
    )
    expect(causes(ours([own]), { fills: parts, positions: [held(0.3, stock)] })).toEqual([
      'foreign-trade',
    ])
    const put = { ...call, right: 'P' } as const
    const short = ours([traded], { positions: [held(-2, put), held(0.7, stock)] })
    expect(causes(short, { positions: [held(200.7, stock)] })).toEqual(['assigned', 'assigned'])
  })

  test('what we never traded was there before us', () => {
    expect(causes(ours([]), { positions: [held(100, stock)] })).toEqual(['foreign-trade'])
  })

  test('a fill in flight is in one half of the picture: judged next time', () => {
    const fresh = fill({ execId: 'x.2' as ExecId, at: at(59_000), quantity: 1, side: 'SELL' })
    const known = ours([traded], { positions: [held(4)], fills: new Map([[fresh.execId, fresh]]) })
    expect(differences(known, { positions: [held(5)] })).toEqual([])
    expect(differences(known, { positions: [held(5)], requestedAt: at(70_000) })).toHaveLength(1)
  })

  describe('a person sold while our entry filled', () => {
    const fresh = fill({ at: at(59_000) })
    const byHand = fill({
      execId: 'h.1' as ExecId,
      orderId: '' as ClientOrderId,
      side: 'SELL',
      quantity: 2,
      at: at(58_500),
    })
    const known = ours([traded], { positions: [held(5)], fills: new Map([[fresh.execId, fresh]]) })
    const shown = { positions: [held(3)], fills: [fresh, byHand] }

    test('what its executions explain to the unit is taken over at once', () => {
      expect(causes(known, shown)).toEqual(['foreign-trade'])
    })

    test('what they do not explain, or have explained before, is judged next time', () => {
      expect(causes(known, { ...shown, positions: [held(4)] })).toEqual([])
      expect(causes(known, { ...shown, fills: [fresh] })).toEqual([])
      expect(causes({ ...known, explained: new Set([byHand.execId]) }, shown)).toEqual([])
    })

    test('an execution of theirs that is older is none of it: it was told late', () => {
      const old = { ...byHand, at: at(30_000) }
      expect(causes(known, { ...shown, fills: [fresh, old] })).toEqual([])
    })

    test('while an order of theirs rests, it may sell more: judged next time', () => {
      const resting = {
        ...theirs({ kind: 'reported', as: 'working' }, null),
        side: 'SELL',
      } as const
      expect(causes(known, { ...shown, openOrders: [resting] })).toEqual([])
      const before = { ...known, foreign: new Map([[900, resting]]) }
      expect(causes(before, shown)).toEqual([])
    })
  })
})

test('law: pictures that agree have no discrepancy', () => {
  const one = fc.record({
    as: fc.constantFrom('staged', 'acked', 'held', 'working', 'cancel-pending'),
    filled: fc.integer({ min: 0, max: 4 }),
    age: fc.integer({ min: 0, max: 90_000 }),
  })
  fc.assert(
    fc.property(fc.array(one, { maxLength: 6 }), (drawn) => {
      const orders = drawn.map(({ as, filled, age }, i) =>
        order({ id: `o${i}` as ClientOrderId, status: as, filled, statusSince: at(-age) }),
      )
      const fills = orders
        .filter((each) => each.filled > 0)
        .map((each) =>
          fill({ execId: `x.${each.id}` as ExecId, orderId: each.id, quantity: each.filled }),
        )
      const total = orders.reduce((sum, each) => sum + each.filled, 0)
      const positions = total === 0 ? [] : [held(total)]
      const mine = ours(orders, {
        fills: new Map(fills.map((each) => [each.execId, each])),
        positions,
      })
      const picture = snapshot({
        openOrders: orders.map((each) =>
          theirs({ kind: 'reported', as: each.status as 'working' }, each.id),
        ),
        fills,
        positions,
      })
      expect(reconcile(mine, picture, PROOF_MS)).toEqual([])
    }),
  )
})

test('law: applied, the orders of a picture have nothing more to tell', () => {
  const status = fc.constantFrom<OrderStatus>(
    'sending',
    'unknown',
    'acked',
    'held',
    'working',
    'cancel-pending',
  )
  const where = fc.constantFrom('open', 'completed', 'nowhere')
  fc.assert(
    fc.property(status, where, fc.boolean(), (from, place, never) => {
      const before = order({
        status: from,
        unknownFrom: from === 'unknown' && never ? 'sending' : null,
      })
      const picture = snapshot({
        openOrders: place === 'open' ? [theirs(working)] : [],
        completedOrders: place === 'completed' ? [theirs(cancelledRecord)] : [],
      })
      const [found]: readonly Discrepancy[] = reconcile(ours([before]), picture, PROOF_MS)
      if (found?.kind !== 'missed-evidence') return
      const status = statusAfter(before, found.evidence)
      const after = { ...before, status, statusSince: at(60_001) }
      expect(reconcile(ours([after]), picture, PROOF_MS)).toEqual([])
    }),
  )
})

test('an order that lives says nothing of a change that is under way', () => {
  const working: OrderEvidence = { kind: 'reported', as: 'working' }
  const changed = order({ status: 'replace-pending', statusSince: at(50_000) })
  const found = (row: BrokerOrder) =>
    reconcile(ours([changed]), snapshot({ openOrders: [row] }), PROOF_MS).map(({ kind }) => kind)
  expect(found(theirs(working))).toEqual(['missed-evidence'])
  expect(found({ ...theirs(working), changing: true })).toEqual([])
})
