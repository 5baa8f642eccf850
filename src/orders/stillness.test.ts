import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { atNewYork } from '../domain/calendar.ts'
import { comboOf } from '../domain/combo.ts'
import type { CalendarDate, ConId, OptionContract, StockContract } from '../domain/contract.ts'
import { price } from '../domain/money.ts'
import { call, now, quote } from './fixtures.testing.ts'
import { whyStill } from './stillness.ts'

const on = (date: string, time: string): EpochMs => atNewYork(date as CalendarDate, time)
const late: OptionContract = { ...call, lastTradingAt: on('2026-03-13', '16:15') }
const weekly: OptionContract = { ...call, lateMs: 900_000 } // ends at 16:00, on other days 16:15
const stock: StockContract = { ...call, kind: 'stock', conId: 8 as ConId, multiplier: 1 }

describe('a contract trades by its own hours (P33, P34)', () => {
  test.each([
    ['an option', call, '2026-03-10', '09:29', 'closed'],
    ['an option', call, '2026-03-10', '09:30', null],
    ['an option', call, '2026-03-10', '15:59', null],
    ['an option', call, '2026-03-10', '16:00', 'closed'],
    ['a stock', stock, '2026-03-10', '16:00', 'closed'],
    ['one that ends at 16:15', late, '2026-03-10', '16:14', null],
    ['one that ends at 16:15', late, '2026-03-10', '16:15', 'closed'],
    ['one that ends at 16:15', late, '2026-03-13', '16:14', null],
    ['one that ends at 16:15, on a half day', late, '2026-11-27', '13:14', 'closed'], // it is over
    ['one that is late but for its last day', weekly, '2026-03-10', '16:14', null],
    ['one that is late but for its last day', weekly, '2026-03-13', '16:00', 'closed'],
    ['what has expired', call, '2026-03-16', '10:00', 'closed'],
    ['a Saturday', late, '2026-03-07', '12:00', 'closed'],
  ] as const)('%s', (...[, contract, date, time, still]) => {
    expect(whyStill(contract, null, on(date, time))).toBe(still)
  })

  test('half days: the quarter of an hour follows their own close', () => {
    const december = { ...late, lastTradingAt: on('2026-12-18', '16:15') }
    expect(whyStill(december, null, on('2026-11-27', '13:14'))).toBeNull()
    expect(whyStill(december, null, on('2026-11-27', '13:15'))).toBe('closed')
  })

  test('of a combo every leg must', () => {
    const other = { ...late, conId: 9 as ConId, strike: price(605) }
    const combo = comboOf([
      { contract: { ...call }, ratio: 1, side: 'BUY' },
      { contract: other, ratio: 1, side: 'SELL' },
    ])
    if (!combo.ok) throw new Error(combo.error)
    expect(whyStill(combo.value, null, on('2026-03-10', '15:59'))).toBeNull()
    expect(whyStill(combo.value, null, on('2026-03-10', '16:05'))).toBe('closed')
  })

  test('halted is halted', () => {
    expect(whyStill(call, quote({ halted: true }), now)).toBe('halted')
  })
})

test('a day that the contract itself does not trade on is closed, whatever the calendar says', () => {
  const date = '2026-03-10' as CalendarDate
  const [open, close] = [atNewYork(date, '09:30'), atNewYork(date, '12:00')]
  const at = (hours: { open: EpochMs; close: EpochMs } | null, time: string) =>
    whyStill({ ...call, oddDays: [{ date, hours }] }, null, atNewYork(date, time))
  expect(at(null, '10:30')).toBe('closed')
  expect(at({ open, close }, '10:30')).toBeNull()
  expect(at({ open, close }, '12:30')).toBe('closed')
})
