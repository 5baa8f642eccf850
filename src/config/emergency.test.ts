import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { emergencySettings } from './emergency.ts'

const root = mkdtempSync(join(tmpdir(), 'emergency-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const example = readFileSync(join(import.meta.dirname, '../../config/example.yaml'), 'utf8')
const head = `mode: paper
account: DU1234567
gateway: { port: 4010, client_id_base: 50, ports: { 4010: paper } }
`
const whole = `${head}${example.replace('mode: demo', '').replace(/^state_folder:.*$/m, '')}
state_folder: kept
`
const known = {
  mode: 'paper',
  account: 'DU1234567',
  gateway: { host: '127.0.0.1', port: 4010, clientIdBase: 50, side: 'paper' },
  stateFolder: 'kept',
}

function settingsOf(text: string) {
  const path = join(root, 'bot.yaml')
  writeFileSync(path, text)
  return emergencySettings(path)
}

test('a whole configuration is read as the bot reads it', () => {
  expect(settingsOf(whole)).toMatchObject({ ...known, problems: [] })
})

test.each([
  ['a risk limit that is not there', whole.replace(/^ +max_daily_loss:.*$/m, '')],
  ['a key that nobody knows', `${whole}surprise: 1\n`],
  ['a symbol that is none', whole.replace('- QQQ', '- q?')],
  ['a gateway key that nobody knows', whole.replace('port: 4010,', 'port: 4010, colour: red,')],
  ['a line that is no YAML', `${whole}entry: [1, 2\n`],
  ['an alias of nothing', `${whole}surprise: *nothing\n`],
  ['a billion laughs', `a: &a [${'x,'.repeat(20)}]\nb: &b [${'*a,'.repeat(20)}]\n${whole}`],
  ['nothing but what it needs', `${head}state_folder: kept\n`],
])('%s does not lock the way out, and is told', (_, text) => {
  const found = settingsOf(text)
  expect(found).toMatchObject(known)
  expect(found.problems).not.toEqual([])
})

test('what is not there is not guessed', () => {
  expect(settingsOf('mode: papre\n')).toMatchObject({ mode: null, account: null, gateway: null })
  expect(settingsOf(head.replace('4010,', 'x,')).gateway).toBeNull()
  expect(settingsOf(head.replace('50', '0')).gateway).toBeNull()
  expect(emergencySettings(join(root, 'nothing.yaml'))).toMatchObject({
    mode: null,
    gateway: null,
    problems: [expect.stringContaining('expected a readable file')],
  })
})
