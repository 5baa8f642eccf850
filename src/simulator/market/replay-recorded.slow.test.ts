import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import { atNewYork } from '../../domain/calendar.ts'
import type { CalendarDate, OptionContract, Ticker } from '../../domain/contract.ts'
import type { Market } from './market.ts'
import { openReplay } from './replay.ts'
import { Recording } from './replay.testing.ts'

const DIR = join(import.meta.dirname, '../../../../shared/data')
const isAbsent = !existsSync(DIR)

function open(symbols: readonly string[], dates: readonly string[], dir = DIR): Market {
  const opened = openReplay({
    dir,
    symbols: symbols as readonly Ticker[],
    dates: dates as readonly CalendarDate[],
  })
  if (!opened.ok) throw new Error(opened.error)
  return opened.value
}

function linesOf(path: string): readonly string[] {
  return gunzipSync(readFileSync(join(DIR, path)))
    .toString()
    .trim()
    .split('\n')
}

const on = (date: string, time: string): EpochMs => atNewYork(date as CalendarDate, time)
const keyOf = ({ strike, right, expiry }: OptionContract): string =>
  `${expiry} ${strike / 1e6} ${right}`

describe.skipIf(isAbsent)('recorded days (skipped without ../shared/data)', () => {
  test.each([
    { symbol: 'TWX', date: '2014-06-05', count: 184, first: '2014-06-20' },
    { symbol: 'TWX', date: '2014-06-06', count: 184, first: '2014-06-20' },
    { symbol: 'NWSA', date: '2013-06-28', count: 260, first: '2013-07-19' },
    { symbol: 'GOOG', date: '2015-12-23', count: 118, first: '2015-12-24' },
  ])(
    '$symbol $date: $count options, the first of $first, each row where it belongs',
    ({ symbol, date, count, first }) => {
      const market = open([symbol], [date])
      const options = market.options(symbol as Ticker, date as CalendarDate)
      expect(market.origin).toBe('replay')
      expect(options).toHaveLength(count)
      expect(options[0]?.expiry).toBe(first)
      const byKey = new Map(options.map((contract) => [keyOf(contract), contract.conId]))
      const close = on(date, '16:00')
      let checked = 0
      for (const line of linesOf(`option_1m/${symbol}/${date}.quote.csv.gz`).slice(1)) {
        const [ts = '', expiry = '', strike = '', right = '', ...prices] = line.split(',')
        const start = Number(ts) as EpochMs
        if (start >= close || start % 1_800_000 !== 0) continue
        const friday = options.find((each) => within(each.expiry, expiry))?.expiry
        const id = byKey.get(`${friday} ${Number(strike)} ${right}`)
        if (id === undefined) throw new Error(`expected a contract for ${line}`)
        const [open_, high, low, end] = [0, 1, 2, 3].map((side) => [prices[side], prices[5 + side]])
        const walk = [open_, low, high, end].map((sides) => sides?.map(micros))
        const seen = [0, 15, 30, 45].map((second) => {
          const quote = market.quote(id, (start + second * 1000) as EpochMs, 'low-first')
          return [quote?.bid, quote?.ask]
        })
        expect(seen).toEqual(walk)
        checked += 1
      }
      expect(checked).toBeGreaterThan(200)
    },
  )

  test('every bar of TWX is a row of its file, in regular hours', () => {
    const market = open(['TWX'], ['2014-06-06'])
    const at = on('2014-06-06', '16:00')
    const id = market.underlyings[0]?.contract.conId
    const bars = id && market.bars(id, { size: '1m', from: on('2014-06-06', '00:00'), to: at, at })
    const rows = linesOf('equity_1m/TWX/2014-06-06.trade.csv.gz')
      .slice(1)
      .map((line) => line.split(',').map(Number))
      .filter(([ts = 0]) => on('2014-06-06', '09:30') <= ts && ts < at)
    expect(bars?.map((bar) => [bar.start, bar.open / 1e6, bar.close / 1e6, bar.volume])).toEqual(
      rows.map(([ts, first, , , last, volume]) => [ts, first, last, volume]),
    )
  })

  test('TWX cut at a moment answers about that moment as the whole day does', () => {
    const date = '2014-06-06'
    const cut = new Recording()
    const now = on(date, '11:17') + 20_000
    const paths = ['trade', 'quote'].flatMap((kind) =>
      ['equity_1m', 'option_1m'].map((place) => `${place}/TWX/${date}.${kind}.csv.gz`),
    )
    for (const path of [...paths, `option_1m/TWX/${date}.oi.csv.gz`]) {
      const kept = linesOf(path).filter((line, index) => index === 0 || parseInt(line, 10) <= now)
      cut.bytes(path, gzipSync(`${kept.join('\n')}\n`))
    }
    for (const kind of ['trade', 'quote']) {
      const path = `equity_1m/TWX/2014-06-05.${kind}.csv.gz`
      cut.bytes(path, readFileSync(join(DIR, path)))
    }
    const answers = (market: Market): unknown => {
      const listed = market.options('TWX' as Ticker, date as CalendarDate)
      const ids = [...market.underlyings.map(({ contract }) => contract), ...listed]
      return ids.map(({ conId }) => [
        market.quote(conId, now as EpochMs, 'low-first'),
        market.formingBar(conId, { size: '5m', at: now as EpochMs }),
        market.bars(conId, {
          size: '5m',
          from: on(date, '09:30'),
          to: on(date, '16:00'),
          at: now as EpochMs,
        }),
      ])
    }
    expect(answers(open(['TWX'], [date], cut.dir))).toEqual(answers(open(['TWX'], [date])))
    cut.remove()
  })

  test('five days of SPY, QQQ and AAPL have bars only: options are generated and say so', () => {
    const dates = ['2019-02-11', '2019-02-12', '2019-02-13', '2019-02-14', '2019-02-15']
    const market = open(['SPY', 'QQQ', 'AAPL'], dates)
    expect(market.origin).toBe('replay-generated-options')
    const at = on('2019-02-13', '10:30')
    const chain = market.options('QQQ' as Ticker, '2019-02-13' as CalendarDate)
    expect(chain.length).toBeGreaterThan(200)
    const quotes = chain.map(({ conId }) => market.quote(conId, at, 'low-first'))
    expect(quotes.every((quote) => quote?.synthetic === true && quote.ask !== null)).toBe(true)
    const hours = market.underlyings.map(({ contract }) =>
      market.bars(contract.conId, { size: '1h', from: 0 as EpochMs, to: at, at }),
    )
    expect(hours.map((bars) => bars.length)).toEqual([15, 15, 15, 15])
  })

  test('SPX and SPXW of one day are two classes with hours of their own', () => {
    const market = open(['SPX'], ['2021-01-04'])
    const options = market.options('SPX' as Ticker, '2021-01-04' as CalendarDate)
    expect(options.filter(({ tradingClass }) => tradingClass === 'SPX')).toHaveLength(6)
    expect(options.filter(({ tradingClass }) => tradingClass === 'SPXW')).toHaveLength(12)
    const later = options.find(({ expiry }) => expiry === '2021-01-15')
    const late = on('2021-01-04', '16:10')
    expect(later && market.quote(later.conId, late, 'low-first')?.changedAt).toBeGreaterThan(
      on('2021-01-04', '16:00'),
    )
  })
})

/** A recorded Saturday is the day after the Friday that it means. */
function within(expiry: string, recorded: string): boolean {
  const days = (Date.parse(recorded) - Date.parse(expiry)) / 86_400_000
  return days === 0 || days === 1
}

function micros(amount: string | undefined): number | null {
  return amount === undefined || amount === '' ? null : Math.round(Number(amount) * 1e6)
}
