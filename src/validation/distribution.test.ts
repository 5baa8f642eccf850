import { expect, test } from 'vitest'
import { Distribution } from './distribution.ts'

test('a quantile is never below the truth, and at most 5 % above it', () => {
  const one = new Distribution()
  for (let ms = 1; ms <= 10_000; ms++) one.add(ms)
  for (const share of [0.5, 0.95, 0.99, 1]) {
    const found = one.quantile(share) ?? 0
    expect(found).toBeGreaterThanOrEqual(share * 10_000)
    expect(found).toBeLessThanOrEqual(share * 10_500)
  }
  expect([one.count, one.max]).toEqual([10_000, 10_000])
})

test('nothing has no quantile; what is kept is the same again', () => {
  const none = new Distribution()
  expect(none.quantile(0.99)).toBeNull()
  for (const ms of [0, 0.4, 3, 90_000]) none.add(ms)
  const again = Distribution.from(none.kept())
  expect([again.count, again.max, again.quantile(0.75)]).toEqual([4, 90_000, none.quantile(0.75)])
})
