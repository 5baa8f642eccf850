import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import type { Bar } from '../../domain/bar.ts'
import { atNewYork, sessionAt } from '../../domain/calendar.ts'
import type { CalendarDate, Ticker } from '../../domain/contract.ts'
import { scalp } from '../../strategy/scalp.ts'
import type { Strategy } from '../../strategy/strategy.ts'
import { whale } from '../../strategy/whale.ts'
import { FactorDays, LEVEL_MEAN } from './generated-days.ts'
import { generatedMarket } from './generated-market.ts'
import { profileOf } from './generated-profile.ts'
import { Tapes } from './generated-tapes.ts'
import { SessionList } from './market-sessions.ts'
import type { Market } from './market.ts'

const MONDAY = '2026-03-09' as CalendarDate
const SEEDS = Array.from({ length: 20 }, (_, index) => 1000 + 37 * index)
const WEEK = ['2026-03-09', '2026-03-10', '2026-03-11', '2026-03-12', '2026-03-13']
const on = (date: string, time: string): EpochMs => atNewYork(date as CalendarDate, time)

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length
}

function deviation(values: readonly number[]): number {
  const middle = mean(values)
  return Math.sqrt(mean(values.map((each) => (each - middle) ** 2)))
}

function correlation(one: readonly number[], other: readonly number[]): number {
  const [a, b] = [mean(one), mean(other)]
  const together = mean(one.map((each, index) => (each - a) * ((other[index] ?? NaN) - b)))
  return together / (deviation(one) * deviation(other))
}

describe('over many days', () => {
  const sessions = new SessionList('2024-01-02' as CalendarDate)
  const returns = (seed: number, symbol: string): readonly number[] => {
    const tapes = new Tapes(seed, sessions)
    const profile = profileOf(symbol as Ticker)
    const closes = Array.from({ length: 500 }, (_, day) => tapes.close(profile, day))
    return closes.slice(1).map((close, index) => Math.log(close / (closes[index] ?? NaN)))
  }

  test.each([
    ['SPY', 0.12, 0.22],
    ['QQQ', 0.16, 0.27],
    ['AAPL', 0.2, 0.34],
  ])('%s has an annualised volatility between %d and %d', (symbol, low, high) => {
    for (const seed of SEEDS) {
      const annual = deviation(returns(seed, symbol)) * Math.sqrt(252)
      expect(annual).toBeGreaterThan(low)
      expect(annual).toBeLessThan(high)
    }
  })

  test('the symbols move together, some more than others', () => {
    const [close, loose] = [mean, mean].map((of, index) =>
      of(SEEDS.map((s) => correlation(returns(s, 'SPY'), returns(s, index ? 'AAPL' : 'QQQ')))),
    )
    expect(close).toBeGreaterThan(0.75)
    expect(loose).toBeGreaterThan(0.45)
    expect(loose).toBeLessThan(close ?? NaN)
  })

  test('a fall raises the implied volatility', () => {
    const market = new FactorDays(
      3,
      { name: 'market', volatility: LEVEL_MEAN, leads: true },
      sessions,
    )
    const days = Array.from({ length: 400 }, (_, number) => market.day(number))
    const moved = days.slice(0, -1).map((day) => (day?.gap ?? NaN) + (day?.move ?? NaN))
    const level = days.map((day) => Math.log(day?.levelBefore ?? NaN))
    const raised = level.slice(1).map((each, index) => each - (level[index] ?? NaN))
    expect(correlation(moved, raised)).toBeLessThan(-0.6)
  })
})

describe('within a day', () => {
  const market = generatedMarket({ seed: 21, start: MONDAY })
  const minutes = (from: string, to: string): readonly Bar[] =>
    market.bars(market.underlyings[0]?.contract.conId ?? (0 as never), {
      size: '1m',
      from: on(from, '09:30'),
      to: on(to, '16:00'),
      at: on(to, '16:00'),
    })
  const bars = minutes('2026-01-05', '2026-03-13')
  const at = (bar: Bar): number => (bar.start - (sessionAt(bar.start)?.open ?? NaN)) / 60_000
  const between = (from: number, to: number): readonly Bar[] =>
    bars.filter((bar) => from <= at(bar) && at(bar) < to)
  const range = (of: readonly Bar[]): number =>
    mean(of.map((bar) => (bar.high - bar.low) / bar.open))
  const volume = (of: readonly Bar[]): number => mean(of.map((bar) => bar.volume))

  test('volume is a U', () => {
    expect(volume(between(0, 30))).toBeGreaterThan(2 * volume(between(150, 240)))
    expect(volume(between(360, 390))).toBeGreaterThan(1.5 * volume(between(150, 240)))
  })

  test('volatility is highest at the open and lowest at noon', () => {
    expect(range(between(0, 30))).toBeGreaterThan(1.4 * range(between(150, 240)))
    expect(range(between(375, 390))).toBeGreaterThan(range(between(150, 240)))
  })

  test('volatility clusters: a wild minute is followed by wild ones', () => {
    const noon = between(120, 300).map((bar) => Math.log((bar.high - bar.low + 1e4) / bar.open))
    expect(correlation(noon.slice(0, -10), noon.slice(10))).toBeGreaterThan(0.15)
  })

  test('volume comes with moves', () => {
    const noon = between(120, 300)
    const moved = noon.map((bar) => Math.abs(bar.close - bar.open))
    expect(
      correlation(
        moved,
        noon.map((bar) => bar.volume),
      ),
    ).toBeGreaterThan(0.3)
  })
})

describe('strategies find something to do, because markets are like that', () => {
  const enters = (market: Market, strategy: Strategy, now: EpochMs): boolean =>
    market.underlyings.slice(0, 3).some(({ contract: { conId, symbol } }) => {
      const { size, count } = strategy.needs
      const from = (now - (size === '1h' ? 20 : 2) * 86_400_000) as EpochMs
      const bars = market.bars(conId, { size, from, to: now, at: now }).slice(-count)
      const view = { now, symbol, bars, held: [], lastEntryAt: null, index: null }
      return strategy.evaluate(view).kind === 'enter'
    })
  const markets = SEEDS.slice(0, 10).map((seed) => generatedMarket({ seed, start: MONDAY }))
  const hours = ['10:00', '11:00', '12:00', '13:00', '14:00', '15:00', '16:00']

  test('whale: in a week of three symbols, for at least 9 of 10 seeds', () => {
    const found = markets.filter((market) =>
      WEEK.some((date) => hours.some((hour) => enters(market, whale, on(date, hour)))),
    )
    expect(found.length).toBeGreaterThanOrEqual(9)
  })

  test('scalp: on every day of every seed', () => {
    for (const market of markets) {
      for (const date of WEEK) {
        expect(hours.some((hour) => enters(market, scalp, on(date, hour)))).toBe(true)
      }
    }
  })
})
