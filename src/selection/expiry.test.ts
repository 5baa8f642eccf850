import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import { addDays, dateOf, dayNumber, daysBetween, isWeekend, weekday } from '../domain/date.ts'
import { expiriesFor } from './expiry.ts'
import type { SelectionRules } from './rules.ts'

type Rules = Parameters<typeof expiriesFor>[1]

const WEEKLY: Rules = { expiry: { kind: 'weekly' }, sameDayExpiry: false }
const SAME_DAY: Rules = { ...WEEKLY, sameDayExpiry: true }
const ROLLING: Rules = {
  expiry: { kind: 'weekly', rollFrom: { weekday: 4, time: '15:00' } },
  sameDayExpiry: false,
}
const dte = (min: number, max: number): Rules => ({ ...WEEKLY, expiry: { kind: 'dte', min, max } })

/** Mondays to Fridays, as SPY is listed; 2026-04-03 is Good Friday and 2026-06-19 Juneteenth. */
const DAILY = Array.from({ length: 400 }, (_, index) => addDays(day('2025-12-29'), index)).filter(
  (date) => !isWeekend(date) && date !== '2026-04-03' && date !== '2026-06-19',
)
const FRIDAYS = DAILY.filter((date) => weekday(date) === 5)

test.each([
  ['Wednesday', WEEKLY, '2025-12-31', '10:00', '2026-01-02'], // D19: never Saturday the 3rd
  ['Monday', WEEKLY, '2026-01-19', '10:00', '2026-01-23'],
  ['Thursday', WEEKLY, '2026-01-22', '20:00', '2026-01-23'], // D20: still Thursday, not UTC
  ['Friday', WEEKLY, '2026-01-23', '10:00', '2026-01-30'], // D20
  ['Friday, same day', SAME_DAY, '2026-01-23', '10:00', '2026-01-23'], // D20
  ['Saturday', WEEKLY, '2026-01-24', '10:00', '2026-01-30'],
  ['Saturday, same day', SAME_DAY, '2026-01-24', '10:00', '2026-01-30'],
  ['before Good Friday', WEEKLY, '2026-04-01', '10:00', '2026-04-02'],
  ['Thursday before Good Friday', WEEKLY, '2026-04-02', '10:00', '2026-04-10'],
  ['the same, same day', SAME_DAY, '2026-04-02', '10:00', '2026-04-02'],
  ['Good Friday itself', SAME_DAY, '2026-04-03', '10:00', '2026-04-10'],
  ['before it rolls', ROLLING, '2026-01-22', '14:59', '2026-01-23'],
  ['when it rolls', ROLLING, '2026-01-22', '15:00', '2026-01-30'],
] as const)('weekly on %s (D19, D20, R13)', (...[, rules, today, time, expiry]) => {
  expect(expiriesFor(DAILY, rules, at(today, time))).toEqual({ ok: true, value: [expiry] })
})

test('when Friday is not listed, no other date stands in for it (X4)', () => {
  const found = expiriesFor(FRIDAYS.slice(3), WEEKLY, at('2026-01-05', '10:00'))
  expect(found).toEqual({ ok: false, error: 'no expiry listed in the week to 2026-01-09' })
})

test('the last listed day of the week counts, and today only when it may', () => {
  const untilWednesday = DAILY.filter((date) => weekday(date) <= 3)
  const on = (rules: Rules, today: string): unknown =>
    expiriesFor(untilWednesday, rules, at(today, '10:00'))
  expect(on(WEEKLY, '2026-01-05')).toEqual({ ok: true, value: ['2026-01-07'] })
  expect(on(SAME_DAY, '2026-01-07')).toEqual({ ok: true, value: ['2026-01-07'] })
  expect(on(WEEKLY, '2026-01-07')).toMatchObject({ ok: false })
})

test('a Saturday is never an expiry, even if it is listed', () => {
  const listed = [day('2014-06-21'), day('2014-06-20')]
  const found = expiriesFor(listed, WEEKLY, at('2014-06-16', '10:00'))
  expect(found).toEqual({ ok: true, value: ['2014-06-20'] })
  const alone = expiriesFor([day('2014-06-21')], dte(0, 30), at('2014-06-16', '10:00'))
  expect(alone.ok).toBe(false)
})

test('dte:30-45 gives expiries of that range, the middle first (D21)', () => {
  const found = expiriesFor(FRIDAYS, dte(30, 45), at('2026-01-05', '10:00'))
  expect(found).toEqual({ ok: true, value: ['2026-02-13', '2026-02-06'] })
  const daily = expiriesFor(DAILY, dte(30, 45), at('2026-01-05', '10:00'))
  expect(daily.ok && daily.value).toEqual(['2026-02-11', '2026-02-12', '2026-02-10'])
})

test('today is in a range from 0 only if it may be', () => {
  const on = (rules: Rules): unknown => expiriesFor(DAILY, rules, at('2026-01-05', '10:00'))
  expect(on({ ...dte(0, 0), sameDayExpiry: true })).toEqual({ ok: true, value: ['2026-01-05'] })
  expect(on(dte(0, 0))).toEqual({
    ok: false,
    error: 'no expiry listed 0 to 0 days after 2026-01-05',
  })
})

test('what is chosen is listed, no weekend, not over, and in the range or the week', () => {
  const first = dayNumber(day('2001-01-01'))
  const dates = fc.integer({ min: first, max: first + 9_900 }).map(dateOf)
  const expiry = fc.oneof(
    fc.constant<SelectionRules['expiry']>({ kind: 'weekly' }),
    fc.tuple(fc.nat(20), fc.nat(30)).map(([min, more]) => ({
      kind: 'dte' as const,
      min,
      max: min + more,
    })),
  )
  const rules = fc.record({ expiry, sameDayExpiry: fc.boolean() })
  const offsets = fc.array(fc.integer({ min: -10, max: 60 }), { maxLength: 30 })
  fc.assert(
    fc.property(dates, offsets, rules, (today, days, of) => {
      const listed = days.map((offset) => addDays(today, offset))
      const found = expiriesFor(listed, of, at(today, '10:00'))
      if (!found.ok) return
      expect(found.value.length).toBeGreaterThan(0)
      for (const date of found.value) {
        const left = daysBetween(today, date)
        expect(listed).toContain(date)
        expect(isWeekend(date)).toBe(false)
        expect(left).toBeGreaterThanOrEqual(of.sameDayExpiry ? 0 : 1)
        if (of.expiry.kind === 'dte')
          expect(left >= of.expiry.min && left <= of.expiry.max).toBe(true)
        else expect(left).toBeLessThanOrEqual(12)
      }
    }),
    { numRuns: 500 },
  )
})

function day(text: string): CalendarDate {
  return text as CalendarDate
}

function at(today: string, time: string): Parameters<typeof expiriesFor>[2] {
  return { today: day(today), now: atNewYork(day(today), time) }
}
