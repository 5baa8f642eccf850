import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CalendarDate } from '../../domain/contract.ts'
import { addDays, weekday } from '../../domain/date.ts'
import { SessionList } from './market-sessions.ts'
import { OptionIds } from './surface-ids.ts'
import { expiriesFrom, strikesFor } from './surface-listing.ts'

const sessions = new SessionList('2025-01-01' as CalendarDate)
const on = (date: string, style: 'daily' | 'weekly'): readonly string[] =>
  expiriesFrom(date as CalendarDate, style, sessions)

describe('expiries as US exchanges list them', () => {
  test('a broad ETF has every session of two weeks, then Fridays, then third Fridays', () => {
    expect(
      on('2026-03-10', 'daily')
        .map((date) => date.slice(5))
        .join(' '),
    ).toBe(
      '03-10 03-11 03-12 03-13 03-16 03-17 03-18 03-19 03-20 03-23 ' +
        '03-27 04-02 04-10 04-17 04-24 05-01 05-15 06-18 07-17 08-21 09-18',
    )
  })

  test('a single stock has Fridays and third Fridays', () => {
    const [first, ...rest] = on('2026-03-10', 'weekly')
    expect([first, rest.slice(0, 3)]).toEqual([
      '2026-03-13',
      ['2026-03-20', '2026-03-27', '2026-04-02'],
    ])
  })

  test('on Good Friday the week ends on Thursday', () => {
    expect(on('2026-03-30', 'weekly')[0]).toBe('2026-04-02')
  })

  test('from a Saturday the first expiry is in the next week', () => {
    expect(on('2026-03-14', 'daily')[0]).toBe('2026-03-16')
    expect(on('2026-03-14', 'weekly')[0]).toBe('2026-03-20')
  })

  test('each is a session from today on, ascending', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 700 }), (days) => {
        const today = addDays('2025-06-01' as CalendarDate, days)
        const dates = on(today, 'daily')
        expect(dates.every((date) => date >= today && weekday(date as CalendarDate) <= 5)).toBe(
          true,
        )
        expect([...new Set(dates)].sort()).toEqual(dates)
      }),
    )
  })
})

describe('strikes', () => {
  test('are close around the money and wide elsewhere', () => {
    const strikes = strikesFor(600, 1, 5)
    expect(strikes.length).toBeGreaterThan(200)
    expect(strikes).toContain(601)
    expect(strikes).not.toContain(451)
    expect(strikes).toContain(450)
  })

  test('are wide everywhere for far expiries', () => {
    expect(strikesFor(600, 1, 100).every((strike) => strike % 5 === 0)).toBe(true)
  })
})

test.each([
  ['2000-01-01', 51],
  ['2025-01-01', 376],
] as const)(
  'ids of a market since %s can be read back, and fit a positive 32-bit integer',
  (first, slots) => {
    const ids = new OptionIds(first as CalendarDate)
    expect(ids.slots).toBe(slots)
    const code = fc.record({
      slot: fc.integer({ min: 0, max: slots - 1 }),
      expiry: fc.integer({ min: 0, max: 1_450 }).map((days) => {
        const day = addDays('2028-12-31' as CalendarDate, -days)
        return weekday(day) > 5 ? addDays(day, -2) : day
      }),
      right: fc.constantFrom('C' as const, 'P' as const),
      strike: fc.integer({ min: 1, max: 2047 }),
    })
    fc.assert(
      fc.property(code, (of) => {
        const id = ids.of(of)
        expect(id).toBeGreaterThanOrEqual(2 ** 29)
        expect(id).toBeLessThan(2 ** 31)
        expect(ids.read(id)).toEqual(of)
      }),
    )
  },
)
