import { expect, test } from 'vitest'
import { strategyNamed, strategyNames } from './registry.ts'

test.each(strategyNames)('%s is found by its own name', (name) => {
  expect(strategyNamed(name).name).toBe(name)
})

test('every strategy says which bars it needs', () => {
  const needs = strategyNames.map((name) => [name, strategyNamed(name).needs])
  expect(Object.fromEntries(needs)).toEqual({
    scalp: { size: '1m', count: 60 },
    whale: { size: '1h', count: 61 },
    'daily-volume': { size: '5m', count: 11 },
  })
})
