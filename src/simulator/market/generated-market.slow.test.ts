import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import { atNewYork, newYorkDate } from '../../domain/calendar.ts'
import type { BarSize } from '../../domain/bar.ts'
import { aggregate, barEnd } from '../../domain/bar.ts'
import type { CalendarDate, ConId, Ticker } from '../../domain/contract.ts'
import { generatedMarket } from './generated-market.ts'
import type { Market } from './market.ts'

const START = '2026-03-10' as CalendarDate
const on = (date: string, time: string): EpochMs => atNewYork(date as CalendarDate, time)
const market = generatedMarket({ seed: 11, start: START })
const idOf = (symbol: string, of: Market = market): ConId => {
  const listed = of.underlyings.find(({ contract }) => contract.symbol === symbol)
  if (listed === undefined) throw new Error(`expected ${symbol}`)
  return listed.contract.conId
}
const SPY = idOf('SPY')

/** Any moment of two weeks, closed hours included. */
const moment = fc
  .integer({ min: on('2026-03-06', '04:00'), max: on('2026-03-20', '20:00') })
  .map((at) => at as EpochMs)
const size = fc.constantFrom<BarSize>('1m', '5m', '1h')

describe('a generated market is a pure function of time', () => {
  test('asked in another order, of another instance, it answers the same', () => {
    const [contract] = market.options('SPY' as Ticker, START)
    if (contract === undefined) throw new Error('expected a chain')
    const ids = [SPY, idOf('AAPL'), idOf('VIX'), contract.conId]
    const answers = (of: Market, moments: readonly EpochMs[]): ReadonlyMap<string, unknown> =>
      new Map(
        moments.flatMap((at) =>
          ids.map((id) => [
            `${at} ${id}`,
            [of.quote(id, at, 'low-first'), of.formingBar(id, { size: '5m', at: at })],
          ]),
        ),
      )
    fc.assert(
      fc.property(fc.array(moment, { minLength: 1, maxLength: 4 }), (moments) => {
        const fresh = generatedMarket({ seed: 11, start: '2026-09-01' as CalendarDate })
        expect(answers(fresh, [...moments].reverse())).toEqual(answers(market, moments))
      }),
      { numRuns: 12 },
    )
  })

  test('another seed is another market', () => {
    const other = generatedMarket({ seed: 12, start: START })
    const at = on('2026-03-10', '11:00')
    expect(other.quote(SPY, at, 'low-first')).not.toEqual(market.quote(SPY, at, 'low-first'))
  })

  test('it begins with the year before its start, and ends with the calendar', () => {
    expect(market.quote(SPY, on('2025-01-02', '09:29'), 'low-first')).toBeNull()
    expect(market.quote(SPY, on('2025-01-02', '09:30'), 'low-first')).not.toBeNull()
    expect(market.nextChange(SPY, on('2028-12-29', '15:59'))).not.toBeNull()
    expect(market.nextChange(SPY, on('2028-12-29', '16:00'))).toBeNull()
  })
})

