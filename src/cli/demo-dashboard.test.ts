import { expect, test } from 'vitest'
import { VirtualClock, type EpochMs } from '../base/clock.ts'
import { speedShown } from './demo-dashboard.ts'

test('the page is told the speed of this moment, and 0 where a second has no length', () => {
  const clock = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: 1_500 })
  expect(speedShown(clock)).toBe(1_500)
  clock.setSpeed(1) // the days are over
  expect(speedShown(clock)).toBe(1)
  clock.setSpeed(null)
  expect(speedShown(clock)).toBe(0)
})
