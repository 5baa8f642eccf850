import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadSettings, parseSettings } from '../../src/config/load.ts'
import { strategyNamed, strategyNames } from '../../src/strategy/registry.ts'
import { configText } from '../simulation/config-text.ts'
import { fixedPlan } from '../simulation/plan.ts'
import { World } from '../simulation/world.ts'
import { ROOT } from './titles.ts'

const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !/\.(test|contract|testing)\.ts$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(ROOT, 'src', path), 'utf8') }))
/** What tells people what is in effect reads it too. */
const isReader = (path: string): boolean =>
  !path.startsWith('config') || path === join('config', 'describe.ts')
const readers = sources.filter(({ path }) => isReader(path)).map(({ text }) => text)

/** Every name in it, however deep; a list counts by what it holds, a symbol is no name. */
function keysOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    /^[A-Z]+$/.test(key) ? keysOf(inner) : [key, ...keysOf(inner)],
  )
}

describe('no dead switches (R33)', () => {
  test('every setting is read somewhere outside of the room that parses it', () => {
    const settings = loadSettings(join(ROOT, 'config/example.yaml'), {})
    const keys = [...new Set(keysOf(settings.ok ? settings.value : []))]
    expect(keys.length).toBeGreaterThan(40)
    const isRead = (key: string): boolean => {
      const read = new RegExp(`[.?]${key}\\b|[{,]\\s*(readonly )?${key}\\b(?!\\s*:\\s*[a-z])`)
      return readers.some((text) => read.test(text))
    }
    expect(keys.filter((key) => !isRead(key))).toEqual([])
  })

  test.each(strategyNames)('strategy %s decides by configuration alone (D13)', async (name) => {
    const written = { strategies: name, symbols: 'SPY' }
    const plan = fixedPlan({ date: '2026-03-10', time: '14:59', minutes: 3, written })
    const world = new World({ plan, checkers: [] })
    await world.runUntil(plan.until)
    const outcomes = world.remains.journal
      .read()
      .flatMap(({ event }) => (event.type === 'CycleEnded' ? [event.outcome] : []))
    expect(outcomes.length).toBeGreaterThan(1)
    expect(strategyNamed(name, plan.settings.strategyRules).name).toBe(name)
    expect(JSON.stringify(outcomes)).not.toContain('no strategy')
  })

  test.each([
    ['IBKR_BOT__MODE', 'dry-run'],
    ['IBKR_BOT__NOTIFY__WEBHOOK_URL', 'https://127.0.0.1/hook'],
    ['IBKR_BOT__NOTIFY__DEAD_MAN_URL', 'https://127.0.0.1/alive'],
  ])('the environment name %s changes what is in effect (D46)', (name, value) => {
    const text = configText({ mode: 'demo' })
      .replace('mode: demo', 'mode: paper\naccount: DU1234567\ngateway: { port: 4002 }')
      .concat('notify: { hosts: ["127.0.0.1"], allow_private: true }\n')
    const told = (environment: Record<string, string>): string => {
      const settings = parseSettings(text, { path: 'my.yaml', environment })
      expect(settings).toMatchObject({ ok: true })
      return JSON.stringify(settings)
    }
    expect(told({ [name]: value })).not.toBe(told({}))
  })
})

test('every environment name that the source reads is one of those (D46)', () => {
  const names = new Set(sources.flatMap(({ text }) => text.match(/IBKR_BOT__[A-Z_]+/g) ?? []))
  expect([...names].sort()).toEqual([
    'IBKR_BOT__LIVE_ACCOUNT',
    'IBKR_BOT__MODE',
    'IBKR_BOT__NOTIFY__DEAD_MAN_URL',
    'IBKR_BOT__NOTIFY__WEBHOOK_URL',
  ])
})

test('no message has a placeholder of another formatter in it (D40)', () => {
  const left = sources.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, i) => (/['"`].*%[sdifjo]\b/.test(line) ? [`${path}:${i + 1}`] : [])),
  )
  expect(left).toEqual([])
})
