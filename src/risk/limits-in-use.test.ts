import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { money } from '../domain/money.ts'
import type { Structure } from '../domain/position.ts'
import { account, held, limits, mark, now, option, view } from './fixtures.testing.ts'
import { limitsInUse } from './limits-in-use.ts'

const call = option(600, 'C')
const structure = (id: string, marks: Structure['marks']) =>
  ({ id, strategy: 'scalp', contract: call, quantity: 1, marks }) as unknown as Structure

test('every limit has what is used of it, and by what most', () => {
  const seen = view({
    account: { ...account, netLiquidation: money(98_000), availableFunds: money(90_000) },
    structures: [structure('a', [mark(call)]), structure('b', [])],
    positions: [held(call, 2)],
    foreignOrders: 4,
    sent: { minute: 3, today: 30 },
    spentSinceAccount: money(250),
    pastEntries: [
      { strategy: 'scalp', contract: call, side: 'BUY', quantity: 1, at: now, lived: true },
      {
        strategy: 'scalp',
        contract: call,
        side: 'BUY',
        quantity: 1,
        at: (now - 1_800_000) as EpochMs,
        lived: true,
      },
    ],
  })
  const uses = limitsInUse(seen, [], limits)
  expect(uses.slice(0, 9).map(({ rule, used, max, by }) => [rule, used, max, by])).toEqual([
    ['daily-loss', 2_000, 5_000, null],
    ['funds', 250, 90_000, null],
    ['open-structures', 2, 3, null],
    ['per-underlying', 2, 10, 'SPY'],
    ['per-expiry', 2, 10, '2026-03-13'],
    ['open-orders', 4, 100, null],
    ['orders-per-minute', 3, 100, null],
    ['orders-per-day', 30, 1_000, null],
    ['repeated-execution', 1, 100, 'scalp in SPY'],
  ])
  expect(uses.slice(9).map(({ rule }) => rule)).toEqual([
    'delta',
    'gamma',
    'vega',
    'theta',
    'shock',
  ])
  expect(uses[9]?.used).toBeGreaterThan(59_000)
})

test('what is not known is null and never 0', () => {
  const uses = limitsInUse(
    view({ account: null, structures: [structure('a', [])], positions: [held(call, 1)] }),
    [],
    limits,
  )
  const of = (rule: string) => uses.find((each) => each.rule === rule)
  expect(of('daily-loss')).toMatchObject({ used: null, max: null })
  expect(of('delta')).toMatchObject({ used: null, max: 100_000_000, by: 'SPY 2026-03-13 600 C' })
})
