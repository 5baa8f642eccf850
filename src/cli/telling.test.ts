import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { VirtualClock, type EpochMs } from '../base/clock.ts'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import type { NoticeCommand } from '../domain/alert.ts'
import type { EventListener } from '../engine/control.ts'
import type { Broker } from '../engine/ports.ts'
import { guarded } from '../notify/guarded.ts'
import type { State } from '../trading/state.ts'
import { holding } from '../trading/play.testing.ts'
import { notedPictures, startTelling } from './telling.ts'

const root = mkdtempSync(join(tmpdir(), 'telling-'))
afterAll(() => rmSync(root, { recursive: true }))
const TUESDAY = '2026-03-10' as CalendarDate

/** A process: `restart` is another one over the same folder. */
function newDay(folder: string, start: EpochMs) {
  const clock = new VirtualClock({ start, settled: () => true, speed: null })
  const told: NoticeCommand[] = []
  const listeners: EventListener[] = []
  const { state } = holding()
  const held: { bare: readonly string[] } = { bare: [] }
  const [structure] = state.structures.values()
  if (structure === undefined) throw new Error('expected a structure')
  /** As the engine has it: what is held without any exit. */
  const stateNow = (): State => {
    const bare = held.bare.map((id) => [id, { ...structure, id }] as const)
    return { ...state, orders: new Map(), structures: new Map(bare) as never }
  }
  const begin = () =>
    startTelling({
      clock,
      notifier: { notify: (notice) => told.push(notice) },
      guard: guarded((notice) => told.push(notice)),
      folder,
      view: {
        state: stateNow,
        subscribe(listener) {
          listeners.push(listener)
          return () => undefined
        },
      },
    })
  const alerts = () => told.map(({ alert }) => alert)
  const until = (time: string, date = TUESDAY) => clock.runUntil(atNewYork(date, time))
  return { clock, begin, alerts, told, listeners, held, until, state }
}

const fresh = () => mkdtempSync(join(root, 'f-'))

test('the summary comes after the close, once a New York date, also over restarts', async () => {
  const folder = fresh()
  const day = newDay(folder, atNewYork(TUESDAY, '15:00'))
  let stop = day.begin()
  const outcome = { symbol: 'SPY', barStart: 0, kind: 'hold', reason: '' } as never
  for (const heard of day.listeners) heard({ type: 'CycleEnded', outcome }, day.state, 1)
  await day.until('15:30')
  stop()
  stop = day.begin()
  await day.until('16:04')
  expect(day.alerts()).toEqual([])
  await day.until('16:06')
  expect(day.alerts()).toEqual(['day-summary'])
  expect(day.told[0]?.message).toContain('decisions hold 1')
  stop()
  stop = day.begin()
  await day.until('17:00')
  expect(day.alerts()).toEqual(['day-summary'])
  stop()
  const wednesday = '2026-03-11' as CalendarDate
  const next = newDay(folder, atNewYork(wednesday, '00:00'))
  stop = next.begin()
  await next.until('00:10', wednesday)
  stop()
  const late = newDay(folder, atNewYork(wednesday, '16:04'))
  stop = late.begin()
  await late.until('16:10', wednesday)
  expect([...next.alerts(), ...late.alerts()]).toEqual(['day-summary'])
  expect(late.told[0]?.message).toContain('day 2026-03-11')
  stop()
})

test('on a half day it comes after the early close, on a holiday not at all', async () => {
  const half = newDay(fresh(), atNewYork('2026-11-27' as CalendarDate, '12:50'))
  const stopHalf = half.begin()
  await half.until('13:06', '2026-11-27' as CalendarDate)
  expect(half.alerts()).toEqual(['day-summary'])
  stopHalf()
  const holiday = newDay(fresh(), atNewYork('2026-11-26' as CalendarDate, '15:00'))
  const stop = holiday.begin()
  await holiday.until('17:00', '2026-11-26' as CalendarDate)
  expect(holiday.alerts()).toEqual([])
  stop()
})

test('a position that stays unprotected for 30 s is paged once, and again the next time', async () => {
  const day = newDay(fresh(), atNewYork(TUESDAY, '11:00'))
  const stop = day.begin()
  day.held.bare = ['A']
  await day.until('11:00')
  await day.clock.runUntil((day.clock.now() + 20_000) as EpochMs)
  expect(day.alerts()).toEqual([])
  await day.until('11:05')
  expect(day.told).toMatchObject([{ alert: 'unprotected', level: 'critical' }])
  day.held.bare = []
  await day.until('11:06')
  day.held.bare = ['A']
  await day.until('11:08')
  expect(day.alerts()).toEqual(['unprotected', 'unprotected'])
  stop()
})

test('one that stays bare mutes no other: each is paged by itself, in time', async () => {
  const day = newDay(fresh(), atNewYork(TUESDAY, '11:00'))
  const stop = day.begin()
  day.held.bare = ['A']
  await day.until('11:10')
  day.held.bare = ['A', 'B', 'C']
  await day.clock.runUntil((day.clock.now() + 29_000) as EpochMs)
  expect(day.told).toHaveLength(1)
  await day.clock.runUntil((day.clock.now() + 4_000) as EpochMs)
  expect(day.told.map(({ key }) => key)).toEqual([
    'unprotected A',
    'unprotected B',
    'unprotected C',
  ])
  expect(day.told[1]?.message).toContain('B')
  await day.until('12:00')
  expect(day.told).toHaveLength(3)
  stop()
})

test('what fails in telling reaches neither the engine nor the timer, and is counted', async () => {
  const day = newDay(fresh(), atNewYork(TUESDAY, '11:00'))
  const stop = day.begin()
  const broken = {
    type: 'CycleEnded',
    get outcome() {
      throw new Error('broken')
    },
  } as never
  for (let i = 0; i < 3; i++) {
    expect(() => day.listeners[0]?.(broken, day.state, 1)).not.toThrow()
  }
  expect(day.told).toMatchObject([{ alert: 'telling-failed', level: 'warning' }])
  day.held.bare = 'no list' as never
  await day.until('11:05')
  day.held.bare = ['A']
  await day.until('11:07')
  expect(day.alerts()).toEqual(['telling-failed', 'unprotected'])
  stop()
})

test('the weekly login is due on a Sunday morning, told once', async () => {
  const folder = fresh()
  const sunday = '2026-03-15' as CalendarDate
  const day = newDay(folder, atNewYork(sunday, '09:50'))
  let stop = day.begin()
  await day.until('09:59', sunday)
  expect(day.alerts()).toEqual([])
  await day.until('10:30', sunday)
  stop()
  stop = day.begin()
  await day.until('12:00', sunday)
  expect(day.alerts()).toEqual(['login-due'])
  stop()
})

test('a picture of orders counts once it was answered', async () => {
  const clock = new VirtualClock({ start: 5 as EpochMs, settled: () => true, speed: null })
  let answer: unknown = { ok: false, error: { detail: 'timeout' } }
  const broker = { snapshot: () => Promise.resolve(answer) } as unknown as Broker
  const noted = notedPictures(broker, clock)
  await noted.broker.snapshot(new AbortController().signal)
  expect(noted.answeredAt()).toBe(null)
  answer = { ok: true, value: {} }
  await noted.broker.snapshot(new AbortController().signal)
  expect(noted.answeredAt()).toBe(5)
})
