import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Bar } from '../domain/bar.ts'
import { scalp } from './scalp.ts'
import { closingAt, holding, view } from './strategy-view.testing.ts'

const bars = (close: (index: number) => number, volume: (index: number) => number): Bar[] =>
  Array.from({ length: 60 }, (_, index) => closingAt(close(index), volume(index)))
const zigzag = (index: number): number => (index % 2 === 1 ? 0.1 : -0.1)

const S1 = bars(
  (index) => 100 + 0.01 * index,
  () => 1000,
)
const S2 = bars(
  (index) => 100 + 0.02 * index + zigzag(index),
  (index) => 1000 + 10 * index,
)
const S3 = bars(
  (index) => 100 - 0.02 * index + zigzag(index),
  (index) => 1000 + 10 * index,
)
const S4 = bars(
  () => 100,
  () => 1000,
)

test('S1: a trend without a loss is overbought', () => {
  expect(scalp.evaluate(view(S1))).toEqual({
    kind: 'hold',
    reason: 'EMA8 100.5550, EMA21 100.4904, close 100.59, VWAP 100.2950, RSI 100.00',
  })
})

test('S2: a rising zigzag is bought', () => {
  expect(scalp.evaluate(view(S2))).toEqual({
    kind: 'enter',
    outlook: 'rise',
    confidence: 0.608,
    reason: 'EMA8 101.1225, EMA21 100.9851, close 101.28, VWAP 100.6367, RSI 57.47',
  })
})

test('S3: a falling zigzag is sold', () => {
  const signal = scalp.evaluate(view(S3))
  expect(signal).toMatchObject({ kind: 'enter', outlook: 'fall', confidence: 0.368 })
  expect(signal.reason).toMatch(/^EMA8 98\.9025, EMA21 99\.0237, .* RSI 47\.49$/)
})

test('S4: without a move the RSI is 50 and there is no signal', () => {
  const signal = scalp.evaluate(view(S4))
  expect(signal.kind).toBe('hold')
  expect(signal.reason).toMatch(/RSI 50\.00$/)
})

test('S5: 29 bars are too few', () => {
  expect(scalp.evaluate(view(S2.slice(0, 29)))).toEqual({
    kind: 'hold',
    reason: '29 usable bars, needs 30',
  })
  expect(scalp.evaluate(view(S2.slice(-30))).kind).toBe('enter')
})

test('missing values never become a signal', () => {
  expect(scalp.evaluate(view([...S2, closingAt(NaN)])).reason).toBe(
    'the last bar has missing values',
  )
  expect(scalp.evaluate(view(S2.map(() => closingAt(NaN)))).kind).toBe('hold')
})

test.each([
  ['C', S2, 'hold'],
  ['C', S3, 'exit'],
  ['P', S2, 'exit'],
  ['P', S3, 'hold'],
  ['C', S1, 'hold'],
] as const)('holding a %s of its own (case %#) it answers %s', (right, closes, kind) => {
  const signal = scalp.evaluate(view(closes, { held: [holding('scalp', right)] }))
  expect(signal.kind).toBe(kind)
  if (kind === 'hold') expect(signal.reason).toMatch(/^already holding; EMA8 /)
})

test('what another strategy holds is not its own', () => {
  expect(scalp.evaluate(view(S2, { held: [holding('whale', 'C')] })).kind).toBe('enter')
})

test('confidence is between 0 and 1, and the rule is a function of its view', () => {
  const cents = fc.integer({ min: 5_000, max: 15_000 })
  const path = fc.array(fc.tuple(cents, fc.nat(5_000)), { minLength: 30, maxLength: 80 })
  fc.assert(
    fc.property(path, (steps) => {
      const of = view(steps.map(([close, volume]) => closingAt(close / 100, volume)))
      const signal = scalp.evaluate(of)
      expect(scalp.evaluate(of)).toEqual(signal)
      if (signal.kind === 'enter') {
        expect(signal.confidence >= 0 && signal.confidence <= 1).toBe(true)
      }
    }),
  )
})
