import { afterAll, expect, test } from 'vitest'
import { clientPrelude, encodeServerHello, parseServerHello } from '../../src/wire/handshake.ts'
import { trueCodecs } from './codecs.ts'
import { bytes, textsOf } from './evidence.ts'
import { goldenCases } from './golden.ts'
import { PACKAGES, packageNames, preludeOf } from './packages.ts'

afterAll(() => console.log(`golden bytes: ${goldenCases.length} cases`))

test.each(goldenCases.map((each) => [each.name, each] as const))('%s', (_, { check }) => {
  expect(check(trueCodecs.request)).toBe(null)
})

test('the helper makes the bytes it says it makes', () => {
  const heartbeat = [0, 0, 0, 5, 0x34, 0x39, 0, 0x31, 0]
  expect([...bytes('49|1')]).toEqual(heartbeat)
  expect(textsOf(Uint8Array.from(heartbeat))).toEqual(['49', '1'])
})

test.each([
  [176, 193],
  [176, 200],
] as const)('the first bytes of the bot say v%i..%i', (min, max) => {
  const range = [...Buffer.from(`v${min}..${max}`, 'latin1')]
  const wanted = [0x41, 0x50, 0x49, 0, 0, 0, 0, 9, ...range]
  expect([...clientPrelude({ min, max })]).toEqual(wanted)
})

test.each(packageNames)('%s begins as we would with its range', (name) => {
  expect(Buffer.from(clientPrelude({ min: 100, max: PACKAGES[name] }))).toEqual(
    Buffer.from(preludeOf(name)),
  )
})

test('the version frame has exactly two fields, whatever the zone is called', () => {
  const hello = { version: 193, connectionTime: '20260310 09:30:00 Central European Time' }
  const wanted = bytes('193|20260310 09:30:00 Central European Time')
  expect(Buffer.from(encodeServerHello(hello))).toEqual(Buffer.from(wanted))
  expect(parseServerHello(wanted.subarray(4))).toEqual({ ok: true, value: hello })
})
