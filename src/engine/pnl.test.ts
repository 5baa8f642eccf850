import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { money, price } from '../domain/money.ts'
import type { Money } from '../domain/money.ts'
import type { ExecId, Fill } from '../domain/fill.ts'
import { fill } from './fixtures.testing.ts'
import { realized } from './pnl.ts'

const buy = (execId: string, quantity: number, at: number): Fill =>
  fill({ execId: execId as ExecId, quantity, price: price(at) })
const sell = (execId: string, quantity: number, at: number): Fill => ({
  ...buy(execId, quantity, at),
  side: 'SELL',
})
const paid = (...commissions: readonly (readonly [string, number])[]): Map<ExecId, Money> =>
  new Map(commissions.map(([execId, amount]) => [execId as ExecId, money(amount)]))

const rows: readonly (readonly [string, readonly Fill[], ReadonlyMap<ExecId, Money>, number])[] = [
  ['nothing is realized while all is held', [buy('1', 2, 1.5)], paid(['1', 1.3]), 0],
  [
    'a round trip, with what both ways cost',
    [buy('1', 1, 1.5), sell('2', 1, 2)],
    paid(['1', 0.65], ['2', 0.7]),
    48.65,
  ],
  ['a commission that never came counts nothing', [buy('1', 1, 1.5), sell('2', 1, 1)], paid(), -50],
  [
    'a part, at average cost',
    [buy('1', 1, 1), buy('2', 1, 2), sell('3', 1, 2)],
    paid(['1', 1], ['2', 1]),
    49,
  ],
  ['sold first', [sell('1', 1, 2), buy('2', 1, 1.5)], paid(['1', 1]), 49],
  [
    'through zero to the other side',
    [buy('1', 1, 1), sell('2', 2, 2), buy('3', 1, 1)],
    paid(),
    200,
  ],
]

test.each(rows)('%s', (_what, fills, ...[commissions, expected]) => {
  expect(realized(fills, commissions).pnl).toBe(money(expected))
})

test('law: flat in the end, it is what came in less what went out, to the millionth', () => {
  const trade = fc.record({
    quantity: fc.integer({ min: 1, max: 9 }),
    cents: fc.integer({ min: 1, max: 2000 }),
  })
  fc.assert(
    fc.property(fc.array(trade, { minLength: 1, maxLength: 8 }), (trades) => {
      const bought = trades.map((each, i) => buy(`b${i}`, each.quantity, each.cents / 100))
      const sold = trades.map((each, i) => sell(`s${i}`, each.quantity, each.cents / 50)).reverse()
      const commissions = paid(
        ...[...bought, ...sold].map((each, i) => [each.execId, 0.01 * i] as const),
      )
      const spent = [...commissions.values()].reduce((sum, each) => sum + each, 0)
      const gained = trades.reduce((sum, each) => sum + each.quantity * each.cents * 1_000_000, 0)
      const { pnl } = realized([...bought, ...sold], commissions)
      expect(Math.abs(pnl - (gained - spent))).toBeLessThan(1)
    }),
  )
})
