import { expect, test } from 'vitest'
import { atNewYork, NEW_YORK } from './calendar.ts'
import type { CalendarDate } from './contract.ts'
import {
  autoRestartWindow,
  DEFAULT_RESTART_WINDOWS,
  parseRestartWindow,
  restartWindowAt,
  type RestartWindow,
} from './restart-windows.ts'

const announced = DEFAULT_RESTART_WINDOWS.map((text) => parseRestartWindow(text))
const windows = [
  ...announced.filter((window): window is RestartWindow => window !== null),
  autoRestartWindow({ time: '23:55', zone: NEW_YORK }),
]
const at = (date: string, time: string) => {
  const found = restartWindowAt(windows, atNewYork(date as CalendarDate, time))
  return found?.window.text ?? null
}

test('the announced windows of the week, by the wall clock of their zone', () => {
  expect(windows).toHaveLength(3)
  // 9 March 2026 is a Monday, the day after the clocks went forward.
  expect(at('2026-03-09', '00:14')).toBeNull()
  expect(at('2026-03-09', '00:15')).toBe('Sun-Fri 00:15-01:45 America/New_York')
  expect(at('2026-03-09', '01:45')).toBeNull()
  expect(at('2026-03-13', '23:10')).toBe('Fri 23:00-03:00 America/New_York')
  expect(at('2026-03-14', '02:59')).toBe('Fri 23:00-03:00 America/New_York')
  expect(at('2026-03-14', '03:00')).toBeNull()
  expect(at('2026-03-15', '02:30')).toBeNull() // Saturday night is not Friday night
  expect(at('2026-03-10', '23:56')).toBe('auto-restart 23:55 America/New_York')
  expect(at('2026-03-11', '00:04')).toBe('auto-restart 23:55 America/New_York')
  expect(at('2026-03-11', '00:05')).toBeNull()
  expect(at('2026-03-10', '10:00')).toBeNull()
})

test('it says when it ends', () => {
  const found = restartWindowAt(windows, atNewYork('2026-03-13' as CalendarDate, '23:59'))
  expect(found?.until).toBe(atNewYork('2026-03-14' as CalendarDate, '03:00'))
})

test.each([
  'Sun-Fri 00:15-01:45',
  'Sun-Fri 0:15-01:45 UTC',
  'Foo 00:15-01:45 UTC',
  'Fri 24:00-01:00 UTC',
  'Fri 23:00-03:00 Moon/Sea',
])('%s is no window', (text) => {
  expect(parseRestartWindow(text)).toBeNull()
})
