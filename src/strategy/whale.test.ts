import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { Bar } from '../domain/bar.ts'
import { closingAt, holding, NOW, view } from './strategy-view.testing.ts'
import { whale } from './whale.ts'

const DAY = 86_400_000
/** Closes cycling 100.0 to 100.4. */
const CALM = Array.from({ length: 60 }, (_, index) => closingAt(100 + (index % 5) / 10))
const then = (close: number, volume: number): readonly Bar[] => [...CALM, closingAt(close, volume)]

test.each([
  ['W1', 101, 2000, { kind: 'enter', outlook: 'rise', confidence: 0.759 }],
  ['W2', 99.5, 2000, { kind: 'enter', outlook: 'fall', confidence: 0.7 }],
  ['W3', 100.4, 2000, { kind: 'hold' }], // equal is not above
  ['W4', 101, 1200, { kind: 'hold' }], // 1.2 x average is not exceeded
  ['W5', 102, 2000, { kind: 'enter', outlook: 'rise', confidence: 1 }],
] as const)('%s: %d on a volume of %d', (...[, close, volume, expected]) => {
  expect(whale.evaluate(view(then(close, volume)))).toMatchObject(expected)
})

test('the reason carries the levels and the volumes', () => {
  expect(whale.evaluate(view(then(101, 2000))).reason).toBe(
    'close 101.00 against 100.00-100.40, volume 2000 against 1200',
  )
})

test('21 bars are enough, 20 are not', () => {
  expect(whale.evaluate(view(then(101, 2000).slice(-21))).kind).toBe('enter')
  expect(whale.evaluate(view(then(101, 2000).slice(-20)))).toEqual({
    kind: 'hold',
    reason: '20 usable bars, needs 21',
  })
})

test('only the 60 bars before the current one count (R11)', () => {
  const older = Array.from({ length: 30 }, () => closingAt(150, 9_000))
  expect(whale.evaluate(view([...older, ...then(101, 2000)])).kind).toBe('enter')
})

test.each([
  [2.9, 'hold'],
  [3, 'enter'],
])('%d days after its last entry it answers %s', (days, kind) => {
  const lastEntryAt = (NOW - days * DAY) as EpochMs
  const signal = whale.evaluate(view(then(101, 2000), { lastEntryAt }))
  expect(signal.kind).toBe(kind)
  if (kind === 'hold') expect(signal.reason).toMatch(/^last entry 2\.90 days ago, waits 3; close/)
})

test('while it holds, it does not enter again', () => {
  const held = [holding('whale', 'P')]
  expect(whale.evaluate(view(then(101, 2000), { held })).reason).toMatch(/^already holding; /)
})

test('a bar above all closes before it, on twice the volume, always signals (D12)', () => {
  const closes = fc.array(fc.integer({ min: 5_000, max: 20_000 }), { minLength: 20, maxLength: 90 })
  const beyond = fc.integer({ min: 1, max: 500 })
  fc.assert(
    fc.property(closes, beyond, fc.integer({ min: 1, max: 10_000 }), (path, more, volume) => {
      const before = path.map((cents) => closingAt(cents / 100, volume))
      const breakout = (cents: number): ReturnType<typeof whale.evaluate> =>
        whale.evaluate(view([...before, closingAt(cents / 100, 2 * volume)]))
      expect(breakout(Math.max(...path) + more)).toMatchObject({ kind: 'enter', outlook: 'rise' })
      expect(breakout(Math.min(...path) - more)).toMatchObject({ kind: 'enter', outlook: 'fall' })
      const inside = breakout(path.at(-1) ?? 0) // of the 60 that count
      expect(inside.kind).toBe('hold')
    }),
  )
})
