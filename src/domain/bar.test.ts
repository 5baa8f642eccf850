import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { Bar, BarSize } from './bar.ts'
import { aggregate, barEnd, barMs, barStart } from './bar.ts'
import { atNewYork, newYorkTimeText, sessionOf } from './calendar.ts'
import type { CalendarDate } from './contract.ts'
import { price } from './money.ts'

const DATE = '2026-03-10' as CalendarDate
const MINUTE = 60_000
const at = (time: string): EpochMs => atNewYork(DATE, time)

test('09:30-10:00 is a 1-hour bar of its own', () => {
  const hours = aggregate(session(DATE), '1h')
  const starts = hours.map((bar) => newYorkTimeText(bar.start).slice(0, 5))
  expect(starts.join(' ')).toBe('09:30 10:00 11:00 12:00 13:00 14:00 15:00')
  expect(hours.map((bar) => bar.volume)).toEqual([30, 60, 60, 60, 60, 60, 60])
})

test('of all hours 09:00-10:00 is one bar', () => {
  const hours = aggregate(session(DATE), '1h', 'all')
  expect(hours.map((bar) => bar.volume)).toEqual([30, 60, 60, 60, 60, 60, 60])
  expect(hours[0]?.start).toBe(at('09:00'))
  expect(barEnd(at('09:10'), '1h', 'all')).toBe(at('10:00'))
})

test('a half day ends with a full hour', () => {
  const hours = aggregate(session('2026-11-27' as CalendarDate), '1h')
  const starts = hours.map((bar) => newYorkTimeText(bar.start).slice(0, 5))
  expect(starts.join(' ')).toBe('09:30 10:00 11:00 12:00')
})

test('5-minute bars are on the clock', () => {
  const bars = aggregate(session(DATE), '5m')
  expect(bars.length).toBe(78)
  expect(bars.every((bar) => bar.volume === 5 && bar.start % 300_000 === 0)).toBe(true)
})

test('what is not on the grid of a regular session keeps to the clock', () => {
  expect(barStart(at('09:10'), '1h')).toBe(at('09:00'))
  expect(barEnd(at('09:10'), '1h')).toBe(at('09:30'))
  expect(barStart(at('09:45'), '1h')).toBe(at('09:30'))
  expect(barEnd(at('09:30'), '1h')).toBe(at('10:00'))
  expect(barStart(at('16:14'), '1h')).toBe(at('16:00'))
})

test('a minute without a trade leaves no hole in the larger bar', () => {
  const minutes = session(DATE).filter((bar) => bar.start !== at('09:30'))
  const [first] = aggregate(minutes, '1h')
  expect(first).toMatchObject({ start: at('09:30'), volume: 29 })
})

const prices = fc.integer({ min: 1, max: 900 }).map((cents) => price(cents / 100))
const bars = fc
  .uniqueArray(fc.integer({ min: 0, max: 3_000 }), { maxLength: 60 })
  .chain((minutes) =>
    fc.tuple(
      ...[...minutes]
        .sort((a, b) => a - b)
        .map((minute) =>
          fc.record({
            start: fc.constant((at('09:30') + minute * MINUTE) as EpochMs),
            open: prices,
            high: prices,
            low: prices,
            close: prices,
            volume: fc.nat(10_000),
          }),
        ),
    ),
  )
const sizes = fc.constantFrom<BarSize>('1m', '5m', '1h')

test('aggregation keeps volume, extremes, the first open and the last close', () => {
  fc.assert(
    fc.property(bars, sizes, (minutes, size) => {
      const larger = aggregate(minutes, size)
      const sum = (all: readonly Bar[]): number => all.reduce((total, bar) => total + bar.volume, 0)
      expect(sum(larger)).toBe(sum(minutes))
      expect(Math.max(...larger.map((bar) => bar.high))).toBe(
        Math.max(...minutes.map((bar) => bar.high)),
      )
      expect(Math.min(...larger.map((bar) => bar.low))).toBe(
        Math.min(...minutes.map((bar) => bar.low)),
      )
      expect(larger[0]?.open).toBe(minutes[0]?.open)
      expect(larger.at(-1)?.close).toBe(minutes.at(-1)?.close)
    }),
  )
})

test('aggregating in two steps, or twice, gives the same bars', () => {
  fc.assert(
    fc.property(bars, (minutes) => {
      const hours = aggregate(minutes, '1h')
      expect(aggregate(aggregate(minutes, '5m'), '1h')).toEqual(hours)
      expect(aggregate(hours, '1h')).toEqual(hours)
      expect(aggregate(minutes, '1m')).toEqual(minutes)
    }),
  )
})

test('every moment is inside its bar, and bars follow each other without a hole', () => {
  const moments = fc.integer({ min: at('00:00'), max: at('00:00') + 10 * 86_400_000 })
  fc.assert(
    fc.property(moments, sizes, (moment, size) => {
      const start = barStart(moment as EpochMs, size)
      const end = barEnd(moment as EpochMs, size)
      expect(start <= moment && moment < end && end - start <= barMs(size)).toBe(true)
      expect(barStart(start, size)).toBe(start)
      expect(barStart(end, size)).toBe(end)
      expect(barEnd(start, size)).toBe(end)
    }),
  )
})

function session(date: CalendarDate): readonly Bar[] {
  const hours = sessionOf(date)
  if (hours === null) throw new Error('expected a session')
  const one = price(1)
  return Array.from({ length: (hours.close - hours.open) / MINUTE }, (_, minute) => {
    const start = (hours.open + minute * MINUTE) as EpochMs
    return { start, open: one, high: one, low: one, close: one, volume: 1 }
  })
}
