import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseSettings } from '../../src/config/load.ts'
import { configText } from '../simulation/config-text.ts'
import { ROOT } from './titles.ts'

const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !/\.(test|contract|testing)\.ts$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(ROOT, 'src', path), 'utf8') }))
test.each([
  ['IBKR_BOT__MODE', 'dry-run'],
  ['IBKR_BOT__NOTIFY__WEBHOOK_URL', 'https://127.0.0.1/hook'],
  ['IBKR_BOT__NOTIFY__DEAD_MAN_URL', 'https://127.0.0.1/alive'],
])('the environment name %s changes what is in effect (D46)', (name, value) => {
  const text = configText({ mode: 'demo' })
    .replace('mode: demo', 'mode: paper\naccount: DU1234567\ngateway: { port: 4002 }')
    .replace(/^notify: .*$/m, 'notify: { hosts: ["127.0.0.1"], allow_private: true }')
  const told = (environment: Record<string, string>): string => {
    const settings = parseSettings(text, { path: 'my.yaml', environment })
    expect(settings).toMatchObject({ ok: true })
    return JSON.stringify(settings)
  }
  expect(told({ [name]: value })).not.toBe(told({}))
})

test('every environment name that the source reads is one of those (D46)', () => {
  const names = new Set(sources.flatMap(({ text }) => text.match(/IBKR_BOT__[A-Z_]+/g) ?? []))
  expect([...names].sort()).toEqual([
    // `src/config/dashboard.test.ts` sets them; ADA and PHONE are examples of names.
    'IBKR_BOT__DASHBOARD__METRICS_TOKEN',
    'IBKR_BOT__DASHBOARD__USERS__',
    'IBKR_BOT__DASHBOARD__USERS__ADA__PASSWORD',
    'IBKR_BOT__LIVE_ACCOUNT',
    'IBKR_BOT__MODE',
    // Before name and part of a channel: `src/cli/alert-channels.test.ts` sets each of them.
    'IBKR_BOT__NOTIFY__',
    'IBKR_BOT__NOTIFY__DEAD_MAN_URL',
    'IBKR_BOT__NOTIFY__PHONE__TOKEN',
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
