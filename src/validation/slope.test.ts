import { expect, test } from 'vitest'
import { slopePerHour } from './slope.ts'

const minutes = (count: number, value: (minute: number) => number) =>
  Array.from({ length: count }, (_, i) => ({ at: i * 60_000, value: value(i) }))

test('a line has its slope, and a spike moves it little', () => {
  expect(slopePerHour(minutes(60, (i) => 5 + i / 30))).toBeCloseTo(2)
  expect(slopePerHour(minutes(60, (i) => (i === 59 ? 500 : 7)))).toBe(0)
})

test('nothing, and one point, have none', () => {
  expect([slopePerHour([]), slopePerHour(minutes(1, () => 3))]).toEqual([0, 0])
})
