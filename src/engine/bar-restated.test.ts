import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { Bar } from '../domain/bar.ts'
import { price } from '../domain/money.ts'
import { restatement } from './bar-restated.ts'

const bars = (...closes: readonly number[]): readonly Bar[] =>
  closes.map((close, index) => {
    const one = price(close)
    const start = (index * 60_000) as EpochMs
    return { start, open: one, high: one, low: one, close: one, volume: 1 }
  })

test('a split multiplies what is known: 4 for 1, and 1 for 10', () => {
  expect(restatement(bars(400, 404, 408), bars(100, 101, 102))).toBeCloseTo(0.25)
  expect(restatement(bars(1, 1.01), bars(10, 10.1))).toBeCloseTo(10)
})

test.each([
  ['the same bars', bars(400, 401), bars(400, 401)],
  ['a correction of one bar', bars(400, 401, 402), bars(400, 300, 402)],
  ['one bar alone', bars(400), bars(100)],
  ['no bar of both', [], bars(100, 101)],
  ['a dividend', bars(400, 401), bars(396, 397)],
])('%s is no restatement', (_, known, answer) => {
  expect(restatement(known, answer)).toBeNull()
})
