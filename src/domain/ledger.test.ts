import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { CalendarDate, ConId, OptionContract, Ticker } from './contract.ts'
import type { ExecId, Fill } from './fill.ts'
import { ledgerOf } from './ledger.ts'
import type { Currency, Money, Price } from './money.ts'
import { money, price } from './money.ts'
import type { ClientOrderId } from './order.ts'

test('a round trip earns the difference less both commissions', () => {
  const fills = [fill('a', 'BUY', 3, 2.05), fill('b', 'SELL', 3, 2.4)]
  const ledger = ledgerOf(fills, paid({ a: 1.95, b: 2.01 }))
  expect(ledger.realized).toBe(money(3 * 35 - 1.95 - 2.01))
  expect(ledger.commissions).toBe(money(3.96))
  expect(held(ledger)).toMatchObject({ quantity: 0, cost: 0 })
})

test('what is sold takes its share of the average cost', () => {
  const bought = [fill('a', 'BUY', 1, 2), fill('b', 'BUY', 2, 2.3)]
  const commissions = paid({ a: 0.6, b: 1.2, c: 0.7 })
  expect(held(ledgerOf(bought, commissions))).toMatchObject({
    quantity: 3,
    cost: money(661.8),
    realized: 0,
  })
  expect(held(ledgerOf([...bought, fill('c', 'SELL', 1, 2.5)], commissions))).toMatchObject({
    quantity: 2,
    cost: money(441.2),
    realized: money(250 - 0.7 - 220.6),
    commissions: money(2.5),
  })
})

test('a short earns when it is bought back for less', () => {
  const ledger = ledgerOf([fill('a', 'SELL', 2, 1), fill('b', 'BUY', 2, 0.4)], new Map())
  expect(ledger.realized).toBe(money(120))
})

test('a trade through zero closes what was held and opens the rest', () => {
  const fills = [fill('a', 'BUY', 1, 1), fill('b', 'SELL', 3, 2)]
  const ledger = ledgerOf(fills, paid({ b: 0.9 }))
  expect(held(ledger)).toMatchObject({
    quantity: -2,
    cost: money(-400 + 0.6),
    realized: money(100 - 0.3),
  })
})

test('of several revisions of an execution the highest counts, whichever came last', () => {
  const corrected = { ...fill('a', 'BUY', 1, 2), revision: 2, price: price(2.1) }
  for (const fills of [
    [corrected, fill('a', 'BUY', 1, 2)],
    [fill('a', 'BUY', 1, 2), corrected],
  ]) {
    expect(held(ledgerOf(fills, new Map())).cost).toBe(money(210))
  }
})

test('an execution that was busted moves nothing, and its commission is lost', () => {
  const [bought] = [fill('a', 'BUY', 2, 2)]
  const busted = { ...bought, quantity: 0, revision: 2 } as Fill
  const ledger = ledgerOf([bought, busted] as Fill[], paid({ a: 1.3 }))
  expect(held(ledger)).toMatchObject({ quantity: 0, cost: 0, realized: money(-1.3) })
  expect(ledger.commissions).toBe(money(1.3))
})

test('a commission that is not reported yet costs nothing yet', () => {
  const fills = [fill('a', 'BUY', 1, 2), fill('b', 'SELL', 1, 2)]
  expect(ledgerOf(fills, new Map()).realized).toBe(0)
  expect(ledgerOf(fills, paid({ a: 0.65 })).realized).toBe(money(-0.65))
})

const trades = fc.array(
  fc.record({
    side: fc.constantFrom('BUY', 'SELL'),
    quantity: fc.integer({ min: 1, max: 40 }),
    cents: fc.integer({ min: 1, max: 3000 }),
    commission: fc.nat(2_000_000),
  }),
  { maxLength: 30 },
)

test('once nothing is held, realized is what came in less what went out, to the millionth', () => {
  fc.assert(
    fc.property(trades, (list) => {
      const open = list.reduce((sum, { side, quantity }) => sum + signed(side, quantity), 0)
      const flat =
        open === 0
          ? list
          : [
              ...list,
              {
                side: open > 0 ? 'SELL' : 'BUY',
                quantity: Math.abs(open),
                cents: 7,
                commission: 3,
              },
            ]
      const fills = flat.map(({ side, quantity, cents }, index) =>
        fill(String(index), side as Fill['side'], quantity, cents / 100),
      )
      const ledger = ledgerOf(
        fills,
        new Map(flat.map(({ commission }, at) => [String(at) as ExecId, commission as Money])),
      )
      const cash = flat.reduce(
        (sum, { side, quantity, cents, commission }) =>
          sum - signed(side, quantity) * cents * 1_000_000 - commission,
        0,
      )
      expect(ledger.realized).toBe(cash)
      for (const { cost } of ledger.holdings.values()) expect(Object.is(cost, 0)).toBe(true)
    }),
  )
})

test('cash is never lost: cost and realized always add up to what was paid', () => {
  fc.assert(
    fc.property(trades, (list) => {
      const fills = list.map(({ side, quantity, cents }, index) =>
        fill(String(index), side, quantity, cents / 100),
      )
      const ledger = ledgerOf(fills, new Map())
      const spent = list.reduce(
        (sum, { side, quantity, cents }) => sum + signed(side, quantity) * cents * 1_000_000,
        0,
      )
      const cost = [...ledger.holdings.values()].reduce((sum, holding) => sum + holding.cost, 0)
      expect(cost - ledger.realized).toBe(spent)
    }),
  )
})

function signed(side: string, quantity: number): number {
  return side === 'BUY' ? quantity : -quantity
}

function held(ledger: ReturnType<typeof ledgerOf>) {
  const [holding] = [...ledger.holdings.values()]
  if (holding === undefined) throw new Error('expected a holding')
  return holding
}

function paid(commissions: Readonly<Record<string, number>>): ReadonlyMap<ExecId, Money> {
  return new Map(Object.entries(commissions).map(([id, amount]) => [id as ExecId, money(amount)]))
}

let clock = 0

// oxlint-disable-next-line max-params -- a table of fills reads best as rows
function fill(id: string, side: Fill['side'], quantity: number, at: number): Fill {
  return {
    execId: id as ExecId,
    revision: 1,
    orderId: 'order' as ClientOrderId,
    contract: OPTION,
    side,
    quantity,
    price: price(at),
    at: clock++ as EpochMs,
    synthetic: false,
  }
}

const OPTION: OptionContract = {
  kind: 'option',
  symbol: 'SPY' as Ticker,
  tradingClass: 'SPY',
  expiry: '2026-03-13' as CalendarDate,
  strike: price(600),
  right: 'C',
  multiplier: 100,
  exchange: 'SMART',
  currency: 'USD' as Currency,
  conId: 7 as ConId,
  priceIncrements: [{ from: 0 as Price, tick: price(0.01) }],
  settlement: 'PM',
  lastTradingAt: 0 as EpochMs,
}
