import { expect, test } from 'vitest'
import type { Bar } from '../domain/bar.ts'
import type { Right } from '../domain/contract.ts'
import { closingAt, holding } from './strategy-view.testing.ts'
import { trendExit } from './trend-exit.ts'

/** Twenty hours at 100, then one that closes at this price; the average follows by 2/21 of it. */
const then = (close: number): readonly Bar[] => [
  ...Array.from({ length: 20 }, () => closingAt(100)),
  closingAt(close),
]
const judged = (bars: readonly Bar[], right: Right, quantity = 1): readonly string[] =>
  trendExit.judge({ bars, held: [{ ...holding('whale', right), quantity }] }).map((e) => e.reason)

test.each([
  ['a call below the average leaves', 'C', 99, 1],
  ['a call above stays', 'C', 101, 0],
  ['a put above leaves', 'P', 101, 1],
  ['a put below stays', 'P', 99, 0],
  ['on the average a call stays', 'C', 100, 0],
  ['on the average a put stays', 'P', 100, 0],
] as const)('%s', (...[, right, close, count]) => {
  expect(judged(then(close), right)).toHaveLength(count)
})

test('the reason has the numbers', () => {
  // 100 - 2/21
  expect(judged(then(99), 'C')).toEqual(['trend exit: an hour closed at 99.00, EMA20 99.9048'])
})

test('20 bars are too few, and missing values are no reason to leave', () => {
  expect(judged(then(99).slice(1), 'C')).toEqual([])
  expect(judged([...then(99), closingAt(NaN)], 'C')).toEqual([])
})

test('what is short is not its business', () => {
  expect(judged(then(99), 'C', -1)).toEqual([])
})
