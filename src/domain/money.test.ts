import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Price } from './money.ts'
import {
  addMoney,
  amountOf,
  amountText,
  decimalText,
  money,
  notional,
  price,
  roundToTick,
} from './money.ts'

test.each([
  { of: 2.03, tick: 0.05, down: 2, up: 2.05 },
  { of: 3.04, tick: 0.1, down: 3, up: 3.1 },
  { of: 2.05, tick: 0.05, down: 2.05, up: 2.05 },
  { of: -1.23, tick: 0.05, down: -1.25, up: -1.2 }, // a credit
])('$of on a grid of $tick is $down or $up (D8)', ({ of, tick, down, up }) => {
  expect(roundToTick(price(of), price(tick), 'down')).toBe(price(down))
  expect(roundToTick(price(of), price(tick), 'up')).toBe(price(up))
})

test('a rounded price is on the grid and less than a tick away, on the side that was asked for (D8)', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.constantFrom(1e4, 5e4, 1e5), (of, tick) => {
      const down = roundToTick(of as Price, tick as Price, 'down')
      const up = roundToTick(of as Price, tick as Price, 'up')
      expect([Math.abs(down % tick), Math.abs(up % tick)]).toEqual([0, 0])
      expect(down <= of && of < down + tick && up >= of && of > up - tick).toBe(true)
    }),
  )
})

test('money is exact where floats are not', () => {
  expect(addMoney(money(0.1), money(0.2))).toBe(money(0.3))
  expect(notional(price(1.15), 3, 100)).toBe(money(345))
  expect(amountOf(price(1.15))).toBe(1.15)
})

test('no number, or one that is too large to be exact, is refused', () => {
  expect(() => price(NaN)).toThrow('an amount is finite')
  expect(() => money(1e10)).toThrow('safe integers')
  expect(() => notional(price(1e6), 1e6, 100)).toThrow('safe integer')
})

test('there is no negative zero', () => {
  expect(Object.is(price(-1e-9), 0)).toBe(true)
  expect(Object.is(roundToTick(price(-0.01), price(0.05), 'up'), 0)).toBe(true)
})

test('an amount in a sentence is exact, with its unit', () => {
  const said = [price(5.68), price(4.1), money(-1751.405), money(98_793.75), money(0), price(-0.35)]
  expect(said.map(amountText)).toEqual([
    '$5.68',
    '$4.10',
    '-$1,751.405',
    '$98,793.75',
    '$0.00',
    '-$0.35',
  ])
  expect(said.map(decimalText).slice(0, 3)).toEqual(['5.68', '4.10', '-1751.405'])
})
