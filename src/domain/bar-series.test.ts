import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { Bar, BarSpan } from './bar.ts'
import { emptySeries, gaps, merge } from './bar-series.ts'
import type { Ticker } from './contract.ts'
import { price } from './money.ts'

const EMPTY = emptySeries('SPY' as Ticker, '1m')

test('a minute without a trade is no gap once an answer covered it', () => {
  const series = merge(EMPTY, [bar(0), bar(2)], span(0, 5))
  expect(gaps(series, span(0, 5))).toEqual([])
  expect(gaps(series, span(3, 8))).toEqual([span(5, 8)])
})

test('gaps are what lies before, between and after the covered spans', () => {
  const series = [span(2, 4), span(6, 7)].reduce((all, each) => merge(all, [], each), EMPTY)
  expect(gaps(series, span(0, 9))).toEqual([span(0, 2), span(4, 6), span(7, 9)])
  expect(gaps(series, span(3, 4))).toEqual([])
  expect(gaps(series, span(5, 5))).toEqual([])
})

test('spans that touch become one', () => {
  const series = [span(0, 2), span(4, 6), span(2, 4)].reduce(
    (all, each) => merge(all, [], each),
    EMPTY,
  )
  expect(series.covered).toEqual([span(0, 6)])
})

test('a bar that comes again replaces the one that was known', () => {
  const series = merge(merge(EMPTY, [bar(0), bar(1)], span(0, 2)), [bar(1, 7)], span(1, 2))
  expect(series.bars.map(({ volume }) => volume)).toEqual([1, 7])
})

interface Answer {
  readonly bars: readonly Bar[]
  readonly covers: BarSpan
}

const answers: fc.Arbitrary<readonly Answer[]> = fc.array(
  fc.record({ from: fc.nat(40), length: fc.nat(12), traded: fc.array(fc.nat(11)) }).map((of) => ({
    bars: of.traded.filter((minute) => minute < of.length).map((minute) => bar(of.from + minute)),
    covers: span(of.from, of.from + of.length),
  })),
)
const all = (list: readonly Answer[]): typeof EMPTY =>
  list.reduce((series, each) => merge(series, each.bars, each.covers), EMPTY)

test('merging the same answer again changes nothing', () => {
  fc.assert(
    fc.property(answers, (list) => {
      const series = all(list)
      for (const { bars, covers } of list) expect(merge(series, bars, covers)).toEqual(series)
    }),
  )
})

test('answers may come in any order', () => {
  fc.assert(
    fc.property(answers, (list) => {
      expect(all([...list].reverse())).toEqual(all(list))
    }),
  )
})

test('bars are ascending and each once, spans ascending and apart', () => {
  fc.assert(
    fc.property(answers, (list) => {
      const { bars, covered } = all(list)
      const rises = (values: readonly number[]): boolean =>
        values.every((value, index) => index === 0 || value > (values[index - 1] ?? Infinity))
      expect(rises(bars.map(({ start }) => start))).toBe(true)
      expect(rises(covered.flatMap(({ from, to }) => [from, to]))).toBe(true)
    }),
  )
})

test('gaps and covered spans divide what is wanted, and filling the gaps leaves none', () => {
  fc.assert(
    fc.property(answers, fc.nat(40), fc.nat(20), (list, from, length) => {
      const series = all(list)
      const wanted = span(from, from + length)
      const missing = gaps(series, wanted)
      for (let minute = from; minute < from + length; minute++) {
        const inside = (each: BarSpan): boolean =>
          each.from <= minute * 60_000 && minute * 60_000 < each.to
        expect(missing.some(inside)).toBe(!series.covered.some(inside))
      }
      expect(
        gaps(
          missing.reduce((sum, each) => merge(sum, [], each), series),
          wanted,
        ),
      ).toEqual([])
      for (const each of series.covered) expect(gaps(series, each)).toEqual([])
    }),
  )
})

function span(fromMinute: number, toMinute: number): BarSpan {
  return { from: (fromMinute * 60_000) as EpochMs, to: (toMinute * 60_000) as EpochMs }
}

function bar(minute: number, volume = 1): Bar {
  const one = price(1)
  return { start: (minute * 60_000) as EpochMs, open: one, high: one, low: one, close: one, volume }
}
