import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { atNewYork } from '../domain/calendar.ts'
import type { Bar } from '../domain/bar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import { price } from '../domain/money.ts'
import { drawn, drawnOf } from './drawn.ts'
import { readingOf } from './scalp.ts'

const OPEN = atNewYork('2026-03-10' as CalendarDate, '09:30')
const bars: readonly Bar[] = Array.from({ length: 100 }, (_, i) => {
  const close = price(100 + Math.sin(i / 7))
  const start = (OPEN + i * 60_000) as EpochMs
  return { start, open: close, high: close, low: close, close, volume: 100 + i }
})
const all = { from: 0 as EpochMs, hours: 'regular' } as const

test('a line is what the strategy itself read at each close, over as many bars', () => {
  const lines = drawn('scalp', bars, all)
  expect(lines.map(({ name, pane }) => [name, pane])).toEqual([
    ['EMA 8', 'price'],
    ['EMA 21', 'price'],
    ['VWAP', 'price'],
    ['RSI 14', 'own'],
  ])
  const [, , vwap] = lines
  expect(vwap?.points).toHaveLength(71) // from the 30th bar on
  const last = readingOf(bars.slice(-60))
  expect(vwap?.points.at(-1)).toEqual({ at: bars[99]?.start, value: Number(last.vwap.toFixed(4)) })
  expect(last.vwap).not.toBeCloseTo(readingOf(bars).vwap, 3) // not over all of them
})

test('only from the first bar that is shown, and nothing of who draws nothing', () => {
  const from = bars[90]?.start ?? (0 as EpochMs)
  expect(drawn('scalp', bars, { ...all, from })[0]?.points).toHaveLength(10)
  expect(drawn('scalp', bars.slice(0, 29), all)).toEqual([])
  expect(drawn('my-own', bars, all)).toEqual([])
  expect([drawnOf('whale'), drawnOf('daily-volume'), drawnOf('vix-regime')]).toEqual([
    '1h',
    '5m',
    null,
  ])
})
