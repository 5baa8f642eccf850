import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { Ticker } from '../domain/contract.ts'
import { price } from '../domain/money.ts'
import type { Signal } from '../domain/signal.ts'
import type { StrategyView } from './strategy.ts'
import { closingAt, holding, NOW, universe, view } from './strategy-view.testing.ts'
import { regimeOf, vixRegime } from './vix-regime.ts'

const strategy = vixRegime(universe)
const at = (vix: number | null, symbol = 'SPY', more: Partial<StrategyView> = {}): Signal => {
  const index = vix === null ? null : price(vix)
  return strategy.evaluate(view([closingAt(100)], { symbol: symbol as Ticker, index, ...more }))
}

test('G1: where the regimes begin', () => {
  expect([14.99, 15, 19.99, 20, 29.99, 30].map(regimeOf)).toEqual([
    'complacency',
    'normal',
    'normal',
    'elevated',
    'elevated',
    'peak fear',
  ])
})

test.each([
  [14.99, 'SPY', 'fall', 0.85, { dte: { min: 30, max: 60 }, otm: { min: 0.05, max: 0.1 } }],
  [15, 'GLD', 'rise', 0.6, { dte: { min: 60, max: 90 }, otm: { min: 0.02, max: 0.05 } }],
  [20, 'GLD', 'rise', 0.75, { dte: { min: 60, max: 90 }, otm: { min: 0.02, max: 0.05 } }],
] as const)('VIX %d, %s: %s', (...[vix, symbol, outlook, confidence, search]) => {
  const reason = `VIX ${vix.toFixed(2)}, ${regimeOf(vix)}`
  expect(at(vix, symbol)).toEqual({ kind: 'enter', outlook, confidence, reason, search })
})

test.each([
  ['peak fear', 30, 'SPY', 'VIX 30.00, peak fear'],
  ['not of this regime', 15, 'SPY', 'VIX 15.00, normal: SPY is not in its universe'],
  ['of none', 14, 'AMD', 'VIX 14.00, complacency: AMD is not in its universe'],
  ['D14, R5: an unknown VIX is no regime', null, 'SPY', 'VIX is unknown: no regime'],
] as const)('%s: hold', (...[, vix, symbol, reason]) => {
  expect(at(vix, symbol)).toEqual({ kind: 'hold', reason })
})

test('one position a symbol, and a pause after it', () => {
  expect(at(14, 'SPY', { held: [holding('vix-regime', 'P')] }).reason).toMatch(/^already holding/)
  const ago = (ms: number) => at(14, 'SPY', { lastEntryAt: (NOW - ms) as EpochMs }).kind
  expect([ago(universe.coolDownMs - 1), ago(universe.coolDownMs)]).toEqual(['hold', 'enter'])
})
