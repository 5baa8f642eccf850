import { expect, test } from 'vitest'
import type { Ticker } from '../domain/contract.ts'
import { demoConfig } from './demo-config.ts'

function chosen(of: { config?: string; replay?: string; symbols?: string }): string {
  const symbols = of.symbols === undefined ? null : (of.symbols.split(',') as unknown as Ticker[])
  const { path, doubt } = demoConfig({ config: null, replay: null, ...of, symbols })
  return `${path.split('/config/').at(-1)}${doubt === null ? '' : ` (${doubt})`}`
}

test.each([
  ['nothing is replayed', {}, 'example.yaml'],
  ['a replay of one symbol', { replay: 'DIR', symbols: 'TWX' }, 'replay/twx.yaml'],
  ['of several', { replay: 'DIR', symbols: 'SPY,QQQ,AAPL' }, 'replay/spy-qqq-aapl.yaml'],
  ['of some of them', { replay: 'DIR', symbols: 'QQQ' }, 'replay/spy-qqq-aapl.yaml'],
  ['generated days of a recorded symbol', { symbols: 'TWX' }, 'example.yaml'],
  ['one that is named', { config: 'my.yaml', replay: 'DIR', symbols: 'TWX' }, 'my.yaml'],
])('without a choice of its own: %s', (_name, of, path) => {
  expect(chosen(of)).toBe(path)
})

test('a replay that no shipped file is made for says so, and how to name one', () => {
  expect(chosen({ replay: 'DIR', symbols: 'TWX,MSFT' })).toBe(
    'example.yaml (no file of config/replay lists TWX, MSFT: the filters of config/example.yaml ' +
      'may not fit; name a configuration with --config)',
  )
})
