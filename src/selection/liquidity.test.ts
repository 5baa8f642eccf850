import { expect, test } from 'vitest'
import type { Price } from '../domain/money.ts'
import { price } from '../domain/money.ts'
import type { Quote } from '../domain/quote.ts'
import { illiquidities, spreadPct } from './liquidity.ts'
import { liquidQuote } from './selection.testing.ts'

const RULES = { spreadPctMax: 0.02, volumeMin: 50, openInterestMin: 100, allowDelayed: false }
const NAN = NaN as Price

test('a quote with volume, open interest and a narrow spread is liquid', () => {
  expect(illiquidities(liquidQuote({ bid: price(3), ask: price(3.05) }), RULES)).toEqual([]) // D26
})

test.each<readonly [string, Partial<Quote>, string]>([
  ['D26', { bid: price(0.01), ask: price(0.11) }, 'spread 166.67% of mid (0.01 x 0.11) over 2%'],
  ['crossed (X2)', { bid: price(3.05), ask: price(3) }, 'crossed 3.05 x 3'],
  ['no ask (X2)', { bid: price(1), ask: price(0) }, 'no ask'],
  ['ask unknown', { ask: null }, 'no ask'],
  ['ask not a number', { ask: NAN }, 'no ask'],
  ['bid unknown', { bid: null }, 'no bid'],
  ['bid of zero', { bid: price(0) }, 'no bid'],
  ['bid not a number', { bid: NAN }, 'no bid'],
  ['too little volume', { volume: 49 }, 'volume 49 below 50'],
  ['volume unknown', { volume: null }, 'volume unknown, needs 50'],
  ['volume not a number', { volume: NaN }, 'volume unknown, needs 50'],
  ['open interest', { openInterest: 99 }, 'open interest 99 below 100'],
  ['open interest unknown', { openInterest: null }, 'open interest unknown, needs 100'],
  ['halted', { halted: true }, 'halted'],
  ['delayed', { delayed: true }, 'delayed quote'],
])('refused: %s (R14)', (...[, fields, reason]) => {
  expect(illiquidities(liquidQuote(fields), RULES)).toEqual([reason])
})

test('a dry run that allows delayed quotes decides on them, and on nothing else that is wrong', () => {
  const rules = { ...RULES, allowDelayed: true }
  expect(illiquidities(liquidQuote({ delayed: true }), rules)).toEqual([])
  expect(illiquidities(liquidQuote({ delayed: true, halted: true }), rules)).toEqual(['halted'])
})

test('every reason is named, not the first alone', () => {
  const quote = liquidQuote({ bid: null, volume: 1, openInterest: null, halted: true })
  expect(illiquidities(quote, RULES).length).toBe(4)
})

test('what is not asked for may be unknown', () => {
  const rules = { ...RULES, volumeMin: 0, openInterestMin: 0 }
  expect(illiquidities(liquidQuote({ volume: null, openInterest: null }), rules)).toEqual([])
})

test('the spread is that over mid; a locked quote has none, a crossed one is no quote', () => {
  expect(spreadPct(liquidQuote({ bid: price(1.98), ask: price(2.02) }))).toBeCloseTo(0.02, 12)
  expect(spreadPct(liquidQuote({ bid: price(2), ask: price(2) }))).toBe(0)
  expect(spreadPct(liquidQuote({ bid: price(2.01), ask: price(2) }))).toBeNull()
  expect(spreadPct(liquidQuote({ bid: null }))).toBeNull()
})
