import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { changedLimits } from './changed-limits.ts'
import { loadSettings } from './load.ts'

const EXAMPLE = join(import.meta.dirname, '../../config/example.yaml')
const settings = loadSettings(EXAMPLE, {})
if (!settings.ok) throw new Error(settings.error.join('\n'))
const { limits } = settings.value.rules
const file = parse(readFileSync(EXAMPLE, 'utf8')) as Record<string, Record<string, unknown>>

test('every limit of the example, written as it stands there, changes nothing', () => {
  const { max_spread, min_volume, min_open_interest } = file['selection'] ?? {}
  const written = { ...file['risk'], max_spread, min_volume, min_open_interest }
  for (const [name, value] of Object.entries(written)) {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    const change = changedLimits({ [name]: text })
    if (!change.ok) throw new Error(change.error.join('; '))
    expect(change.value(limits), name).toEqual(limits)
  }
})

test.each([
  ['max_spread', '2%', { spreadPctMax: 0.02 }],
  ['selection.max_spread', '2%', { spreadPctMax: 0.02 }],
  ['risk.max_contracts', '5', { quantityMax: 5 }],
  ['max_order_cost', '$750.50', { orderCostMax: 750_500_000 }],
  ['max_delta', '$1', { greeks: { ...limits.greeks, delta: 1_000_000 } }],
  ['entry_hours', '10:00-11:30', { entryHours: { from: 600, to: 690 } }],
  ['shock_moves', '[1%, 2%]', { shocks: { ...limits.shocks, movesPct: [0.01, 0.02] } }],
])('%s: %s', (name, text, expected) => {
  const change = changedLimits({ [name]: text })
  expect(change.ok && change.value(limits)).toEqual({ ...limits, ...expected })
})

test.each([
  ['max_sprad', '2%', 'max_sprad: no such limit; did you mean "max_spread"?'],
  ['__proto__', '2%', '__proto__: no such limit; see risk: and selection:'],
  ['take_profit', '2%', 'take_profit: no such limit'],
  ['max_spread', '2', 'max_spread: expected a percentage, like "1%", came "2"'],
  ['max_spread', '-2%', 'max_spread: expected a percentage'],
  ['max_risk_per_trade', '6%', 'max_risk_per_trade: expected over 0% and at most 5%'],
  ['max_order_cost', '500', 'max_order_cost: expected dollars, like "$500"'],
  ['max_contracts', '1.5', 'max_contracts: '],
  ['max_contracts', 'x: [', 'max_contracts: expected one value'],
])('%s: %s is said with its place', (name, text, says) => {
  const asked = JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(text)}}`) as never
  const change = changedLimits(asked)
  expect(change).toMatchObject({ ok: false, error: [expect.stringContaining(says) as string] })
})
