import { expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import { atNewYork } from '../../domain/calendar.ts'
import type { Bar } from '../../domain/bar.ts'
import { addDays } from '../../domain/date.ts'
import { price } from '../../domain/money.ts'
import type { Market } from '../market/market.ts'
import { at, scriptedMarket, SPY, TODAY } from '../market/scripted-market.testing.ts'
import { dailyRange, historicalVolatility } from './session-daily.ts'

/** A year of days, latest first: one bar each, around 100 and further away the older it is. */
const DAYS: readonly Bar[] = Array.from({ length: 364 }, (_, i) => ({
  start: atNewYork(addDays(TODAY, -i), '09:30'),
  open: price(100),
  high: price(100 + i),
  low: price(100 - i / 10),
  close: price(i % 2 === 0 ? 100 : 101),
  volume: 1000,
}))

const MARKET: Market = {
  ...scriptedMarket({ quotes: {} }),
  bars: (_id, { from, to }) =>
    DAYS.filter((bar) => from <= bar.start && bar.start < to).toReversed(),
}

test.each([
  [13, 190, 91],
  [26, 281, 82],
  [52, 463, 63.8],
])('the range of %i weeks', (weeks, high, low) => {
  const range = dailyRange(MARKET, SPY.conId, { at: at('16:00'), weeks })
  expect(range?.high).toBe(price(high))
  expect((range?.low ?? 0) / 1e6).toBeCloseTo(low, 0)
  expect(range?.averageVolume).toBe(1000)
})

test('volatility is the deviation of daily returns, annualised', () => {
  expect(historicalVolatility(MARKET, SPY.conId, at('16:00'))).toBeCloseTo(
    Math.log(1.01) * Math.sqrt(252),
    2,
  )
})

test('a market without bars has neither', () => {
  const empty = scriptedMarket({ quotes: {} })
  const when = { at: 0 as EpochMs, weeks: 13 }
  expect(dailyRange(empty, SPY.conId, when)).toBeNull()
  expect(historicalVolatility(empty, SPY.conId, when.at)).toBeNull()
})
