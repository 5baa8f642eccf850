import * as fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { addDays, compactDate, dateOf, dayNumber, daysBetween, parseDate, weekday } from './date.ts'

const days = fc.integer({ min: -100_000, max: 100_000 }) // 1696 to 2243

test('a date and its day number are two names of one day', () => {
  fc.assert(fc.property(days, (day) => dayNumber(dateOf(day)) === day))
  expect([dateOf(0), dateOf(19_782), dateOf(-1)]).toEqual([
    '1970-01-01',
    '2024-02-29',
    '1969-12-31',
  ])
})

test('dates and weekdays are those of Temporal', () => {
  fc.assert(
    fc.property(days, (day) => {
      const theirs = Temporal.PlainDate.from('1970-01-01').add({ days: day })
      expect(dateOf(day)).toBe(theirs.toString())
      expect(weekday(dateOf(day))).toBe(theirs.dayOfWeek)
    }),
  )
})

test('adding days and counting them are inverse', () => {
  fc.assert(
    fc.property(days, fc.integer({ min: -800, max: 800 }), (day, more) => {
      const date = dateOf(day)
      expect(daysBetween(date, addDays(date, more))).toBe(more)
    }),
  )
})

test.each([
  ['2026-01-09', '2026-01-09'],
  ['20260109', '2026-01-09'],
  ['2024-02-29', '2024-02-29'],
  ['2023-02-29', null],
  ['00000000', null],
  ['0000-01-00', null],
  ['99991399', null],
  ['9999-12-99', null],
  ['2026-13-01', null],
  ['2026-00-10', null],
  ['2026-0109', null],
  ['2026-1-9', null],
  ['20260109 ', null],
  ['', null],
])('%j read as a date is %j', (text, date) => {
  expect(parseDate(text)).toBe(date)
})

test('a compact date is read back', () => {
  fc.assert(fc.property(days, (day) => parseDate(compactDate(dateOf(day))) === dateOf(day)))
})
