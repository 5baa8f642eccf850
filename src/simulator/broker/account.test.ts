import { describe, expect, test } from 'vitest'
import { money, price } from '../../domain/money.ts'
import type { SimAccount } from './state.ts'
import { at, Bench, CALL, SPY, ticket } from '../market/scripted-market.testing.ts'

const DAY = 24 * 3600
const SCRIPT = {
  quotes: {
    [CALL.conId]: [
      { at: at('09:30'), bid: 2, ask: 2.1 },
      { at: at('12:00'), bid: 3, ask: 3.2 },
      { at: at('15:00'), bid: null, ask: 3.2 },
      { at: at('10:00', DAY), bid: 4, ask: 4.2 },
    ],
    [SPY.conId]: [{ at: at('09:30'), bid: 500, ask: 500 }],
  },
}

function bench(kind: 'cash' | 'margin' = 'margin'): Bench {
  return new Bench(SCRIPT, { account: { id: 'DU1', kind, cash: money(100_000) } })
}

function dollars(account: SimAccount, keys: readonly (keyof SimAccount)[]): readonly number[] {
  return keys.map((key) => (account[key] as number) / 1e6)
}

describe('account', () => {
  test('options are marked at their mid, paid in full, and their profit is of the day', async () => {
    const test = bench()
    test.core.place(ticket({ quantity: 10, limit: price(2.1) }))
    await test.until('10:00')
    const keys = ['netLiquidation', 'cash', 'availableFunds', 'dailyPnl', 'unrealizedPnl'] as const
    // 10 x 100 x 2.10 and 6.50 commission; marked at 2.05.
    expect(dollars(test.core.account(), keys)).toEqual([99_943.5, 97_893.5, 97_893.5, -56.5, -56.5])
    await test.until('12:00')
    expect(dollars(test.core.account(), keys)).toEqual([
      100_993.5, 97_893.5, 97_893.5, 993.5, 993.5,
    ])
  })

  test('without a bid the last trade is the mark; the next date counts from its own start', async () => {
    const test = bench()
    test.core.place(ticket({ quantity: 10, limit: price(2.1), timeInForce: 'GTC' }))
    await test.until(at('09:00', DAY))
    expect(test.core.account().dailyPnl).toBe(0)
    expect(test.core.executions()).toEqual([])
    await test.until(at('10:30', DAY))
    const { dailyPnl, netLiquidation } = test.core.account()
    const opening = test.core.state.dayStart?.netLiquidation ?? money(0)
    expect(netLiquidation - opening).toBe(dailyPnl)
    expect(dailyPnl).toBeGreaterThan(0)
  })

  test('with margin half of the stock must be paid, without margin all of it', async () => {
    const keys = ['cash', 'availableFunds', 'grossPositionValue'] as const
    const buy = ticket({ contract: SPY, quantity: 100, limit: price(500) })
    const [margin, cash] = [bench('margin'), bench('cash')]
    for (const each of [margin, cash]) each.core.place(buy)
    await margin.until('10:00')
    await cash.until('10:00')
    expect(dollars(margin.core.account(), keys)).toEqual([49_999, 74_999, 50_000])
    expect(dollars(cash.core.account(), keys)).toEqual([49_999, 49_999, 50_000])
    const { netLiquidation, availableFunds } = margin.core.account()
    expect(margin.core.whatIf(buy)).toMatchObject({
      ok: true,
      value: {
        initialMargin: netLiquidation - availableFunds,
        equity: netLiquidation,
        change: money(25_000),
        commission: money(1),
      },
    })
    // What it cannot carry it refuses, and nothing comes of that either.
    const many = margin.core.whatIf({ ...buy, quantity: 400 })
    expect(many).toMatchObject({ ok: false, error: { code: 201 } })
    expect(margin.core.openOrders()).toEqual([])
  })

  test('a sale is settled cash on the next business day', async () => {
    const test = bench('cash')
    test.core.place(ticket({ orderId: 1, quantity: 1, limit: price(2.1) }))
    await test.until('10:00')
    test.core.place(ticket({ orderId: 2, side: 'SELL', quantity: 1, limit: price(2) }))
    await test.until('10:05')
    expect(dollars(test.core.account(), ['cash', 'settledCash'])).toEqual([99_988, 99_789])
    await test.until(at('09:00', DAY))
    expect(dollars(test.core.account(), ['cash', 'settledCash'])).toEqual([99_988, 99_988])
  })

  test('a cash account does not sell stock short', async () => {
    const test = bench('cash')
    test.core.place(ticket({ contract: SPY, side: 'SELL', limit: price(500) }))
    await test.until('10:00')
    expect(test.status(1)).toBe('Inactive 0/1')
  })
})
