import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { settingsText } from './describe.ts'
import { passwordVariable } from './dashboard.ts'
import { parseSettings } from './load.ts'

const EXAMPLE = join(import.meta.dirname, '../../config/example.yaml')
const example = parse(readFileSync(EXAMPLE, 'utf8')) as object
const ADA = 'IBKR_BOT__DASHBOARD__USERS__ADA__PASSWORD'
const GOOD = 'nine yellow submarines'

function loaded(dashboard: object | undefined, environment: Readonly<Record<string, string>> = {}) {
  const file = dashboard === undefined ? { ...example, dashboard: {} } : { ...example, dashboard }
  return parseSettings(stringify(file), { path: 'bot.yaml', environment })
}

test('left out it is on, at its port, and links alone let people in', () => {
  const settings = loaded(undefined)
  expect(settings).toMatchObject({
    ok: true,
    value: { dashboard: { enabled: true, port: 8470, users: [], metricsToken: null } },
  })
})

test('who there is stands in the file, their passwords in the environment', () => {
  const settings = loaded({ port: 9000, users: { ada: 'admin' } }, { [ADA]: GOOD })
  if (!settings.ok) throw new Error(settings.error.join('\n'))
  const [user] = settings.value.dashboard.users
  expect(user?.password.reveal()).toBe(GOOD)
  expect(JSON.stringify(settings.value)).not.toContain(GOOD)
  expect(settingsText(settings.value)).toContain('http://127.0.0.1:9000: ada (admin); no metrics')
  expect(settingsText(settings.value)).not.toContain(GOOD)
})

test.each([
  [
    { users: { ada: 'admin' } },
    {},
    `${ADA}: expected the password of ada; set it, or take ada out`,
  ],
  [{ users: { ada: 'admin' } }, { [ADA]: '' }, `${ADA}: expected the password of ada`],
  [{ users: { ada: 'admin' } }, { [ADA]: 'short' }, `${ADA}: the password `],
  [{ users: { ada: 'root' } }, { [ADA]: GOOD }, 'expected one of viewer, trader, admin'],
  [
    { users: { Engine: 'admin' } },
    { [passwordVariable('Engine')]: GOOD },
    'expected the name of a person: the bot itself goes by this one',
  ],
  [{ port: 0 }, {}, 'dashboard.port'],
  [{ prot: 1 }, {}, 'did you mean "port"?'],
  [{}, { IBKR_BOT__DASHBOARD__METRICS_TOKEN: 'x' }, 'METRICS_TOKEN: the token '],
  [
    { users: { 'a.b': 'viewer', 'a-b': 'viewer' } },
    { [passwordVariable('a.b')]: GOOD },
    'two names have one variable',
  ],
])('%j is refused with the remedy', (dashboard, environment, says) => {
  const settings = loaded(dashboard, environment)
  expect(settings.ok ? [] : settings.error).toEqual([expect.stringContaining(says)])
})

test('switched off it needs no passwords', () => {
  expect(loaded({ enabled: false, users: { ada: 'admin' } })).toMatchObject({ ok: true })
})
