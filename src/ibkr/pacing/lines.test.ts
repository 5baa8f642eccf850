import { expect, test } from 'vitest'
import type { Cancel, EpochMs } from '../../base/clock.ts'
import { VirtualClock } from '../../base/clock.ts'
import { allowanceOf, PACING } from './allowance.ts'
import { Lines } from './lines.ts'
import type { LineUse } from './lines.ts'

const newClock = () => new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
const signal = (): AbortSignal => new AbortController().signal

function taken(lines: Lines, use: LineUse, count: number): readonly Cancel[] {
  const all = Array.from({ length: count }, () => lines.tryTake(use))
  return all.filter((each) => each !== null)
}

test('bars and underlyings never take the reserve, and bars leave some to underlyings', () => {
  const lines = new Lines(newClock(), allowanceOf(PACING))
  expect(taken(lines, 'bars', 100).length).toBe(60)
  expect(taken(lines, 'underlying', 100).length).toBe(10)
  expect(taken(lines, 'ranking', 100).length).toBe(10)
  expect(taken(lines, 'candidate', 100).length).toBe(10)
  expect(lines.used).toBe(90)
  expect(lines.tryTake('decision')).toBeNull()
})

test('ranking leaves lines to what is decided on', () => {
  const lines = new Lines(newClock(), allowanceOf(PACING))
  expect(taken(lines, 'ranking', 100).length).toBe(80)
  expect(taken(lines, 'decision', 100).length).toBe(10)
})

test('a line that is given back goes to the most urgent that waits, and back once only', async () => {
  const clock = newClock()
  const lines = new Lines(clock, allowanceOf(PACING))
  const held = taken(lines, 'decision', 90)
  const order: string[] = []
  for (const use of ['ranking', 'candidate', 'decision'] as const) {
    void lines.take(use, signal()).then(() => order.push(use))
  }
  held[0]?.()
  held[0]?.()
  await clock.runUntil(1 as EpochMs)
  expect(order).toEqual(['decision'])
  held[1]?.()
  await clock.runUntil(2 as EpochMs)
  expect(order).toEqual(['decision', 'candidate'])
})

test('a budget that entries need is used up after 5 s of waiting, and free with the next line', async () => {
  const clock = newClock()
  const told: boolean[] = []
  const lines = new Lines(clock, allowanceOf(PACING), (scarce) => told.push(scarce))
  const [first] = taken(lines, 'decision', 90)
  void lines.take('decision', signal())
  await clock.runUntil(4_999 as EpochMs)
  expect(told).toEqual([])
  await clock.runUntil(5_000 as EpochMs)
  expect(told).toEqual([true])
  first?.()
  expect(told).toEqual([true, false])
})

test('whoever gives up waiting is passed over', async () => {
  const clock = newClock()
  const lines = new Lines(clock, allowanceOf(PACING))
  const held = taken(lines, 'decision', 90)
  const controller = new AbortController()
  const gone = lines.take('decision', controller.signal)
  const next = lines.take('decision', signal())
  controller.abort()
  held[0]?.()
  expect(await gone).toBeNull()
  expect(await next).not.toBeNull()
})
