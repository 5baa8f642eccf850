import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { envFileOf, envObjection, envText, withEnvFile } from './env-file.ts'
import { loadSettings } from './load.ts'

const root = mkdtempSync(join(tmpdir(), 'env-'))
const config = join(root, 'my.yaml')
const path = envFileOf(config)

beforeEach(() => rmSync(path, { recursive: true, force: true }))
afterAll(() => rmSync(root, { recursive: true, force: true }))

function written(text: string, mode = 0o600): void {
  writeFileSync(path, text, { mode })
  chmodSync(path, mode)
}

test('without a file the environment is what it is', () => {
  const environment = { A: '1' }
  expect(withEnvFile(config, environment)).toEqual({ environment, warnings: [], problems: [] })
})

test('the file fills what the environment leaves open, and never wins', () => {
  written("IBKR_BOT__MODE=demo\nIBKR_BOT__NOTIFY__WEBHOOK_URL='https://a.example/x#y'\n")
  const { environment, warnings } = withEnvFile(config, { IBKR_BOT__MODE: 'dry-run' })
  expect(environment).toEqual({
    IBKR_BOT__MODE: 'dry-run',
    IBKR_BOT__NOTIFY__WEBHOOK_URL: 'https://a.example/x#y',
  })
  expect(warnings).toEqual([])
})

test('it steers nothing but this bot, and unlocks nothing', () => {
  written('NODE_OPTIONS=--inspect\nPATH=/tmp\nIBKR_BOT__LIVE_ACCOUNT=U1234567\n')
  const read = withEnvFile(config, {})
  expect(read.environment).toEqual({})
  expect(read.warnings).toEqual([`${path}: NODE_OPTIONS, PATH: not taken; only IBKR_BOT__... are`])
  expect(read.problems).toEqual([
    `${path}: IBKR_BOT__LIVE_ACCOUNT: no file unlocks live; set it in the bot's own environment`,
  ])
})

test.each([0o644, 0o640, 0o604])('mode %o is warned of: others may read it', (mode) => {
  written('IBKR_BOT__MODE=demo\n', mode)
  expect(withEnvFile(config, {}).warnings).toEqual([
    `${path}: others on this machine may read your secrets; chmod 600 ${path}`,
  ])
})

test('what is no file is a problem with its place', () => {
  mkdirSync(path)
  expect(withEnvFile(config, {}).problems[0]).toContain(
    `${path}: expected a readable file, or none`,
  )
})

test('a configuration is loaded with it: mode and webhook count', () => {
  copyFileSync(join(import.meta.dirname, '../../config/example.yaml'), config)
  written("IBKR_BOT__NOTIFY__WEBHOOK_URL='http://no.example/hook'\n")
  const refused = loadSettings(config, {})
  expect(refused.ok ? '' : refused.error.join()).toContain('IBKR_BOT__NOTIFY__WEBHOOK_URL')
  written('IBKR_BOT__LIVE_ACCOUNT=U1234567\n')
  const live = loadSettings(config, {})
  expect(live.ok ? '' : live.error.join()).toContain('no file unlocks live')
  written('IBKR_BOT__MODE=live\n')
  const raised = loadSettings(config, {})
  expect(raised.ok ? '' : raised.error.join()).toContain('expected nothing less cautious')
})

test('what is written is read back, and other lines stay', () => {
  const value = fc
    .string({ minLength: 1, maxLength: 30 })
    .filter((text) => envObjection(text) === null)
  fc.assert(
    fc.property(value, (text) => {
      const after = envText('# mine\nOTHER=1\nA=old\n', { A: text })
      expect(parseEnv(after)).toEqual({ OTHER: '1', A: text })
      expect(after.startsWith('# mine\n')).toBe(true)
    }),
  )
  expect(envObjection('a\nb')).toBe('has a line break')
})
