import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseSettings } from '../config/load.ts'
import type { OwnStrategy } from '../config/own-file.ts'
import type { Settings } from '../config/settings.ts'
import type { Ticker } from '../domain/contract.ts'
import { closingAt, holding, view } from '../strategy/strategy-view.testing.ts'
import { adapted } from './own-adapter.ts'
import { loadOwn, withOwn } from './own-load.ts'
import { readFileSync } from 'node:fs'

const folder = mkdtempSync(join(tmpdir(), 'own-'))
let files = 0

function written(text: string): string {
  const file = join(folder, `own-${++files}.mjs`)
  writeFileSync(file, text)
  return file
}

const moduleOf = (evaluate: string, more = ''): string =>
  `export const strategy = { name: 'mine', needs: { size: '1m', count: 2 }, evaluate(view) { ${evaluate} } ${more} }`

describe('loading', () => {
  test('the example in docs/ loads', async () => {
    const loaded = await loadOwn(join(import.meta.dirname, '../../docs/examples/two-bars.mjs'))
    expect(loaded).toMatchObject({ ok: true, value: { name: 'two-bars', needs: { size: '5m' } } })
  })

  test.each([
    ['nothing', 'export const other = 1', 'expected "export const strategy = { name'],
    ['no code', 'this is none', 'it does not load: '],
    ['throws', "throw new Error('no')", 'it does not load: no'],
    [
      'imports',
      "import fs from 'node:fs'\nexport const strategy = {}",
      'expected one file without',
    ],
    ['imports later', "const fs = await import('node:fs')", 'expected one file without imports'],
    [
      'a taken name',
      moduleOf('').replace('mine', 'scalp'),
      'strategy.name: expected a name of its',
    ],
    [
      'a bad name',
      moduleOf('').replace('mine', 'My Rule'),
      'strategy.name: expected small letters',
    ],
    ['a bad size', moduleOf('').replace("'1m'", "'2m'"), 'strategy.needs.size: '],
    ['too many bars', moduleOf('').replace('count: 2', 'count: 501'), 'strategy.needs.count: '],
    ['an unknown key', moduleOf('', ', nmae: 1'), 'strategy: Unrecognized key: "nmae"'],
    [
      'no function',
      moduleOf('').replace('evaluate(view) {  }', 'evaluate: 1'),
      'strategy.evaluate: exp',
    ],
  ])('%s: refused by file and remedy', async (_name, text, message) => {
    const file = written(text)
    const loaded = await loadOwn(file)
    expect(loaded.ok ? 'loaded' : loaded.error).toContain(`${file}: ${message}`)
  })

  test('a file that is not there', async () => {
    const loaded = await loadOwn(join(folder, 'none.mjs'))
    expect(loaded.ok ? '' : loaded.error).toMatch(/none\.mjs: expected a readable file; /)
  })
})

describe('in a configuration', () => {
  const example = readFileSync(join(import.meta.dirname, '../../config/example.yaml'), 'utf8')
  function configured(files_: readonly string[]): Settings {
    const refs = files_.map((file) => `{ file: ${file} }`).join(', ')
    const text = example.replace(/^strategies: .*$/m, `strategies: [scalp, ${refs}]`)
    const settings = parseSettings(text, { path: join(folder, 'config.yaml'), environment: {} })
    if (!settings.ok) throw new Error(settings.error.join())
    return settings.value
  }

  test('its path is relative to the file that names it, and its hash is in the hash of the run', async () => {
    const file = written(moduleOf(''))
    const named = configured([`./${file.slice(folder.length + 1)}`])
    const one = await withOwn(named)
    expect([...one.settings.own.keys()]).toEqual([file])
    expect(one.settings.hash).not.toBe(named.hash)
    writeFileSync(file, moduleOf('return 1'))
    const two = await withOwn(named)
    expect(two.settings.hash).not.toBe(one.settings.hash)
  })

  test('without one nothing changes', async () => {
    const named = configured([])
    expect(await withOwn(named)).toEqual({ settings: named, warnings: [] })
  })

  test('every problem of every file at once, and names are told apart', async () => {
    const twins = [written(moduleOf('')), written(moduleOf('')), join(folder, 'none.mjs')]
    await expect(withOwn(configured(twins))).rejects.toThrow(
      /2 problem\(s\) in strategies:\n.*: name: another file is called "mine"; rename one\n.*none\.mjs/,
    )
  })

  test('a place where anyone may write is warned of', async () => {
    const file = written(moduleOf(''))
    expect((await withOwn(configured([file]))).warnings).toEqual([])
    chmodSync(file, 0o666)
    expect((await withOwn(configured([file]))).warnings).toEqual([
      `${file}: anyone may write to ${file}; chmod o-w ${file}`,
    ])
    const open = join(folder, 'open')
    mkdirSync(open)
    chmodSync(open, 0o777)
    const inside = join(open, 'own.mjs')
    writeFileSync(inside, moduleOf(''))
    const { warnings } = await withOwn(configured([inside]))
    expect(warnings).toEqual([`${inside}: anyone may write to ${open}; chmod o-w ${open}`])
  })
})

