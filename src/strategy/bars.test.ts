import { expect, test } from 'vitest'
import { usableBars } from './bars.ts'
import { closingAt } from './strategy-view.testing.ts'

test('bars without numbers do not count', () => {
  const bars = [closingAt(1), closingAt(NaN), { ...closingAt(1), volume: NaN }, closingAt(1)]
  expect(usableBars(bars, 2)).toEqual({ ok: true, value: [bars[0], bars[3]] })
  expect(usableBars(bars, 3)).toEqual({ ok: false, error: '2 usable bars, needs 3' })
})

test('when the last bar has no numbers, the one before it is not taken for the present', () => {
  const bars = [closingAt(1), closingAt(2), closingAt(NaN)]
  expect(usableBars(bars, 2)).toEqual({ ok: false, error: 'the last bar has missing values' })
})

test('no bars are too few', () => {
  expect(usableBars([], 1)).toEqual({ ok: false, error: '0 usable bars, needs 1' })
})
