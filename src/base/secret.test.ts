import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { redactor, Secret } from './secret.ts'

const url = 'https://ann:pass%3Aword@hooks.example.com:8443/services/T0CANARY/B1?key=k-CANARY'

test('a secret does not show by itself', () => {
  const secret = new Secret('CANARY')
  const shown = [String(secret), JSON.stringify({ secret }), inspect({ secret }, { depth: 9 })]
  expect(shown.join()).not.toContain('CANARY')
  expect(secret.reveal()).toBe('CANARY')
})

test.each([
  ['whole', `sent to ${url}.`],
  ['its path', 'POST /services/T0CANARY/B1?key=k-CANARY failed'],
  ['a part of its path', 'no such hook: T0CANARY'],
  ['a value of its query', 'bad key k-CANARY'],
  ['a password, decoded', 'ann pass:word'],
  ['encoded as a whole', `see ?u=${encodeURIComponent(url)}`],
])('of a URL it masks %s', (_, text) => {
  const masked = redactor([new Secret(url)])(text)
  expect(masked).toContain('[secret]')
  expect(masked).not.toMatch(/CANARY|pass/)
})

test('the host stays: it says where something failed', () => {
  const text = 'connect ECONNREFUSED hooks.example.com:8443'
  expect(redactor([new Secret(url)])(text)).toBe(text)
})

test('without secrets a text is as it was; an empty one masks nothing', () => {
  expect(redactor([])('a b')).toBe('a b')
  expect(redactor([new Secret('')])('a b')).toBe('a b')
})
