import { describe, expect, test } from 'vitest'
import type { OptionContract } from '../../domain/contract.ts'
import { money, price } from '../../domain/money.ts'
import type { Bench as TestBench } from '../market/scripted-market.testing.ts'
import {
  at,
  Bench,
  CALL,
  EXPIRY,
  INDEX_CALL,
  PUT,
  SPY,
  ticket,
} from '../market/scripted-market.testing.ts'
import { atNewYork } from '../../domain/calendar.ts'

const RICH = { kind: 'margin', cash: 200_000 } as const
const AFTER = atNewYork(EXPIRY, '17:00')

/** Holds two of the option at 2.00 over its end, with the underlying settling at a price. */
async function heldToTheEnd(
  option: OptionContract,
  settlement: number,
  account: { readonly kind: 'cash' | 'margin'; readonly cash: number } = RICH,
): Promise<TestBench> {
  const quotes = {
    [option.conId]: [{ at: at('09:30'), bid: 2, ask: 2 }],
    [SPY.conId]: [{ at: at('09:30'), bid: settlement, ask: settlement }],
  }
  const { kind, cash } = account
  const bench = new Bench(
    { quotes, settlement },
    { account: { id: 'DU1', kind, cash: money(cash) } },
  )
  bench.core.place(ticket({ contract: option, type: 'MKT', quantity: 2 }))
  await bench.until('10:00')
  bench.events.length = 0
  return bench.until(AFTER)
}

function books(bench: TestBench): readonly number[] {
  const { cash, realizedPnl } = bench.core.state
  return [cash / 1e6, realizedPnl / 1e6]
}

/** Bought for 400.00 and 1.30 commission. */
describe('an option that is held to its end', () => {
  test.each([
    ['call', CALL, 559.99],
    ['put', PUT, 560.01],
    ['index call', INDEX_CALL, 560],
  ])('out of the money, a %s is worthless', async (_name, option, settlement) => {
    const bench = await heldToTheEnd(option, settlement)
    expect(books(bench)).toEqual([199_598.7, -401.3])
    expect(bench.story).toEqual(['position 0', 'account'])
    expect(bench.core.positions()).toEqual([])
  })

  test('in the money, an index option is paid in cash', async () => {
    expect(books(await heldToTheEnd(INDEX_CALL, 565))).toEqual([200_598.7, 598.7])
  })

  test('in the money, a call on stock delivers shares at the strike', async () => {
    const bench = await heldToTheEnd(CALL, 565)
    // 112,000.00 for 200 shares worth 113,000.00: the difference is what the option was worth.
    expect(books(bench)).toEqual([87_598.7, 598.7])
    expect(bench.core.positions()).toMatchObject([{ quantity: 200, cost: money(113_000) }])
    expect(bench.core.account().netLiquidation).toBe(money(200_598.7))
  })

  test('in the money, a put on stock takes shares, which are then owed', async () => {
    const bench = await heldToTheEnd(PUT, 555)
    expect(books(bench)).toEqual([311_598.7, 598.7])
    expect(bench.core.positions()).toMatchObject([{ quantity: -200, cost: money(-111_000) }])
  })

  test.each([
    ['funds for the shares', CALL, 565, { kind: 'margin', cash: 50_000 }],
    ['a margin account to owe them', PUT, 555, { kind: 'cash', cash: 200_000 }],
  ] as const)('without %s it is paid in cash', async (...row) => {
    const [, option, settlement, account] = row
    const bench = await heldToTheEnd(option, settlement, account)
    expect(bench.core.positions()).toEqual([])
    expect(books(bench)).toEqual([account.cash + 598.7, 598.7])
  })

  test('what rests on it ends with it', async () => {
    const bench = new Bench({ quotes: { [CALL.conId]: [] } })
    bench.core.place(ticket({ limit: price(1), timeInForce: 'GTC' }))
    await bench.until(AFTER)
    expect(bench.status(1)).toBe('Cancelled 0/1')
    expect(bench.story.at(-1)).toBe('error 1 202 Order Canceled - reason:Expired')
  })

  test('settled by an opening price, it lives from its last trading to the next open', async () => {
    const option = { ...INDEX_CALL, settlement: 'AM', lastTradingAt: at('16:00') } as const
    const bench = new Bench({
      quotes: { [option.conId]: [{ at: at('09:30'), bid: 2, ask: 2 }] },
      settlement: 565,
    })
    bench.core.place(ticket({ contract: option, type: 'MKT', quantity: 2 }))
    await bench.until('23:00')
    expect(bench.held(option.conId)).toBe(2)
    await bench.until(at('09:30', 24 * 3600))
    expect(bench.held(option.conId)).toBe(0)
    expect(bench.core.state.realizedPnl).toBe(money(598.7))
  })
})
