import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { circles, linesOf, violations, type Source } from './tidy-rules.ts'

const root = join(import.meta.dirname, '..')
const isTest = (path: string) => /\.(test|contract|testing)\.ts$/.test(path)

/** Product code: tests and contract suites may await, wait on sockets and try. */
const sources: readonly Source[] = readdirSync(join(root, 'src'), {
  recursive: true,
  encoding: 'utf8',
})
  .filter((path) => path.endsWith('.ts') && !isTest(path))
  .map((path) => ({
    path: path.replaceAll('\\', '/'),
    text: readFileSync(join(root, 'src', path), 'utf8'),
  }))

describe('the structure of docs/architecture.md', () => {
  test('floors, banned calls and sizes hold', () => {
    expect(sources.length).toBeGreaterThan(20)
    expect(violations(sources)).toEqual([])
  })

  test('no file imports itself by way of others, not even a type', () => {
    expect(circles(sources)).toEqual([])
  })

  test('the median file is under 110 lines', () => {
    const lengths = sources.map(linesOf).sort((a, b) => a - b)
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThan(110)
  })

  test('no line is over 100 columns', () => {
    const long = sources.flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, i) => (line.length > 100 ? [`${path}:${i + 1}`] : [])),
    )
    expect(long).toEqual([])
  })

  test('the simulator loads without journal and ibkr, native modules or a broker', () => {
    const inside = sources.filter((source) => source.path.startsWith('simulator/'))
    expect(inside.filter(({ text }) => /\.\.\/(journal|ibkr)\/|sqlite/.test(text))).toEqual([])
  })

  test('the lockfile carries no download addresses', () => {
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toContain('"resolved"')
  })

  test('T15: runtime dependencies are the budget', () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>
    }
    expect(Object.keys(dependencies)).toEqual([
      '@clack/prompts',
      '@fastify/cookie',
      '@fastify/helmet',
      '@fastify/rate-limit',
      '@fastify/static',
      '@fastify/swagger',
      '@photostructure/sqlite',
      'cli-table3',
      'cockatiel',
      'commander',
      'fastify',
      'fastify-type-provider-zod',
      'nodemailer',
      'picocolors',
      'prom-client',
      'temporal-polyfill',
      'yaml',
      'zod',
    ])
    for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/)
  })
})

/** A checker is believed after it has caught a planted violation. */
describe('planted violations are caught', () => {
  const planted: readonly (readonly [string, Source, string])[] = [
    [
      'an import of a sibling',
      { path: 'strategy/x.ts', text: "import { y } from '../risk/y.ts'" },
      'strategy/x.ts:1',
    ],
    [
      'an import upwards',
      { path: 'domain/x.ts', text: "\nimport type { S } from '../trading/state.ts'" },
      'domain/x.ts:2',
    ],
    [
      'what a person is shown, reaching for a command line',
      { path: 'cockpit/x.ts', text: "import { y } from '../cli/y.ts'" },
      'cockpit/x.ts:1',
    ],
    ['the wall clock', { path: 'trading/x.ts', text: 'const a = Date.now()' }, 'use clock.now()'],
    ['a timer', { path: 'engine/x.ts', text: 'setTimeout(() => 1, 5)' }, 'use clock.after()'],
    [
      'drawn randomness',
      { path: 'simulator/x.ts', text: 'const r = Math.random()' },
      'seeded Prng',
    ],
    ['the environment', { path: 'cli/x.ts', text: 'if (process.env.A) go()' }, 'use settings'],
    ['try in the core', { path: 'trading/x.ts', text: '  try {' }, 'a Result'],
    ['await in the core', { path: 'orders/x.ts', text: 'await y' }, 'synchronous'],
    ['an approval by cast', { path: 'engine/x.ts', text: 'o as Approved<Order>' }, 'use risk'],
    ['a socket', { path: 'ibkr/x.ts', text: "import { connect } from 'node:net'" }, 'Transport'],
    [
      'a driver below the adapters',
      { path: 'engine/x.ts', text: "import { z } from 'zod'" },
      'a port',
    ],
    ['a default export', { path: 'base/x.ts', text: 'export default 1' }, 'named export'],
    ['an unknown room', { path: 'attic/x.ts', text: '' }, 'has no floor'],
    ['a giant', { path: 'wire/x.ts', text: 'x\n'.repeat(601) }, 'over 600 lines'],
  ]
  test.each(planted)('%s', (_name, source, says) => {
    expect(violations([source]).join('\n')).toContain(says)
  })

  test('a comment is not a violation', () => {
    expect(
      violations([{ path: 'trading/x.ts', text: '/** never Date.now() */\n// await it' }]),
    ).toEqual([])
  })
})
