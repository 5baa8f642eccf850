import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseSettings } from './load.ts'

const EXAMPLE = readFileSync(join(import.meta.dirname, '../../config/example.yaml'), 'utf8')

function problems(kind: string, environment: Readonly<Record<string, string>>): readonly string[] {
  const more = kind === 'email' ? ', host: hooks.example.com, from: a@b.co, to: [a@b.co]' : ''
  const channels = kind === '' ? '[]' : `[{ kind: ${kind}${more} }]`
  const hosts = 'hosts: [hooks.example.com, api.pushover.net, api.telegram.org]'
  const text = EXAMPLE.replace('hosts: []', hosts).replace('channels: []', `channels: ${channels}`)
  const parsed = parseSettings(text, { path: 'my.yaml', environment })
  return parsed.ok ? [] : parsed.error
}

const P = 'IBKR_BOT__NOTIFY__'
const HOOK = 'https://hooks.example.com/CANARY'
const PLAIN = 'without spaces, line breaks and characters beyond ASCII'

test.each<[string, Readonly<Record<string, string>>, string]>([
  ['ntfy', { [`${P}NTFY__URL`]: HOOK, [`${P}NTFY__TOKEN`]: 'tk_CANARY\n' }, 'NTFY__TOKEN'],
  ['ntfy', { [`${P}NTFY__URL`]: HOOK, [`${P}NTFY__TOKEN`]: '“CANARY”' }, 'NTFY__TOKEN'],
  ['ntfy', { [`${P}NTFY__URL`]: `${HOOK}\n`, [`${P}NTFY__TOKEN`]: 'CANARY' }, 'NTFY__URL'],
  ['discord', { [`${P}DISCORD__URL`]: `${HOOK} ` }, 'DISCORD__URL'],
  ['telegram', { [`${P}TELEGRAM__TOKEN`]: '1:a', [`${P}TELEGRAM__CHAT_ID`]: '1\t' }, 'CHAT_ID'],
  ['pushover', { [`${P}PUSHOVER__TOKEN`]: 'CANARY b', [`${P}PUSHOVER__USER`]: 'u' }, 'ER__TOKEN'],
  ['', { [`${P}WEBHOOK_URL`]: `${HOOK}\u0000` }, 'WEBHOOK_URL'],
  ['', { [`${P}DEAD_MAN_URL`]: `${HOOK}\n` }, 'DEAD_MAN_URL'],
])('a secret of %s that no request can carry is a problem (%#)', (kind, environment, name) => {
  const found = problems(kind, environment)
  expect(found).toEqual([expect.stringContaining(`${name}: expected a value ${PLAIN}`)])
  expect(found.join()).toContain('set it again')
  expect(found.join()).not.toContain('CANARY')
})

test('a password may have spaces and any letter, and no control character', () => {
  const user = { [`${P}EMAIL__USER`]: 'me' }
  expect(problems('email', { ...user, [`${P}EMAIL__PASSWORD`]: 'pä ss' })).toEqual([])
  expect(problems('email', { ...user, [`${P}EMAIL__PASSWORD`]: 'CANARY\n' })).toEqual([
    expect.stringContaining('EMAIL__PASSWORD: expected a value without line breaks'),
  ])
})
