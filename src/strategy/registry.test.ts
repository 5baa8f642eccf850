import { expect, test } from 'vitest'
import { strategyNamed, strategyNames } from './registry.ts'
import { VIX, universe } from './strategy-view.testing.ts'

const rules = { vixRegime: universe }

test.each(strategyNames)('%s is found by its own name', (name) => {
  expect(strategyNamed(name, rules).name).toBe(name)
})

test('every strategy says which bars it needs', () => {
  const needs = strategyNames.map((name) => [name, strategyNamed(name, rules).needs])
  expect(Object.fromEntries(needs)).toEqual({
    scalp: { size: '1m', count: 60 },
    whale: { size: '1h', count: 61 },
    'daily-volume': { size: '5m', count: 11 },
    'vix-regime': { size: '1h', count: 1, index: VIX },
  })
})
