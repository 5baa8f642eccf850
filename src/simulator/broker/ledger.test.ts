import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { money, price } from '../../domain/money.ts'
import type { Money } from '../../domain/money.ts'
import { commissionOf } from './commission.ts'
import { book } from './ledger.ts'
import type { Holding } from './ledger.ts'

const NOTHING: Holding = { quantity: 0, cost: money(0) }

describe('commission', () => {
  test.each([
    ['option', 0, 1, 1],
    ['option', 0, 2, 1.3],
    ['option', 1, 1, 0.3], // the least of the order was charged with the first
    ['option', 5, 10, 6.5],
    ['stock', 0, 100, 1],
    ['stock', 0, 1000, 5],
    ['stock', 100, 900, 4],
  ] as const)('%s, %i filled before, %i more: $%d', (...row) => {
    const [kind, before, quantity, dollars] = row
    expect(commissionOf(kind, before, quantity)).toBe(money(dollars))
  })

  test('does not depend on how an order is cut into fills', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (parts) => {
        let filled = 0
        let total = 0
        for (const part of parts) {
          total += commissionOf('option', filled, part)
          filled += part
        }
        expect(total).toBe(commissionOf('option', 0, filled))
      }),
    )
  })
})

describe('a position is kept by average cost, commissions included', () => {
  test.each([
    ['opened', NOTHING, 2, 2, { quantity: 2, cost: 401 }, -401, null],
    ['added to', { quantity: 2, cost: 401 }, 1, 3, { quantity: 3, cost: 702 }, -301, null],
    ['reduced', { quantity: 3, cost: 702 }, -1, 3, { quantity: 2, cost: 468 }, 299, 65],
    ['closed', { quantity: 2, cost: 401 }, -2, 3, { quantity: 0, cost: 0 }, 599, 198],
    ['sold short', NOTHING, -1, 3, { quantity: -1, cost: -299 }, 299, null],
    ['turned', { quantity: 1, cost: 201 }, -2, 3, { quantity: -1, cost: -299.5 }, 599, 98.5],
  ])('%s', (...row) => {
    const [, held, quantity, at, holding, cash, realized] = row
    const before = { quantity: held.quantity, cost: money(held === NOTHING ? 0 : held.cost) }
    const trade = { quantity, price: price(at), multiplier: 100, commission: money(1) }
    expect(book(before, trade)).toEqual({
      holding: { quantity: holding.quantity, cost: money(holding.cost) },
      cash: money(cash),
      realized: realized === null ? null : money(realized),
    })
  })

  test('cash + cost held - realized never changes, to the micro-dollar', () => {
    const trade = fc.record({
      quantity: fc.integer({ min: -20, max: 20 }).filter((units) => units !== 0),
      cents: fc.integer({ min: 1, max: 100_000 }),
    })
    fc.assert(
      fc.property(fc.array(trade, { maxLength: 40 }), (trades) => {
        let held = NOTHING
        let cash = 0
        let realized = 0
        for (const { quantity, cents } of trades) {
          const commission = commissionOf('option', 0, Math.abs(quantity))
          const priced = { quantity, price: price(cents / 100), multiplier: 100, commission }
          const booked = book(held, priced)
          held = booked.holding
          cash += booked.cash
          realized += booked.realized ?? (0 as Money)
          expect(cash + held.cost - realized).toBe(0)
          if (held.quantity === 0) expect([held.cost, realized]).toEqual([0, cash])
        }
      }),
    )
  })
})
