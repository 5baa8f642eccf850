import { afterEach, describe, expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import type { CalendarDate, Ticker } from '../../domain/contract.ts'
import { price } from '../../domain/money.ts'
import { at, DAY, optionOf, Recording, shown, underlyingOf, XYZ } from './replay.testing.ts'
import type { Rows } from './replay.testing.ts'

const BEFORE = '2014-06-05' as CalendarDate
const SATURDAY = '2014-06-21'

const TRADES: Rows = [
  ['09:25', 90, 90, 90, 90, 1],
  ['09:30', 100, 101, 99, 100.5, 1000],
  ['09:31', 100.5, 100.6, 100.4, 100.5, 200],
  ['09:35', 100.7, 100.8, 100.6, 100.7, 300],
  ['15:59', 102, 102, 102, 102, 400],
  ['16:01', 109, 109, 109, 109, 5000],
]
/** A call at 100: quoted at 09:30, changed at 09:33, unquoted bid at 09:40. */
const CALLS: Rows = [
  ['09:30', SATURDAY, 100, 'C', 2, 2.2, 1.9, 2.1, 10, 2.3, 2.5, 2.2, 2.4, 20],
  ['09:33', SATURDAY, 100, 'C', 2.1, 2.1, 2.1, 2.1, 11, 2.4, 2.4, 2.4, 2.4, 21],
  ['09:40', SATURDAY, 100, 'C', '', '', '', '', 0, 2.6, 2.6, 2.6, 2.6, 22],
]

const recordings: Recording[] = []
function recording(): Recording {
  const made = new Recording()
  recordings.push(made)
  return made.trades(TRADES)
}
afterEach(() => {
  for (const made of recordings.splice(0)) made.remove()
})

describe('rule 3: the path inside a minute', () => {
  test('is open, adverse extreme, favourable extreme, close; bid and ask walk together', () => {
    const market = recording().options('quote', CALLS).open()
    const { conId } = optionOf(market, 100)
    const walk = (adverse: 'low-first' | 'high-first'): readonly string[] =>
      [0, 14.999, 15, 30, 45, 59].map((second) =>
        shown(market.quote(conId, at('09:30', second), adverse)),
      )
    expect(walk('low-first').join(' ')).toBe('2/2.3 2/2.3 1.9/2.2 2.2/2.5 2.1/2.4 2.1/2.4')
    expect(walk('high-first').join(' ')).toBe('2/2.3 2/2.3 2.2/2.5 1.9/2.2 2.1/2.4 2.1/2.4')
  })

  test('changes at its steps and nowhere else', () => {
    const market = recording().options('quote', CALLS).open()
    const { conId } = optionOf(market, 100)
    const steps: EpochMs[] = []
    let next = market.nextChange(conId, at('09:29'))
    while (next !== null && next < at('09:41')) {
      steps.push(next)
      next = market.nextChange(conId, next)
    }
    expect(steps).toEqual([
      ...[0, 15, 30, 45].map((second) => at('09:30', second)),
      ...[0, 15, 30, 45].map((second) => at('09:33', second)),
      ...[0, 15, 30, 45].map((second) => at('09:40', second)),
    ])
  })
})

describe('rule 4: nothing looks ahead', () => {
  test('a bar is visible only after its minute has ended', () => {
    const market = recording().open()
    const query = { size: '1m', from: at('09:00'), to: at('16:00') } as const
    const id = underlyingOf(market)
    expect(market.bars(id, { ...query, at: at('09:30', 59) })).toEqual([])
    expect(market.bars(id, { ...query, at: at('09:31') })).toHaveLength(1)
  })

  test('the bar that is forming shows the steps so far, and no volume before it has ended', () => {
    const market = recording().open()
    const forming = market.formingBar(underlyingOf(market), { size: '1m', at: at('09:30', 20) })
    expect(forming).toMatchObject({
      open: price(100),
      low: price(100),
      high: price(101),
      volume: 0,
    })
  })

  test('volume counts the minutes that have ended', () => {
    const market = recording().open()
    const volume = (time: string, second = 0): number | null | undefined =>
      market.quote(underlyingOf(market), at(time, second), 'low-first')?.volume
    expect([volume('09:30', 59), volume('09:31'), volume('09:32')]).toEqual([0, 1000, 1200])
    expect(market.nextChange(underlyingOf(market), at('09:31', 45))).toBe(at('09:32'))
  })

  test('a forward-filled quote carries the age of its own row', () => {
    const market = recording().options('quote', CALLS).open()
    const quote = market.quote(optionOf(market, 100).conId, at('09:38'), 'low-first')
    expect(shown(quote)).toBe('2.1/2.4')
    expect(quote?.changedAt).toBe(at('09:33', 45))
  })

  test('sizes are those of the end of a minute, and until then those of the row before', () => {
    const market = recording().options('quote', CALLS).open()
    const sizes = (time: string, second: number): unknown => {
      const quote = market.quote(optionOf(market, 100).conId, at(time, second), 'low-first')
      return [quote?.bidSize, quote?.askSize]
    }
    expect(sizes('09:30', 44)).toEqual([null, null])
    expect(sizes('09:30', 45)).toEqual([10, 20])
    expect(sizes('09:33', 44)).toEqual([10, 20])
    expect(sizes('09:40', 45)).toEqual([null, 22])
  })

  test('open interest is visible from its publication', () => {
    const market = recording()
      .options('quote', CALLS)
      .options('oi', [['09:32', SATURDAY, 100, 'C', 77]])
      .open()
    const { conId } = optionOf(market, 100)
    expect(market.quote(conId, at('09:31', 59), 'low-first')?.openInterest).toBeNull()
    expect(market.quote(conId, at('09:32'), 'low-first')?.openInterest).toBe(77)
  })

  test('open interest comes from the chain file of the day before where none was published', () => {
    const market = recording()
      .options('quote', CALLS)
      .universe([',,,100,', '20140621,100,C,2.1,55'], BEFORE)
      .open()
    expect(market.quote(optionOf(market, 100).conId, at('09:30'), 'low-first')?.openInterest).toBe(
      55,
    )
  })

  test('what comes after a moment changes nothing that is answered about it', () => {
    const now = at('09:35', 20)
    const until = (rows: Rows): Rows => rows.filter(([time]) => at(time) <= now)
    const trades: Rows = [
      ['09:31', SATURDAY, 100, 'C', 2.2, 2.3, 2.1, 2.2, 5],
      ['09:35', SATURDAY, 100, 'C', 2.4, 2.4, 2.3, 2.3, 6],
      ['09:50', SATURDAY, 100, 'C', 9, 9, 9, 9, 7],
    ]
    const whole = recording().options('quote', CALLS).options('trade', trades).open()
    const cut = recording()
      .trades(until(TRADES))
      .options('quote', until(CALLS))
      .options('trade', until(trades))
      .open()
    const answers = (market: typeof whole): unknown =>
      [underlyingOf(market), optionOf(market, 100).conId].map((id) => [
        market.quote(id, now, 'low-first'),
        market.quote(id, now, 'high-first'),
        market.bars(id, { size: '1m', from: at('09:00'), to: at('16:00'), at: now }),
        market.formingBar(id, { size: '1h', at: now }),
      ])
    expect(answers(cut)).toEqual(answers(whole))
  })
})

describe('rule 2 and 1: what is not quoted is not there', () => {
  test('an empty price is a side without a quote', () => {
    const market = recording().options('quote', CALLS).open()
    const quote = market.quote(optionOf(market, 100).conId, at('09:50'), 'low-first')
    expect(shown(quote)).toBe('-/2.6')
    expect(quote?.synthetic).toBe(false)
  })

  test('quotes are filled forward within a session, not into the next', () => {
    const later: Rows = [['10:00', SATURDAY, 100, 'C', 3, 3, 3, 3, 1, 4, 4, 4, 4, 1]]
    const market = recording()
      .trades([['09:30', 99, 99, 99, 99, 1]], BEFORE)
      .options('quote', CALLS, { date: BEFORE })
      .options('quote', later)
      .open({ dates: [BEFORE, DAY] })
    const { conId } = optionOf(market, 100)
    const show = (moment: EpochMs): string => shown(market.quote(conId, moment, 'low-first'))
    expect(show(at('20:00', 0, BEFORE))).toBe('-/2.6')
    expect(show(at('09:30'))).toBe('-/-')
    expect(show(at('10:00'))).toBe('3/4')
  })
})

describe('rule 5: quotes of the underlying that are absent', () => {
  test('are derived from the last trade, one half-spread either side, and marked', () => {
    const market = recording().open({ halfSpread: price(0.02) })
    const quote = market.quote(underlyingOf(market), at('09:34'), 'low-first')
    expect(shown(quote)).toBe('100.48/100.52')
    expect(quote).toMatchObject({ synthetic: true, changedAt: at('09:31', 45) })
  })

  test('use recorded quotes where there are some, unmarked', () => {
    const market = recording()
      .quotes([['09:30', 99.9, 99.9, 99.9, 99.9, 5, 100.3, 100.3, 100.3, 100.3, 6]])
      .open()
    const quote = market.quote(underlyingOf(market), at('09:34'), 'low-first')
    expect(shown(quote)).toBe('99.9/100.3')
    expect(quote?.synthetic).toBe(false)
  })

  test('an index has them too', () => {
    const rows: Rows = [['09:30', 20, 20, 20, 20, 0]]
    const market = recording()
      .trades(rows, DAY, 'index_1m/VIX')
      .open({ symbols: ['VIX' as Ticker] })
    expect(market.quote(underlyingOf(market), at('09:30'), 'low-first')).toMatchObject({
      bid: price(19.99),
      ask: price(20.01),
      volume: null,
      synthetic: true,
    })
  })
})

describe('rule 6: a Saturday expiry before 2015-02', () => {
  test('means the Friday, and trading ends on it', () => {
    const market = recording().options('quote', CALLS).open()
    const { expiry, lastTradingAt } = optionOf(market, 100)
    expect(expiry).toBe('2014-06-20')
    expect(lastTradingAt).toBe(at('16:00', 0, '2014-06-20' as CalendarDate))
  })

  test('means the Thursday where Friday is a holiday', () => {
    const good = CALLS.map(([time, , ...rest]) => [time, '2014-04-19', ...rest] as const)
    const date = '2014-04-10' as CalendarDate
    const market = recording()
      .trades(TRADES, date)
      .options('quote', good, { date })
      .open({ dates: [date] })
    expect(market.options(XYZ, date)[0]?.expiry).toBe('2014-04-17')
  })
})

describe('rules 7 and 8: identity and sessions of index options', () => {
  const date = '2021-01-04' as CalendarDate
  const quotes: Rows = [['09:30', '2021-01-15', 3700, 'C', 50, 50, 50, 50, 1, 52, 52, 52, 52, 1]]
  const open = () =>
    recording()
      .trades([['09:30', 3700, 3700, 3700, 3700, 0]], date, 'index_1m/SPX')
      .options('quote', quotes, { date, class: 'SPX' })
      .options('quote', quotes, { date, class: 'SPXW' })
      .open({ symbols: ['SPX' as Ticker], dates: [date] })

  test('the same expiry, strike and right of two classes are two contracts', () => {
    const options = open().options('SPX' as Ticker, date)
    expect(options.map(({ tradingClass, settlement }) => [tradingClass, settlement])).toEqual([
      ['SPX', 'AM'],
      ['SPXW', 'PM'],
    ])
    expect(new Set(options.map(({ conId }) => conId)).size).toBe(2)
  })

  test('they trade to 16:15, and what settles by the opening ends the day before', () => {
    const market = open()
    const [am, pm] = market.options('SPX' as Ticker, date)
    expect(am?.lastTradingAt).toBe(at('16:15', 0, '2021-01-14' as CalendarDate))
    expect(pm?.lastTradingAt).toBe(at('16:15', 0, '2021-01-15' as CalendarDate))
    expect(am && market.session(am.conId, date)?.close).toBe(at('16:15', 0, date))
  })
})

describe('bars', () => {
  test('are of regular hours, and minutes without a trade are absent', () => {
    const market = recording().open()
    const query = { size: '1m', from: at('04:00'), to: at('20:00'), at: at('20:00') } as const
    const starts = market.bars(underlyingOf(market), query).map((bar) => bar.start)
    expect(starts).toEqual(['09:30', '09:31', '09:35', '15:59'].map((time) => at(time)))
  })

  test('begin with the earlier days that were recorded without a gap', () => {
    const market = recording()
      .trades([['09:30', 99, 99, 99, 99, 1]], BEFORE)
      .trades([['09:30', 98, 98, 98, 98, 1]], '2014-06-03' as CalendarDate)
      .open()
    const query = { size: '1h', from: 0 as EpochMs, to: at('09:30'), at: at('09:30') } as const
    expect(market.bars(underlyingOf(market), query)).toHaveLength(1)
    expect(market.describe).toContain(`bars since ${BEFORE}`)
    expect(market.quote(underlyingOf(market), at('09:30'), 'low-first')?.previousClose).toBe(
      price(99),
    )
  })

  test('the last trade of an expiry settles it', () => {
    const market = recording().open()
    expect(market.settlement(XYZ, DAY)).toBe(price(102))
    expect(market.settlement(XYZ, '2014-06-20' as CalendarDate)).toBeNull()
  })
})

describe('options that were not recorded', () => {
  test('are generated around the underlying; the market and every quote say so', () => {
    const market = recording().open()
    expect(market.origin).toBe('replay-generated-options')
    expect(market.describe).toContain('options GENERATED')
    const quotes = market
      .options(XYZ, DAY)
      .map(({ conId }) => market.quote(conId, at('09:35'), 'low-first'))
    expect(quotes.length).toBeGreaterThan(50)
    expect(quotes.every((quote) => quote?.synthetic === true)).toBe(true)
  })

  test('walk with the underlying: a put is lowest where the underlying is highest', () => {
    const market = recording().open()
    const [call, put] = [optionOf(market, 100, 'C'), optionOf(market, 100, 'P')]
    const mid = (id: typeof call.conId, second: number): number =>
      market.quote(id, at('09:30', second), 'low-first')?.model?.price ?? NaN
    for (const { conId } of [call, put]) {
      expect(mid(conId, 15)).toBeLessThan(mid(conId, 0))
      expect(mid(conId, 15)).toBeLessThan(mid(conId, 30))
    }
  })

  test('have the level of the volatility index where it was recorded', () => {
    const implied = (index: number): number => {
      const rows: Rows = [['09:30', index, index, index, index, 0]]
      const market = recording().trades(rows, DAY, 'index_1m/VIX').open()
      const { conId } = optionOf(market, 100)
      return market.quote(conId, at('09:35'), 'low-first')?.model?.impliedVolatility ?? NaN
    }
    expect(implied(30)).toBeGreaterThan(1.5 * implied(15))
  })

  test('are not needed where they were recorded', () => {
    expect(recording().options('quote', CALLS).open().origin).toBe('replay')
  })
})
