import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import type { BarSize } from '../../domain/bar.ts'
import { atNewYork, newYorkDate, sessionOf } from '../../domain/calendar.ts'
import type { CalendarDate } from '../../domain/contract.ts'
import { addDays } from '../../domain/date.ts'
import { parseIbTime } from '../../domain/ib-time.ts'
import { historySteps } from './history.ts'

const ny = (date: string, time: string): EpochMs => atNewYork(date as CalendarDate, time)

test.each([
  // size, from, to, what is asked
  ['1m', ['2026-01-09', '09:30'], ['2026-01-09', '10:00'], ['20260109-15:00:00 1800 S']],
  ['1m', ['2026-01-09', '09:59'], ['2026-01-09', '10:00'], ['20260109-15:00:00 60 S']],
  ['5m', ['2026-01-09', '09:59'], ['2026-01-09', '10:00'], ['20260109-15:00:00 300 S']],
  ['1h', ['2026-01-09', '09:30'], ['2026-01-09', '10:00'], ['20260109-15:00:00 3600 S']],
  ['1m', ['2026-01-09', '09:30'], ['2026-01-09', '16:00'], ['20260109-21:00:00 23400 S']],
  // After the close the session ends at its close.
  ['1m', ['2026-01-09', '15:00'], ['2026-01-09', '20:00'], ['20260109-21:00:00 3600 S']],
  // Over a weekend days count trading days.
  ['1m', ['2026-01-09', '15:00'], ['2026-01-12', '10:00'], ['20260112-15:00:00 2 D']],
  // 2,000 bars at most: six sessions of minutes are two requests.
  [
    '1m',
    ['2026-01-05', '09:30'],
    ['2026-01-12', '10:00'],
    ['20260105-21:00:00 1 D', '20260112-15:00:00 5 D'],
  ],
  // Nothing trades on a Sunday.
  ['1m', ['2026-01-11', '09:30'], ['2026-01-11', '16:00'], []],
] as const)('%s bars from %j to %j are asked for as %j', (...[size, from, to, expected]) => {
  const span = { from: ny(from[0], from[1]), to: ny(to[0], to[1]) }
  const steps = historySteps(size, span)
  expect(steps.map(({ endDateTime, duration }) => `${endDateTime} ${duration}`)).toEqual(expected)
})

test('the requests cover every session minute of the span, and none is over 2,000 bars', () => {
  const perSession: Record<BarSize, number> = { '1m': 390, '5m': 78, '1h': 7 }
  const start = ny('2026-01-05', '00:00')
  const minutes = fc.integer({ min: 0, max: 60 * 24 * 60 })
  const sizes = fc.constantFrom<BarSize>('1m', '5m', '1h')
  fc.assert(
    fc.property(sizes, minutes, minutes, (size, one, other) => {
      const from = (start + Math.min(one, other) * 60_000) as EpochMs
      const to = (start + Math.max(one, other) * 60_000) as EpochMs
      let covered = 0
      for (const { endDateTime, duration } of historySteps(size, { from, to })) {
        const [count = '0', unit] = duration.split(' ')
        if (unit === 'D') expect(Number(count) * perSession[size]).toBeLessThanOrEqual(2_000)
        covered += unit === 'D' ? Number(count) : 1
        expect(parseIbTime(endDateTime)).toBeLessThanOrEqual(to)
      }
      let sessions = 0
      for (let date = newYorkDate(from); date <= newYorkDate(to); date = addDays(date, 1)) {
        const session = sessionOf(date)
        if (session !== null && session.open < to && session.close > from) sessions++
      }
      expect(covered).toBe(sessions)
    }),
  )
})
