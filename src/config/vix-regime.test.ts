import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { OptionSearch } from '../domain/signal.ts'
import { parseSettings } from './load.ts'

const example = readFileSync(join(import.meta.dirname, '../../config/example.yaml'), 'utf8')

function universe(text: string) {
  const settings = parseSettings(text, { path: 'my.yaml', environment: {} })
  if (!settings.ok) throw new Error(settings.error.join('\n'))
  return settings.value.strategyRules.vixRegime
}

/** Symbol, percent out of the money, days to expiry. */
function rows(of: Readonly<Record<string, OptionSearch>>): readonly string[] {
  const percent = (share: number): string => (100 * share).toFixed(1)
  return Object.entries(of).map(([symbol, { otm, dte }]) => {
    return `${symbol} ${percent(otm.min)}-${percent(otm.max)} % ${dte.min}-${dte.max}`
  })
}

describe('the universe that is shipped: what a file without lists of its own trades', () => {
  const { puts, calls, index, coolDownMs } = universe(example)

  test('puts, bought in complacency', () => {
    expect(rows(puts)).toEqual([
      'SPY 5.0-10.0 % 30-60',
      'QQQ 0.0-10.0 % 30-45',
      'IWM 5.0-10.0 % 30-60',
      'NVDA 0.0-10.0 % 30-60',
      'TSLA 10.0-20.0 % 30-60',
    ])
  })

  test('calls, bought in normal and elevated times', () => {
    expect(rows(calls)).toEqual([
      'GLD 2.0-5.0 % 60-90',
      'LMT 2.0-5.0 % 45-90',
      'XLE 2.0-5.0 % 30-60',
    ])
  })

  test('the level is that of the index VIX at CBOE; a symbol waits a day after an entry', () => {
    expect(index).toMatchObject({ kind: 'index', symbol: 'VIX', exchange: 'CBOE' })
    expect(coolDownMs).toBe(86_400_000)
  })
})

test('a list in the file is all there is of it; the other list stays', () => {
  const written = `${example}\nvix_regime: { puts: { SPY: { otm: 1%-2%, dte: 7-9 } } }\n`
  const { puts, calls } = universe(written)
  expect(rows(puts)).toEqual(['SPY 1.0-2.0 % 7-9'])
  expect(Object.keys(calls)).toEqual(['GLD', 'LMT', 'XLE'])
})
