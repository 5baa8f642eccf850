import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { dailyVolume } from './daily-volume.ts'
import { closingAt, holding, NOW, view } from './strategy-view.testing.ts'

const CALM = Array.from({ length: 10 }, () => closingAt(100))

test.each([
  ['V1', 100.2, 1500, { kind: 'enter', outlook: 'rise', confidence: 0.65 }],
  ['V2', 99.8, 800, { kind: 'enter', outlook: 'fall', confidence: 0.58 }], // exactly 0.8 passes
  ['V3', 100.05, 1500, { kind: 'hold', reason: expect.stringMatching(/^flat: 0\.050%/) }],
  ['V4', 101, 799, { kind: 'hold', reason: expect.stringMatching(/^low volume: .* 0\.80 of/) }],
  ['V6', 101, 6000, { kind: 'enter', outlook: 'rise', confidence: 1 }],
] as const)('%s: %d on a volume of %d', (...[, close, volume, expected]) => {
  expect(dailyVolume.evaluate(view([...CALM, closingAt(close, volume)]))).toMatchObject(expected)
})

test('V5: ten bars are too few', () => {
  expect(dailyVolume.evaluate(view(CALM))).toEqual({
    kind: 'hold',
    reason: '10 usable bars, needs 11',
  })
})

test('one burst of volume is entered once', () => {
  const bars = [...CALM, closingAt(101, 6000)]
  const after = (minutes: number): string =>
    dailyVolume.evaluate(view(bars, { lastEntryAt: (NOW - minutes * 60_000) as EpochMs })).kind
  expect([after(29), after(30)]).toEqual(['hold', 'enter'])
  const held = [holding('daily-volume', 'C')]
  expect(dailyVolume.evaluate(view(bars, { held })).reason).toMatch(/^already holding; /)
})
