import { expect, test } from 'vitest'
import { atNewYork, newYorkDate, newYorkTimeText } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import type { TimeStop } from './time-stop.ts'
import { timeStopAt } from './time-stop.ts'

const due = (stop: TimeStop, date: string, time: string): string => {
  const at = timeStopAt(stop, atNewYork(date as CalendarDate, time))
  return `${newYorkDate(at)} ${newYorkTimeText(at).slice(0, 5)}`
}
const minutes = (count: number) => ({ kind: 'after', ms: count * 60_000 }) as const
const until = (time: string) => ({ kind: 'at', time }) as const

test.each([
  ['within the session', minutes(90), '2026-03-10', '10:30', '2026-03-10 12:00'],
  ['over the close: at the next open', minutes(90), '2026-03-10', '15:00', '2026-03-11 09:30'],
  ['over a weekend', minutes(90), '2026-03-13', '15:30', '2026-03-16 09:30'],
  ['over the switch to summer time', minutes(4_320), '2026-03-06', '12:00', '2026-03-09 13:00'],
  ['early close at 13:00', minutes(90), '2026-11-27', '12:00', '2026-11-30 09:30'],
  ['a time of today', until('15:30'), '2026-03-10', '10:30', '2026-03-10 15:30'],
  ['a time that is over: tomorrow', until('11:00'), '2026-03-10', '11:00', '2026-03-11 11:00'],
  ['on Friday', until('11:00'), '2026-03-13', '12:00', '2026-03-16 11:00'],
  ['cut off by an early close', until('15:30'), '2026-11-27', '10:30', '2026-11-27 12:45'],
  ['and that is over, too', until('15:30'), '2026-11-27', '12:50', '2026-11-30 15:30'],
  ['before the open: at the earliest', until('09:30'), '2026-03-10', '10:00', '2026-03-11 09:30'],
] as const)('%s', (...[, stop, date, time, expected]) => {
  expect(due(stop, date, time)).toBe(expected)
})