describe('quotes of an underlying', () => {
  test('are on the cent, uncrossed, with a trade at the bid or the ask', () => {
    fc.assert(
      fc.property(moment, (at) => {
        const quote = market.quote(SPY, at, 'low-first')
        if (quote?.bid == null || quote.ask == null) throw new Error('expected two sides')
        expect(quote.bid % 10_000).toBe(0)
        expect(quote.ask - quote.bid).toBeGreaterThanOrEqual(10_000)
        expect(quote.ask - quote.bid).toBeLessThanOrEqual(20_000)
        expect(quote.last).toBeGreaterThanOrEqual(quote.bid - 20_000)
        expect(quote.last).toBeLessThanOrEqual(quote.ask + 20_000)
        expect(quote.high).toBeGreaterThanOrEqual(quote.last ?? Infinity)
        expect(quote.low).toBeLessThanOrEqual(quote.last ?? -Infinity)
        expect(quote.synthetic).toBe(false)
      }),
    )
  })

  test('stay until the next change and carry the time of their step', () => {
    fc.assert(
      fc.property(moment, fc.constantFrom('SPY', 'VIX'), (at, symbol) => {
        const id = idOf(symbol)
        const next = market.nextChange(id, at)
        if (next === null) throw new Error('expected a next change')
        expect(next).toBeGreaterThan(at)
        const now = market.quote(id, at, 'low-first')
        expect(market.quote(id, (next - 1) as EpochMs, 'low-first')).toEqual(now)
        expect(now?.changedAt).toBeLessThanOrEqual(at)
        expect(market.quote(id, next, 'low-first')?.changedAt).toBe(next)
      }),
    )
  })

  test('outside hours are those of the last second of the session, with its age', () => {
    const close = market.quote(SPY, on('2026-03-13', '15:59'), 'low-first')
    const sunday = market.quote(SPY, on('2026-03-15', '12:00'), 'low-first')
    expect(sunday?.changedAt).toBe(on('2026-03-13', '16:00') - 1000)
    expect(sunday?.volume).toBeGreaterThan(close?.volume ?? Infinity)
  })

  test('open with a gap from the close before, which the new quotes name', () => {
    const close = market.quote(SPY, on('2026-03-10', '16:00'), 'low-first')?.last
    const open = market.quote(SPY, on('2026-03-11', '09:30'), 'low-first')
    expect(open?.previousClose).toBe(close)
    expect(Math.abs((open?.last ?? NaN) / (close ?? NaN) - 1)).toBeLessThan(0.05)
  })

  test('of the volatility index have a value and nothing to trade at', () => {
    const quote = market.quote(idOf('VIX'), on('2026-03-10', '11:00'), 'low-first')
    expect(quote).toMatchObject({ bid: null, ask: null, volume: null })
    expect(quote?.last).toBeGreaterThan(8e6)
    expect(quote?.last).toBeLessThan(60e6)
  })

  test('of a symbol that nobody described exist too', () => {
    const other = generatedMarket({ seed: 1, start: START, symbols: ['ABCD' as Ticker] })
    const at = on('2026-03-10', '11:00')
    expect(other.quote(idOf('ABCD', other), at, 'low-first')?.bid).toBeGreaterThan(0)
    expect(other.options('ABCD' as Ticker, START).length).toBeGreaterThan(100)
  })
})

describe('bars', () => {
  test('are only those that have ended, and of regular hours', () => {
    fc.assert(
      fc.property(moment, size, (at, of) => {
        const bars = market.bars(SPY, { size: of, from: on('2026-03-05', '00:00'), to: at, at })
        expect(bars.every((bar) => barEnd(bar.start, of) <= at)).toBe(true)
        for (const { start } of bars) {
          const session = market.session(SPY, newYorkDate(start))
          expect(session === null || (session.open <= start && start < session.close)).toBe(true)
        }
      }),
      { numRuns: 20 },
    )
  })

  test('larger ones are joined from minutes; the first hour takes half', () => {
    const query = { from: on('2026-03-09', '00:00'), to: on('2026-03-10', '00:00') }
    const all = { ...query, at: on('2026-03-10', '12:00') }
    const minutes = market.bars(SPY, { size: '1m', ...all })
    const hours = market.bars(SPY, { size: '1h', ...all })
    expect(minutes).toHaveLength(390)
    expect(hours).toHaveLength(7)
    expect(hours[0]?.start).toBe(on('2026-03-09', '09:30'))
    expect(hours).toEqual(aggregate(minutes, '1h'))
  })

  test('hold what the quotes showed', () => {
    const start = on('2026-03-10', '10:00')
    const [to, at] = [(start + 1) as EpochMs, (start + 60_000) as EpochMs]
    const [bar] = market.bars(SPY, { size: '1m', from: start, to, at })
    const quotes = Array.from({ length: 60 }, (_, second) =>
      market.quote(SPY, (start + 1000 * second) as EpochMs, 'low-first'),
    )
    const before = market.quote(SPY, (start - 1) as EpochMs, 'low-first')
    const trades = quotes.map((quote) => quote?.last ?? NaN)
    expect(bar).toEqual({
      start,
      open: trades[0],
      high: Math.max(...trades),
      low: Math.min(...trades),
      close: trades[59],
      volume: (quotes[59]?.volume ?? NaN) - (before?.volume ?? NaN),
    })
  })

  test('a forming bar becomes the closed one', () => {
    const end = on('2026-03-10', '11:00')
    const forming = market.formingBar(SPY, { size: '1h', at: (end - 1) as EpochMs })
    const query = { size: '1h', from: on('2026-03-10', '10:00'), to: end, at: end } as const
    expect([forming]).toEqual(market.bars(SPY, query))
  })

  test('there is none forming outside hours', () => {
    expect(market.formingBar(SPY, { size: '1m', at: on('2026-03-10', '09:29') })).toBeNull()
    expect(market.formingBar(SPY, { size: '1m', at: on('2026-03-10', '16:00') })).toBeNull()
  })

  test('there are more than thirty sessions of history', () => {
    const at = on('2026-03-10', '09:30')
    const hours = market.bars(SPY, { size: '1h', from: on('2026-01-15', '00:00'), to: at, at })
    expect(hours.length).toBeGreaterThan(30 * 7)
  })
})

