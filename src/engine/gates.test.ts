import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { CalendarDate } from '../domain/contract.ts'
import { afterFirstMinute, byMinute, Gates, regularHours } from './gates.ts'
import { at } from './scripted-bars.testing.ts'

const gate = (since: number) =>
  ({ gate: 'farm', symbol: null, since: since as EpochMs, reason: '2103' }) as const

test('gates are told the first time, and then when they change', () => {
  const gates = new Gates()
  expect(gates.changed()).toEqual([])
  expect(gates.changed()).toBeNull()
  gates.set('link', [gate(1)])
  expect(gates.changed()).toEqual([gate(1)])
  gates.set('link', [gate(2)])
  expect(gates.changed()).toBeNull()
  gates.set('link', [])
  expect(gates.changed()).toEqual([])
})

test('a gate that stays set keeps its beginning; sources do not disturb each other', () => {
  const gates = new Gates()
  gates.set('link', [gate(1)])
  gates.set('link', [gate(2)])
  gates.set('journal', [{ ...gate(3), gate: 'journal' }])
  expect(gates.changed()?.map((set) => [set.gate, set.since])).toEqual([
    ['farm', 1],
    ['journal', 3],
  ])
})

test.each([
  ['09:29:59', 'outside regular hours'],
  ['09:30', null],
  ['15:59:59', null],
  ['16:00', 'outside regular hours'],
])('the window at %s', (time, expected) => {
  expect(regularHours(at(time))).toBe(expected)
})

test('a year without calendar data has no window', () => {
  expect(regularHours(at('10:00', '2099-03-10' as CalendarDate))).toContain('calendar')
})

test('with bars of all hours an entry waits for the first closed minute of regular ones', () => {
  const open = at('09:30')
  expect(afterFirstMinute((open - 1) as EpochMs)).toBe('outside regular hours')
  expect(afterFirstMinute(open)).toBe('the first minute of regular hours')
  expect(afterFirstMinute((open + 59_999) as EpochMs)).toBe('the first minute of regular hours')
  expect(afterFirstMinute((open + 60_000) as EpochMs)).toBeNull()
  expect(afterFirstMinute(at('16:00'))).toBe('outside regular hours')
})

test('a window that is asked once a minute says every second what it says when asked', () => {
  let asked = 0
  const window = byMinute((now) => {
    asked++
    return regularHours(now)
  })
  const around = (time: string): readonly EpochMs[] =>
    Array.from({ length: 180 }, (_, second) => (at(time) + (second - 90) * 1_000) as EpochMs)
  // The last ones go back in time, as a clock that is set back does.
  const seconds = [...around('09:30'), ...around('16:00'), ...around('09:30')]
  for (const now of seconds) expect([now, window(now)]).toEqual([now, regularHours(now)])
  expect(asked).toBeLessThanOrEqual(12)
})
