import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseSettings } from '../../src/config/load.ts'
import { readJournal } from '../../src/journal/sqlite.ts'
import { Cli } from '../scenarios/cli-process.ts'
import { scratch } from '../scenarios/scratch.ts'
import { ROOT } from './pages.ts'

/** The walk of docs/strategies.md, from its test to the demo. */

const at = (name: string): string => join(ROOT, 'docs/examples', name)

test('its own test passes', () => {
  const run = (file: string) => spawnSync(process.execPath, ['--test', file], { encoding: 'utf8' })
  const ended = run(at('new-high.test.mjs'))
  expect({ code: ended.status, said: ended.stdout }).toMatchObject({ code: 0 })
  expect(ended.stdout).toMatch(/pass 8/)
})

test('its configuration is the example with another strategy, and nothing else', () => {
  const text = readFileSync(at('new-high.yaml'), 'utf8')
  const example = readFileSync(join(ROOT, 'config/example.yaml'), 'utf8')
  expect(text).toBe(example.replace(/^strategies: .*$/m, 'strategies: [{ file: ./new-high.mjs }]'))
  expect(parseSettings(text, { path: at('new-high.yaml'), environment: {} }).ok).toBe(true)
})

test('it trades the demo, and every entry says the numbers of the rule', async () => {
  const state = scratch('new-high')
  const flags = ['--speed', '0', '--symbols', 'SPY', '--state', state]
  const demo = new Cli(['demo', '--config', at('new-high.yaml'), ...flags])
  await demo.says('new-high rise: SPY')
  expect(await demo.end('SIGINT')).toMatchObject({ code: 0, stderr: '' })
  const entries = readJournal(join(state, 'demo/journal.db'))
  const reasons = (entries.ok ? entries.value : []).flatMap(({ event }) =>
    event.type === 'EntryApproved' ? [event.request.signal.reason] : [],
  )
  expect(reasons.length).toBeGreaterThan(0)
  expect(reasons.filter((reason) => !/^new high: close [\d.]+, highest/.test(reason))).toEqual([])
})