describe('asked by the engine', () => {
  const told: string[] = []
  const asking = (evaluate: OwnStrategy['evaluate']) => {
    told.length = 0
    const needs = { size: '1m', count: 2 } as const
    const own = { file: 'mine.mjs', name: 'mine', needs, evaluate, hash: '' }
    return adapted(own, (message) => told.push(message))
  }
  const shown = view([closingAt(100), closingAt(101)])

  test('it is shown dollars, frozen, and nothing of the inside', () => {
    let seen: unknown = null
    const strategy = asking((given) => {
      seen = given
      return { kind: 'hold', reason: 'seen' }
    })
    strategy.evaluate({ ...shown, held: [holding('mine', 'C')] })
    expect(seen).toMatchObject({
      symbol: 'SPY',
      bars: [{ close: 100, high: 100.05 }, { close: 101 }],
      held: [{ strategy: 'mine', kind: 'option', right: 'C', strike: 600, expiry: '2026-03-13' }],
      index: null,
    })
    expect(Object.isFrozen((seen as { bars: readonly object[] }).bars[0])).toBe(true)
  })

  test('a proper answer is taken as it is', () => {
    const enter = { kind: 'enter', outlook: 'rise', confidence: 0.5, reason: 'up' } as const
    expect(asking(() => enter).evaluate(shown)).toEqual(enter)
    expect(told).toEqual([])
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('boom')
      },
      'it threw boom',
    ],
    [
      'throws no error',
      () => {
        throw null as never
      },
      'it threw null',
    ],
    [
      'writes to its view',
      (v: unknown) => (v as { bars: unknown[] }).bars.push(1),
      'it threw Cannot add',
    ],
    ['a promise', () => Promise.reject(new Error('late')), 'it answered a promise'],
    ['nothing', () => undefined, 'answer: '],
    ['a word', () => 'buy', 'answer: '],
    ['another kind', () => ({ kind: 'buy', reason: 'x' }), 'answer.kind: '],
    ['no reason', () => ({ kind: 'hold' }), 'answer.reason: '],
    [
      'too sure',
      () => ({ kind: 'enter', outlook: 'rise', confidence: 2, reason: 'x' }),
      'answer.confidence: ',
    ],
    [
      'not a number',
      () => ({ kind: 'enter', outlook: 'rise', confidence: NaN, reason: 'x' }),
      'answer.confidence: ',
    ],
    [
      'more than is known',
      () => ({ kind: 'hold', reason: 'x', size: 9 }),
      'answer: Unrecognized key',
    ],
    [
      'a getter that throws',
      () => ({
        get kind() {
          throw new Error('trap')
        },
      }),
      'its answer threw trap',
    ],
  ])('%s: a hold that says so, told once', (_name, evaluate, why) => {
    const strategy = asking(evaluate)
    const signal = strategy.evaluate(shown)
    expect(signal.kind).toBe('hold')
    expect(signal.reason).toContain(`failed: ${why}`)
    strategy.evaluate(shown)
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(/^SPY: mine failed: .*; it holds\. Look into mine\.mjs$/s)
  })

  test('each symbol by itself, and again after it has answered in between', () => {
    let works = false
    const strategy = asking(() => {
      if (!works) throw new Error('boom')
      return { kind: 'hold', reason: 'fine' }
    })
    strategy.evaluate(shown)
    strategy.evaluate({ ...shown, symbol: 'QQQ' as Ticker })
    expect(told).toHaveLength(2)
    works = true
    expect(strategy.evaluate(shown).reason).toBe('fine')
    works = false
    strategy.evaluate(shown)
    strategy.evaluate(shown)
    expect(told).toHaveLength(3)
  })
})
