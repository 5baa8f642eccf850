import { describe, expect, test } from 'vitest'
import type { IndexContract, OptionContract } from '../../domain/contract.ts'
import { price } from '../../domain/money.ts'
import { atNewYork } from '../../domain/calendar.ts'
import type { CalendarDate } from '../../domain/contract.ts'
import { detailsOf, OPTION } from '../gateway.testing.ts'
import { contractFrom, contractToWire, expiryOf, keyToWire } from './translate-contract.ts'

const GRID = [{ from: price(0), tick: price(0.01) }]

function option(details: ReturnType<typeof detailsOf>): OptionContract {
  const contract = contractFrom(details, GRID)
  if (!contract.ok || contract.value.kind !== 'option') throw new Error(JSON.stringify(contract))
  return contract.value
}

const ny = (date: string, time: string): number => atNewYork(date as CalendarDate, time)

test('an option comes out as it went in', () => {
  const details = detailsOf(1, contractToWire(OPTION))
  expect(option(details)).toEqual({
    ...OPTION,
    priceIncrements: GRID,
    lastTradingAt: ny('2026-01-09', '16:15'),
  })
})

describe('the end of trading comes from the contract, never from the stock session', () => {
  const hours = '20260109:0930-20260109:1615;20260110:CLOSED;20260112:0930-20260112:1615'
  test.each([
    ['20260109', '2026-01-09', '16:15'], // published
    ['20260116', '2026-01-16', '16:15'], // a week ahead: as on the days that are published
    ['20261127', '2026-11-27', '13:15'], // the half day after Thanksgiving
  ])('expiry %s ends %s %s', (expiry, date, time) => {
    const details = { ...detailsOf(1), lastTradeDate: expiry, liquidHours: hours }
    expect(option(details).lastTradingAt).toBe(ny(date, time))
  })

  test('a Saturday means the Friday', () => {
    const details = { ...detailsOf(1), lastTradeDate: '20140621', liquidHours: hours }
    expect(option(details).lastTradingAt).toBe(ny('2014-06-20', '16:15'))
  })

  test('what trades longer on other days than on its last one says so (SPXW)', () => {
    const week = '20260108:0930-20260108:1615;20260109:0930-20260109:1600;20260110:CLOSED'
    const details = { ...detailsOf(1), lastTradeDate: '20260109', liquidHours: week }
    expect(option(details)).toMatchObject({
      lastTradingAt: ny('2026-01-09', '16:00'),
      lateMs: 900_000,
    })
    const same = { ...details, liquidHours: hours }
    expect(option(same)).not.toHaveProperty('lateMs')
  })

  test('days that our calendar does not know of come with the contract (P52)', () => {
    const week =
      '20260108:0930-20260108:1300;20260109:CLOSED;20260110:CLOSED;20260112:0930-20260112:1615'
    const details = { ...detailsOf(1), lastTradeDate: '20260116', liquidHours: week }
    expect(option(details).oddDays).toEqual([
      {
        date: '2026-01-08',
        hours: { open: ny('2026-01-08', '09:30'), close: ny('2026-01-08', '13:00') },
      },
      { date: '2026-01-09', hours: null },
    ])
    expect(option({ ...details, liquidHours: hours })).not.toHaveProperty('oddDays')
  })

  test('hours in a zone that is not known are refused', () => {
    const details = { ...detailsOf(1), timeZoneId: 'Mars/Olympus' }
    expect(contractFrom(details, GRID).ok).toBe(false)
  })
})

test('what expires on the day after its last trading day settles by the opening', () => {
  expect(option(detailsOf(1)).settlement).toBe('PM')
  const am = { ...detailsOf(1), realExpirationDate: '20260110' }
  expect(option(am).settlement).toBe('AM')
})

test.each([
  ['20260116', '2026-01-16'],
  ['20260116 16:15 US/Eastern', '2026-01-16'],
  ['2026-01-16', '2026-01-16'],
  ['20260116-16:15:00-US/Eastern', '2026-01-16'],
  ['202601', null],
  ['', null],
])('expiry "%s" reads as %s (H28)', (text, date) => {
  expect(expiryOf(text)).toBe(date)
})

test('an index is asked for on its exchange, and a combo as a bag', () => {
  const vix = { kind: 'index', symbol: 'VIX', exchange: 'CBOE', currency: 'USD', conId: 13 }
  expect(keyToWire(vix as unknown as IndexContract)).toMatchObject({
    secType: 'IND',
    exchange: 'CBOE',
  })
  const legs = [{ contract: OPTION, ratio: 1, side: 'BUY' }] as const
  const { symbol, exchange, currency, multiplier, priceIncrements } = OPTION
  const combo = { kind: 'combo', symbol, exchange, currency, multiplier, priceIncrements, legs }
  expect(contractToWire(combo as Parameters<typeof contractToWire>[0])).toMatchObject({
    secType: 'BAG',
    symbol: 'SPY',
    exchange: 'SMART',
    conId: 0,
  })
})
