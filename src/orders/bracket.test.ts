import { describe, expect, test } from 'vitest'
import { combo } from '../domain/combo.ts'
import type { ConId } from '../domain/contract.ts'
import { price } from '../domain/money.ts'
import type { Approved, ClientOrderId } from '../domain/order.ts'
import type { Sized } from './bracket.ts'
import { bracket } from './bracket.ts'
import { entryLimit, exitPlan } from './exit-plan.ts'
import { call } from './fixtures.testing.ts'

const rules = { takeProfitPct: 0.2, stopLossPct: 0.05, timeInForce: 'GTC' } as const

const planOf = (premium: number, changes: Partial<Parameters<typeof exitPlan>[1]> = {}) =>
  exitPlan({ contract: call, side: 'BUY', price: price(premium) }, { ...rules, ...changes })

describe('exits are priced off the option', () => {
  test('B1: filled at 2.00, target 20 %, stop 5 %: 2.40 and 1.90 (D4)', () => {
    expect(planOf(2)).toEqual({
      takeProfit: { price: price(2.4), watchedBy: 'broker' },
      stopLoss: { price: price(1.9), watchedBy: 'broker' },
      timeInForce: 'GTC',
    })
  })

  test.each([
    [2.03, 2.45, 1.9], // 2.436 up, 1.9285 down, on nickels
    [3.04, 3.7, 2.85], // 3.648 up on dimes, 2.888 down on nickels
    [2.95, 3.6, 2.8], // 3.54 up on dimes, 2.8025 down
  ])('a market of %d: %d and %d, on the grid of each price (D8)', (premium, target, stop) => {
    const plan = planOf(premium)
    expect([plan?.takeProfit?.price, plan?.stopLoss?.price]).toEqual([price(target), price(stop)])
  })

  test('a stop that has no price above zero is no plan', () => {
    expect(planOf(0.05, { stopLossPct: 0.5 })).toBeNull()
    expect(planOf(0.05, { stopLossPct: null })).toMatchObject({ stopLoss: null })
  })

  test('what is sold to open is closed below and stopped above', () => {
    const plan = exitPlan({ contract: call, side: 'SELL', price: price(2) }, rules)
    expect([plan?.takeProfit?.price, plan?.stopLoss?.price]).toEqual([price(1.6), price(2.1)])
  })

  test('a combo bought for a credit: the target is a smaller credit, its stop is ours to watch', () => {
    const other = { ...call, conId: 8 as ConId, strike: price(610) }
    const made = combo(
      [
        { contract: call, ratio: 1, side: 'SELL' },
        { contract: other, ratio: 1, side: 'BUY' },
      ],
      call,
    )
    if (!made.ok) throw new Error(made.error)
    const plan = exitPlan({ contract: made.value, side: 'BUY', price: price(-2) }, rules)
    expect(plan).toMatchObject({
      takeProfit: { price: price(-1.6), watchedBy: 'broker' },
      stopLoss: { price: price(-2.1), watchedBy: 'local' },
    })
  })

  test('a buy limit rounds down, a sell limit up', () => {
    const at = (side: 'BUY' | 'SELL') => entryLimit({ contract: call, side, price: price(2.03) })
    expect([at('BUY'), at('SELL')]).toEqual([price(2), price(2.05)])
  })
})

describe('the group', () => {
  const group = (quantity: number, changes: Partial<typeof rules> | { stopLossPct: null } = {}) => {
    let ids = 0
    const plan = planOf(2, changes)
    if (plan === null) throw new Error('there is a plan at 2.00')
    const entry = { candidate: { contract: call }, side: 'BUY', quantity } as Approved<Sized>
    return bracket(entry, {
      entryLimit: price(2),
      worst: price(2.1),
      plan,
      nextId: () => `id-${++ids}` as ClientOrderId,
    })
  }

  test('a DAY limit entry, then a limit and a real stop, GTC, in one OCA group (D5, D7, R6)', () => {
    const [entry, ...exits] = group(5)
    expect(entry).toMatchObject({
      id: 'id-1',
      structureId: 'id-1',
      parentId: null,
      oca: null,
      role: 'entry',
      side: 'BUY',
      terms: { type: 'LMT', limit: price(2) },
      timeInForce: 'DAY',
      worst: price(2.1),
    })
    const tied = {
      structureId: 'id-1',
      parentId: 'id-1',
      side: 'SELL',
      quantity: 5,
      oca: { name: 'oca-id-1', type: 'reduce-with-block' },
      timeInForce: 'GTC',
    }
    expect(exits).toMatchObject([
      { ...tied, id: 'id-2', role: 'take-profit', terms: { type: 'LMT', limit: price(2.4) } },
      { ...tied, id: 'id-3', role: 'stop-loss', terms: { type: 'STP', trigger: price(1.9) } },
    ])
  })

  test('one unit cancels with block, more reduce with block', () => {
    const types = [1, 2].map((quantity) => group(quantity)[1]?.oca?.type)
    expect(types).toEqual(['cancel-with-block', 'reduce-with-block'])
  })

  test('without a stop there are two orders, and every shape has its entry first (D6)', () => {
    expect(group(1, { stopLossPct: null }).map((order) => order.role)).toEqual([
      'entry',
      'take-profit',
    ])
  })
})
