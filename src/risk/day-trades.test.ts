import { describe, expect, test } from 'vitest'
import type { CalendarDate } from '../domain/contract.ts'
import { money } from '../domain/money.ts'
import type { DayTraded, DayTradePolicy } from './day-trade-policy.ts'
import { dayTradesSince, policyOn } from './day-trades.ts'
import { account, baseline, limits, request, today, view } from './fixtures.testing.ts'
import type { RiskView } from './limits.ts'
import { review } from './review.ts'

const on = (text: string) => text as CalendarDate
const day = (openedOn: string, ...closedOn: readonly string[]): DayTraded => ({
  openedOn: on(openedOn),
  closedOn: closedOn.map(on),
})
const always = { from: null, until: null } as const
const count: DayTradePolicy = {
  ...always,
  kind: 'count',
  max: 3,
  sessions: 5,
  belowEquity: money(25_000),
}

function rules(policy: DayTradePolicy | null, seen: Partial<RiskView>): readonly string[] {
  const at = { ...limits, dayTrades: policy === null ? [] : [policy] }
  const verdict = review(request(), view(seen), at)
  return verdict.kind === 'approved' ? [] : verdict.refusals.map(({ rule }) => rule)
}

test('the policy in force is the first whose dates hold', () => {
  const old: DayTradePolicy = { ...count, until: on('2026-06-03') }
  const next: DayTradePolicy = { kind: 'broker', from: on('2026-06-04'), until: null }
  expect(policyOn([old, next], on('2026-06-03'))).toBe(old)
  expect(policyOn([old, next], on('2026-06-04'))).toBe(next)
  expect(policyOn([old], on('2026-06-04'))).toBeNull()
})

describe('day trades are counted by sessions, holidays and weekends left out', () => {
  // 2026-01-19 is a holiday: the fifth session back from Thursday 2026-01-22 is Thursday the 15th.
  test.each([
    [day('2026-01-15', '2026-01-15'), 0],
    [day('2026-01-16', '2026-01-16'), 1],
    [day('2026-01-21', '2026-01-22'), 0],
    [day('2026-01-22'), 1],
    [day('2026-01-21', '2026-01-21', '2026-01-22'), 1],
  ])('%o: %i', (trade, expected) => {
    expect(dayTradesSince([trade], on('2026-01-22'), 4)).toBe(expected)
  })
})

describe('a margin account below the equity', () => {
  const poor = { ...baseline, amount: money(24_999), netLiquidation: money(24_999) }
  const small = { account: { ...account, netLiquidation: money(100_000) }, baseline: poor }
  const three = [day('2026-03-06', '2026-03-06'), day('2026-03-09', '2026-03-09'), day(today)]

  test.each<readonly [string, DayTradePolicy | null, Partial<RiskView>, readonly string[]]>([
    ['has no fourth', count, { ...small, dayTraded: three }, ['day-trades']],
    ['has a third', count, { ...small, dayTraded: three.slice(1) }, []],
    ['above it has', count, { dayTraded: three }, []],
    [
      'in cash has',
      count,
      { ...small, account: { ...small.account, kind: 'cash' }, dayTraded: three },
      [],
    ],
    [
      'of a kind that is not told has none either',
      count,
      { ...small, account: { ...small.account, kind: 'unknown' }, dayTraded: three },
      ['day-trades'],
    ],
    ['without a policy has none', null, { dayTraded: [] }, ['day-trades']],
    ['with the policy off has', { ...always, kind: 'off' }, { ...small, dayTraded: three }, []],
  ])('%s', (...[, policy, seen, expected]) => {
    expect(rules(policy, seen)).toEqual(expected)
  })
})

test.each([
  [null, 0, ['day-trades']],
  [-1, 9, []],
  [0, 0, ['day-trades']],
  [1, 0, []],
  [1, 1, ['day-trades']],
])('the broker says %s are left, %i are open since today: %o', (left, open, expected) => {
  const seen = {
    account: { ...account, dayTradesLeft: left },
    dayTraded: Array.from({ length: open }, () => day(today)),
  }
  expect(rules({ ...always, kind: 'broker' }, seen)).toEqual(expected)
})
