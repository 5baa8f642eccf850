import { expect, test } from 'vitest'
import { atNewYork, newYorkDate, newYorkTimeText } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import { firstEnd } from './ends.ts'
import { call, rules } from './play.testing.ts'
import { exitTimeInForce } from './views.ts'

const FAR = { ...call, lastTradingAt: atNewYork('2026-12-18' as CalendarDate, '16:00') }
const opened = atNewYork('2026-11-27' as CalendarDate, '11:00') // closes at 13:00

const ended = (changes: Partial<typeof rules>): string => {
  const end = firstEnd(FAR, opened, { ...rules, ...changes })
  return end === null ? '' : `${newYorkDate(end.at)} ${newYorkTimeText(end.at)}: ${end.why}`
}

test('D7: nothing is held overnight: flat before an early close, and its exits are DAY', () => {
  expect(ended({ holdOvernight: false })).toBe(
    '2026-11-27 12:45:00: its session ends, and nothing is held overnight',
  )
  expect(exitTimeInForce(FAR, opened, { ...rules, holdOvernight: false })).toBe('DAY')
})

test('held overnight: an hour before its last trading time (P34), and its exits are GTC', () => {
  expect(ended({})).toBe('2026-12-18 15:00:00: its last trading time is 60 min away')
  expect(exitTimeInForce(FAR, opened, rules)).toBe('GTC')
})

test('the first of them counts', () => {
  const timeStop = { kind: 'after', ms: 1_800_000 } as const
  expect(ended({ holdOvernight: false, timeStop })).toBe(
    '2026-11-27 11:30:00: time stop after 30 min',
  )
})
