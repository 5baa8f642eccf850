import { join } from 'node:path'
import { expect, test } from 'vitest'
import { price } from '../domain/money.ts'
import { loadSettings } from './load.ts'
import { structureSchema, structureText } from './structure.ts'

test.each([
  ['long-option', { kind: 'long-option' }, 'long-option'],
  ['buy-write', { kind: 'buy-write' }, 'buy-write'],
  [
    'debit-vertical:$5',
    { kind: 'vertical', width: price(5), entry: 'debit' },
    'debit vertical, $5 wide',
  ],
  [
    'credit-vertical:$2.50',
    { kind: 'vertical', width: price(2.5), entry: 'credit' },
    'credit vertical, $2.5 wide',
  ],
  ['iron-condor:$5', { kind: 'iron-condor', width: price(5) }, 'iron condor, $5 wide'],
])('%s', (text, structure, said) => {
  const parsed = structureSchema.parse(text)
  expect([parsed, structureText(parsed)]).toEqual([structure, said])
})

test.each([
  'vertical',
  'debit-vertical',
  'debit-vertical:5',
  'credit-vertical:$0',
  'iron-condor',
  'iron-condor:$0',
])('%s is refused', (text) => {
  expect(structureSchema.safeParse(text).success).toBe(false)
})

test('the configuration of spreads that ships has every key there is', () => {
  const path = join(import.meta.dirname, '../../config/vertical.yaml')
  const settings = loadSettings(path, {})
  expect(settings.ok ? [] : settings.error).toEqual([])
  expect(settings.ok && settings.value.selection.structure.kind).toBe('vertical')
})
