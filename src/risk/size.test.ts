import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { money, price } from '../domain/money.ts'
import type { ClientOrderId, TrackedOrder } from '../domain/order.ts'
import {
  account,
  held,
  limits,
  option,
  paying,
  quote,
  request,
  stock,
  view,
} from './fixtures.testing.ts'
import type { RiskView } from './limits.ts'
import { size, sizing } from './size.ts'

const worth = (equity: number): RiskView =>
  view({ account: { ...account, netLiquidation: money(equity), availableFunds: money(equity) } })

describe('golden vectors P1-P5 (R4)', () => {
  test.each([
    { id: 'P1', equity: 100_000, risk: 0.01, stop: 0.5, premium: 2.5, units: 8 },
    { id: 'P2', equity: 500, risk: 0.01, stop: 0.05, premium: 4.5, units: 0 },
    { id: 'P3', equity: 1_000, risk: 0.8, stop: 0.05, premium: 1, units: 9 },
    { id: 'P4', equity: 538, risk: 0.01, stop: 0.2, premium: 1.51, units: 0 },
  ])('$id: $equity at $risk and $stop buys $units of $premium', (vector) => {
    const { equity, risk, stop, premium, units } = vector
    const sized = size(paying(premium, { stopLossPct: stop }), worth(equity), {
      ...limits,
      riskPerTradePct: risk,
    })
    expect(sized).toBe(units)
  })

  test('the ask counts, not the last price, however old that is (D24)', () => {
    const stale = quote({ last: price(5), bid: price(2), ask: price(2.1) })
    const asked = request({ candidate: { contract: option(600, 'C'), quote: stale } })
    expect(sizing(asked, view(), limits).unit.price).toBe(price(2.1))
  })

  test('P5: an unknown premium is refused, not sized (D23, R5)', () => {
    const unknown = request({
      candidate: { contract: option(600, 'C'), quote: quote({ ask: null }) },
    })
    expect(sizing(unknown, view(), limits)).toMatchObject({
      quantity: 0,
      unknown: 'premium-unknown',
    })
  })
})

describe('every limit binds (X7, X8)', () => {
  const wide = { ...limits, riskPerTradePct: 1, premiumPctMax: 1 }
  test.each([
    ['risk-per-trade', { ...wide, riskPerTradePct: 0.01 }, view(), 8],
    ['premium-cap', { ...wide, premiumPctMax: 0.01 }, view(), 4],
    ['order-cost', { ...wide, orderCostMax: money(760) }, view(), 3],
    ['structure-loss', { ...wide, structureLossMax: money(749) }, view(), 2],
    ['available-funds', wide, view({ account: { ...account, availableFunds: money(1_499) } }), 5],
    [
      'settled-cash',
      wide,
      view({ account: { ...account, kind: 'cash', settledCash: money(1_000) } }),
      4,
    ],
    [
      'settled-cash',
      wide,
      view({ account: { ...account, kind: 'unknown', settledCash: money(1_000) } }),
      4,
    ],
  ] as const)('%s', (...[rule, at, seen, units]) => {
    const sized = sizing(request(), seen, at)
    expect(sized.quantity).toBe(units)
    expect(sized.bounds.find((each) => each.rule === rule)?.units).toBe(units)
  })

  test('a margin account is not bound by settled cash', () => {
    const seen = view({ account: { ...account, settledCash: money(0) } })
    expect(size(request(), seen, limits)).toBe(8)
  })

  test('calls are sold only against the stock that is held', () => {
    const call = request({
      side: 'SELL',
      candidate: { contract: option(610, 'C'), quote: quote() },
    })
    expect(size(call, view({ positions: [held(stock, 250)] }), limits)).toBe(2)
    expect(sizing(call, view(), limits)).toMatchObject({ quantity: 0, unknown: 'unbounded-loss' })
  })
})

describe('what is in flight is reserved at its worst case', () => {
  const working = {
    role: 'entry',
    side: 'BUY',
    contract: option(605, 'C'),
    terms: { type: 'LMT', limit: price(3) },
    quantity: 4,
    filled: 1,
    pendingChange: null,
  } as unknown as TrackedOrder

  const funds = { ...account, availableFunds: money(2_000) }

  test('an entry that may still fill', () => {
    const seen = view({ account: funds, orders: [working] })
    expect(size(request(), seen, limits)).toBe(4) // (2,000 - 3 x 300) / 250
  })

  test('both versions of an order that is being changed', () => {
    const change = {
      orderId: 'x' as ClientOrderId,
      quantity: 6,
      terms: { type: 'LMT', limit: price(3) },
    } as const
    const seen = view({ account: funds, orders: [{ ...working, pendingChange: change }] })
    expect(size(request(), seen, limits)).toBe(2) // (2,000 - 5 x 300) / 250
  })

  test('an exit reserves nothing', () => {
    const exit = { ...working, role: 'stop-loss', side: 'SELL' } as const
    expect(size(request(), view({ account: funds, orders: [exit] }), limits)).toBe(8)
  })

  test('entries that filled since the account was observed', () => {
    const seen = view({ account: funds, spentSinceAccount: money(1_000) })
    expect(size(request(), seen, limits)).toBe(4)
  })
})

test('law: never more than any limit allows, never rounded up', () => {
  const cents = fc.integer({ min: 1, max: 3_000 })
  fc.assert(
    fc.property(
      cents,
      fc.integer({ min: 0, max: 300_000 }),
      fc.integer({ min: 1, max: 100 }),
      (cents, equity, stop) => {
        const s = stop / 100
        const n = size(paying(cents / 100, { stopLossPct: s }), worth(equity), limits)
        expect(Number.isInteger(n)).toBe(true)
        expect(n * cents).toBeLessThanOrEqual(equity * 0.95 + 1e-6)
        expect(n * cents * s).toBeLessThanOrEqual(equity * 0.01 + 1e-6 + n * 0.01)
      },
    ),
    { numRuns: 700 },
  )
})