describe('a market of all hours', () => {
  const all = generatedMarket({ seed: 11, start: START, hours: 'all' })
  const dates = [START, '2026-03-11', '2026-11-27'] as const

  test('trades the same regular hours as one that has no others', () => {
    for (const date of dates) {
      const span = { from: on(date, '00:00'), to: on(date, '23:59'), at: on(date, '23:59') }
      const minutes = market.bars(SPY, { size: '1m', ...span })
      expect(all.bars(SPY, { size: '1m', ...span })).toEqual(minutes)
      const whole = all.bars(SPY, { size: '1m', hours: 'all', ...span })
      const regular = new Set(minutes.map(({ start }) => start))
      expect(whole.filter(({ start }) => regular.has(start))).toEqual(minutes)
      const others = whole.filter(({ start }) => !regular.has(start))
      expect(others.length).toBeGreaterThan(100)
      const close = date === '2026-11-27' ? '17:00' : '20:00'
      expect(others.at(0)?.start).toBeGreaterThanOrEqual(on(date, '04:00'))
      expect(others.at(-1)?.start).toBeLessThan(on(date, close))
    }
  })

  test('joins the hours: no step that a night, or a minute, would not explain', () => {
    const to = on('2026-03-13', '20:00')
    const span = { size: '1m', hours: 'all', from: on(START, '04:00'), to, at: to } as const
    const bars = all.bars(SPY, span)
    const steps = bars.slice(1).map((bar, i) => Math.log(bar.open / (bars[i]?.close ?? NaN)))
    expect(Math.max(...steps.map(Math.abs))).toBeLessThan(0.02)
    const share = (part: readonly { readonly volume: number }[]): number =>
      part.reduce((sum, { volume }) => sum + volume, 0)
    const regular = all.bars(SPY, { ...span, hours: 'regular' })
    expect(share(bars) / share(regular)).toBeGreaterThan(1.005)
    expect(share(bars) / share(regular)).toBeLessThan(1.2)
  })

  test('an hour of it is the sum of its minutes, and 09:00 is one of them', () => {
    const span = { hours: 'all', from: on(START, '04:00'), to: on(START, '20:00') } as const
    const at = on(START, '20:00')
    const minutes = all.bars(SPY, { size: '1m', ...span, at })
    const hours = all.bars(SPY, { size: '1h', ...span, at })
    expect(aggregate(minutes, '1h', 'all')).toEqual(hours)
    expect(hours).toHaveLength(16)
    expect(hours[5]?.start).toBe(on(START, '09:00'))
  })

  test('a quote moves before the open, and its options keep regular hours', () => {
    const [call] = all.options('SPY' as Ticker, START)
    const early = on(START, '08:00')
    const next = all.nextChange(SPY, early)
    expect(next).toBe(early + 1_000)
    expect(all.nextChange(call?.conId ?? SPY, early)).toBe(on(START, '09:30'))
    expect(all.quote(SPY, early, 'low-first')?.changedAt).toBe(early)
  })
})
