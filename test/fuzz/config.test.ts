import { describe, expect, test } from 'vitest'
import { loadSettings } from '../../src/config/load.ts'
import { config } from './config.ts'
import { configInput } from './config-input.ts'
import { judgeConfig } from './config-laws.ts'
import type { Load } from './config-laws.ts'
import { spin } from './spin.testing.ts'
import { fuzzed, prngOf } from './fuzz.ts'

/** `npm run fuzz -- config` plays ten thousand. */
const INPUTS = 30
const SEED = 5

test('a configuration is refused with place and remedy, or keeps every bound', async () => {
  const { broken } = await fuzzed({ subject: config, seed: SEED, from: 0, count: INPUTS })
  expect(broken).toEqual([])
})

/** Loaders that somebody might write, and what is said of them. */
const WRONG: readonly (readonly [string, Load, RegExp])[] = [
  [
    'a limit left out',
    (path, environment) => {
      const loaded = loadSettings(path, environment)
      if (!loaded.ok) return loaded
      const { rules } = loaded.value
      const limits = { ...rules.limits, dailyLossPctMax: Infinity }
      return { ok: true, value: { ...loaded.value, rules: { ...rules, limits } } }
    },
    /out of bounds: daily loss is Infinity/,
  ],
  [
    'an environment that makes it bolder',
    (path, environment) => {
      const loaded = loadSettings(path, environment)
      return loaded.ok ? { ok: true, value: { ...loaded.value, mode: 'live' } } : loaded
    },
    /out of bounds: /,
  ],
  ['a refusal without a place', () => ({ ok: false, error: ['expected a mode'] }), /no place/],
  ['nothing said', () => ({ ok: false, error: [] }), /nothing is said/],
  [
    'a refusal without a remedy',
    (path) => ({ ok: false, error: [`${path}:1: that is wrong`] }),
    /no remedy/,
  ],
  [
    'what the file says, as it says it',
    (path) => ({ ok: false, error: [`${path}:1: expected less than \u001b[2J`] }),
    /control characters/,
  ],
  [
    'a hang',
    (path) => {
      spin(210)
      return { ok: false, error: [`${path}:1: expected something else`] }
    },
    /hang/,
  ],
  [
    'an exception',
    () => {
      throw new ReferenceError('Unresolved alias')
    },
    /exception: ReferenceError/,
  ],
]

describe('a planted bug is noticed', () => {
  test.each(WRONG)('%s', (_bug, load, says) => {
    let found = ''
    for (let number = 0; number < 60 && !says.test(found); number++) {
      const input = configInput(prngOf(config, SEED, number))
      found = judgeConfig(input, new Map(), load) ?? found
    }
    expect(found).toMatch(says)
  })
})
