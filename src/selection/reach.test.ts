import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { OptionChain } from '../domain/chain.ts'
import type { CalendarDate, OptionKey, Ticker } from '../domain/contract.ts'
import { amountOf, price } from '../domain/money.ts'
import { reachOf } from './reach.ts'
import type { ChainView, SelectionRules } from './rules.ts'
import { chain, chainView, RULES } from './selection.testing.ts'

test('of hundreds of strikes a few are in reach, the nearest first', () => {
  const keys = reached(chainView())
  expect(keys.map((key) => amountOf(key.strike))).toEqual([
    600, 601, 599, 602, 598, 603, 597, 604, 596,
  ])
  expect(new Set(keys.map((key) => `${key.expiry} ${key.right}`))).toEqual(
    new Set(['2026-03-13 C']),
  )
})

test('a key says everything that tells a contract apart', () => {
  expect(reached(chainView())[0]).toEqual({
    kind: 'option',
    symbol: 'SPY',
    tradingClass: 'SPY',
    expiry: '2026-03-13',
    strike: price(600),
    right: 'C',
    multiplier: 100,
    exchange: 'SMART',
    currency: 'USD',
  })
})

test('a fall is a put; a range cannot be expressed and says so', () => {
  const signal = { ...chainView().signal, outlook: 'fall' } as const
  expect(reached(chainView({ signal }))[0]?.right).toBe('P')
  const range = { ...signal, outlook: 'range' } as const
  expect(reachOf(chainView({ signal: range }), RULES)).toEqual({
    ok: false,
    error: 'long-option does not express a range',
  })
})

test('the right chain of several exchanges, classes and multipliers (D22)', () => {
  const chains = [
    chain({ exchange: 'CBOE' }),
    chain({ tradingClass: '2SPY', strikes: [price(600)] }),
    chain({ multiplier: 10 }),
    chain(),
  ]
  const keys = reached(chainView({ chains }))
  expect(
    new Set(keys.map((key) => [key.exchange, key.tradingClass, key.multiplier].join())),
  ).toEqual(new Set(['SMART,SPY,100']))
  const adjusted = [chain({ tradingClass: '2SPY' })]
  expect(reachOf(chainView({ chains: adjusted }), RULES)).toEqual({
    ok: false,
    error: 'no standard option chain',
  })
})

test('the options of an index are found; on a date of two classes the weekly one is meant (D22)', () => {
  const index = (tradingClass: string, expiries: readonly string[]): OptionChain =>
    chain({
      underlying: { ...chain().underlying, kind: 'index', symbol: 'SPX' as Ticker },
      tradingClass,
      expiries: expiries.map((date) => date as CalendarDate),
    })
  const chains = [index('SPX', ['2026-03-20']), index('SPXW', ['2026-03-13', '2026-03-20'])]
  const rules = { ...RULES, expiry: { kind: 'dte', min: 8, max: 12 } } as const
  expect(reached(chainView({ chains }), rules)[0]?.tradingClass).toBe('SPXW')
  expect(reached(chainView({ chains: chains.slice(0, 1) }), rules)[0]?.tradingClass).toBe('SPX')
})

test('of several expiries each has its nearest strikes, in the middle of the range first (X6)', () => {
  const rules = { ...RULES, expiry: { kind: 'dte', min: 1, max: 5 } } as const
  const keys = reached(chainView(), rules)
  expect(keys.slice(0, 4).map((key) => [key.expiry, amountOf(key.strike)])).toEqual([
    ['2026-03-13', 600],
    ['2026-03-11', 600],
    ['2026-03-13', 601],
    ['2026-03-11', 601],
  ])
  expect(keys.length).toBe(9)
})

test('what is missing is said', () => {
  expect(reachOf(chainView({ chains: [chain({ strikes: [] })] }), RULES).ok).toBe(false)
  expect(reachOf(chainView({ chains: [chain({ expiries: [] })] }), RULES)).toEqual({
    ok: false,
    error: 'no expiry listed in the week to 2026-03-13',
  })
  expect(reachOf(chainView({ chains: [] }), RULES).ok).toBe(false)
})

test('never more than twice the candidates and three, all listed, none twice', () => {
  const rules: fc.Arbitrary<SelectionRules> = fc
    .record({
      candidates: fc.integer({ min: 1, max: 10 }),
      expiry: fc.constantFrom<SelectionRules['expiry'][]>(
        { kind: 'weekly' },
        { kind: 'dte', min: 0, max: 30 },
      ),
      strike: fc.constantFrom<SelectionRules['strike'][]>(
        { kind: 'offset', steps: 2 },
        { kind: 'offset', steps: -1 },
        { kind: 'delta', target: 0.3 },
      ),
    })
    .map((of) => ({ ...RULES, ...of }))
  fc.assert(
    fc.property(rules, fc.integer({ min: 440, max: 760 }), (of, spot) => {
      const found = reachOf(chainView({ spot: price(spot) }), of)
      const keys = found.ok ? found.value : []
      expect(keys.length > 0).toBe(found.ok)
      expect(keys.length).toBeLessThanOrEqual(2 * of.candidates + 3)
      expect(new Set(keys.map((key) => `${key.expiry} ${key.strike}`)).size).toBe(keys.length)
      for (const key of keys) {
        expect(chain().strikes).toContain(key.strike)
        expect(chain().expiries).toContain(key.expiry)
      }
    }),
  )
})

function reached(view: ChainView, rules: SelectionRules = RULES): readonly OptionKey[] {
  const keys = reachOf(view, rules)
  if (!keys.ok) throw new Error(keys.error)
  return keys.value
}
