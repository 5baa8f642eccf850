import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ConId, OptionContract } from '../domain/contract.ts'
import type { Money } from '../domain/money.ts'
import type { ClientOrderId } from '../domain/order.ts'
import type { Position } from '../domain/position.ts'
import { call } from './fixtures.testing.ts'
import { flatten } from './flatten.ts'

const option = (conId: number, symbol = 'SPY') =>
  ({ ...call, conId, symbol }) as unknown as OptionContract

const held = (contract: OptionContract, quantity: number): Position => ({
  contract,
  quantity,
  cost: 0 as Money,
})

function sent(
  positions: readonly Position[],
  mayFill: readonly (readonly [number, number])[] = [],
) {
  let ids = 0
  const coming = new Map(mayFill.map(([conId, units]) => [conId as ConId, units]))
  return flatten(positions, coming, () => `f${++ids}` as ClientOrderId)
}

const lines = (...of: Parameters<typeof sent>) =>
  sent(...of).map(
    (order) => `${order.side} ${order.quantity} of ${(order.contract as OptionContract).conId}`,
  )

describe('to hold nothing', () => {
  test('what is long is sold, at the market', () => {
    expect(sent([held(option(1), 3)])).toMatchObject([
      {
        role: 'close',
        side: 'SELL',
        quantity: 3,
        terms: { type: 'MKT' },
        structureId: null,
        oca: null,
      },
    ])
  })

  test('what is short is bought back first; its cover waits', () => {
    const both = [held(option(1), 5), held(option(2), -5), held(option(3, 'QQQ'), 1)]
    expect(lines(both)).toEqual(['BUY 5 of 2', 'SELL 1 of 3'])
    expect(lines([held(option(1), 5)])).toEqual(['SELL 5 of 1'])
  })

  test('what is on its way counts as closed, so that nothing is sold twice', () => {
    expect(lines([held(option(1), 5)], [[1, -5]])).toEqual([])
    expect(lines([held(option(1), 5)], [[1, -10]])).toEqual([]) // two exits of one group
    expect(lines([held(option(1), 5)], [[1, -2]])).toEqual(['SELL 3 of 1'])
  })

  test('what may still be bought is closed once it is held', () => {
    expect(lines([held(option(1), 2)], [[1, 3]])).toEqual(['SELL 2 of 1'])
  })

  test('nothing held, nothing sent', () => {
    expect(lines([])).toEqual([])
  })
})

test('law: called again as its orders fill it ends flat, and never goes through zero', () => {
  const position = fc.record({ quantity: fc.integer({ min: -5, max: 5 }), other: fc.boolean() })
  fc.assert(
    fc.property(fc.array(position, { maxLength: 6 }), (drawn) => {
      let positions = drawn
        .map(({ quantity, other }, i) => held(option(i, other ? 'QQQ' : 'SPY'), quantity))
        .filter((each) => each.quantity !== 0)
      for (let round = 0; positions.length > 0; round++) {
        expect(round).toBeLessThan(3)
        const orders = sent(positions)
        positions = positions
          .map((each) => {
            const order = orders.find(({ contract }) => contract === each.contract)
            const units = order === undefined ? 0 : order.quantity
            const quantity = each.quantity + (order?.side === 'BUY' ? units : -units)
            expect(Math.sign(quantity) * Math.sign(each.quantity)).toBeGreaterThanOrEqual(0)
            return { ...each, quantity }
          })
          .filter((each) => each.quantity !== 0)
      }
    }),
  )
})
