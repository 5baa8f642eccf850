import { expect, test } from 'vitest'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import { SPY } from './facts.testing.ts'
import { barsOf } from './facts.ts'
import { lengthOf, minutesOf, openFrom, planOf } from './plan.ts'
import type { Plan } from './plan.ts'

const MONDAY = '2026-03-09' as CalendarDate
const TUESDAY = '2026-03-10' as CalendarDate
const HOUR = 3_600_000
const on = (date: CalendarDate, time: string) => atNewYork(date, time)

function plan(hours: number, at: string | null, withStart = false): Plan {
  const found = planOf({ date: MONDAY, marketMs: hours * HOUR, at, breaks: true, withStart })
  if (found === null) throw new Error('expected a plan')
  return found
}

test('what breaks in the session gets hours of sessions, begun a quarter before the open', () => {
  const found = plan(8, null)
  expect(found.start).toBe(on(MONDAY, '09:15'))
  expect(found.stretches).toEqual([
    { from: on(MONDAY, '09:30'), to: on(MONDAY, '16:00') },
    { from: on(TUESDAY, '09:30'), to: on(TUESDAY, '11:00') },
  ])
  expect(found.faultsAt).toEqual([on(MONDAY, '09:38')])
})

test('what breaks at night has a night: half before it and half after it', () => {
  const found = plan(4, '23:40')
  expect(found.start).toBe(on(MONDAY, '13:45'))
  expect(lengthOf(found.stretches)).toBe(4 * HOUR)
  expect(found.stretches[1]).toEqual({ from: on(TUESDAY, '09:30'), to: on(TUESDAY, '11:30') })
  expect(found.faultsAt).toEqual([on(MONDAY, '23:40')])
})

test('of a whole day the night comes after it, and the morning proves it', () => {
  const found = plan(6.5, '23:40')
  expect(found.stretches).toEqual([
    { from: on(MONDAY, '09:30'), to: on(MONDAY, '16:00') },
    { from: on(TUESDAY, '09:30'), to: on(TUESDAY, '09:40') },
  ])
})

test('what waits for the first requests begins with them, in an open market', () => {
  const found = plan(1, null, true)
  expect(found.faultsAt).toEqual([found.start])
  expect(found.stretches).toEqual([{ from: on(MONDAY, '09:46'), to: on(MONDAY, '10:46') }])
})

test('by the clock: only the open market counts, and nothing of a closed one', () => {
  expect(openFrom(on(MONDAY, '15:30'), 2 * HOUR)).toEqual([
    { from: on(MONDAY, '15:30'), to: on(MONDAY, '16:00') },
  ])
  expect(openFrom(on(MONDAY, '20:00'), 4 * HOUR)).toEqual([])
  expect(lengthOf(openFrom(on(MONDAY, '09:00'), 30 * HOUR))).toBe(12 * HOUR)
})

test('bars: only whole minutes count; each is decided once, or it is missing (X17)', () => {
  const from = on(MONDAY, '10:00')
  const starts = minutesOf([{ from: (from + 1) as never, to: (from + 240_000) as never }])
  expect(starts).toEqual([from + 60_000, from + 120_000, from + 180_000])
  const decided = [from, starts[0], starts[2], starts[2]].map((start) => {
    return { symbol: SPY, barStart: start as never }
  })
  expect(barsOf(new Map([[SPY, starts]]), decided).get(SPY)).toEqual({
    closed: 3,
    decided: 3,
    missing: [starts[1]],
  })
})
