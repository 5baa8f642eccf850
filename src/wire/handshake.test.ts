import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  BOT_VERSIONS,
  clientPrelude,
  encodeServerHello,
  negotiate,
  parseServerHello,
  PreludeReader,
} from './handshake.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function prelude(range: string, length = range.length): Uint8Array {
  return bytes(`API\0\0\0\0${String.fromCharCode(length)}${range}`)
}

describe('the client', () => {
  test('announces v176..193, without a NUL behind it', () => {
    expect(clientPrelude(BOT_VERSIONS)).toEqual(prelude('v176..193'))
  })

  test('names a single version once, and its connect options', () => {
    expect(clientPrelude({ min: 200, max: 200 }, '+PACEAPI')).toEqual(prelude('v200 +PACEAPI'))
  })
})

describe('the server reads', () => {
  test.each([
    ['v100..193', { min: 100, max: 193 }, ''],
    ['v200', { min: 200, max: 200 }, ''],
    ['v100..225 +PACEAPI', { min: 100, max: 225 }, '+PACEAPI'],
    ['v157..178 ', { min: 157, max: 178 }, ''],
  ])('%s', (text, versions, options) => {
    const hello = new PreludeReader().push(prelude(text))
    expect(hello).toMatchObject({ ok: true, value: { versions, options } })
  })

  test('in any pieces, and keeps what came behind', () => {
    const stream = new Uint8Array([...prelude('v176..193'), 1, 2, 3])
    fc.assert(
      fc.property(fc.nat(stream.length), fc.nat(stream.length), (a, b) => {
        const [from, to] = a < b ? [a, b] : [b, a]
        const reader = new PreludeReader()
        for (const chunk of [stream.subarray(0, from), stream.subarray(from, to)]) {
          const result = reader.push(chunk)
          if (!result.ok || result.value !== null) return
        }
        const last = reader.push(stream.subarray(to))
        expect(last).toMatchObject({
          ok: true,
          value: { versions: { min: 176, max: 193 }, rest: new Uint8Array([1, 2, 3]) },
        })
      }),
    )
  })

  test.each([
    ['another protocol', bytes('GET / HTTP/1.1\r\n\r\n')],
    ['one wrong byte', bytes('APJ')],
    ['an old client', bytes('63\0')],
    ['no length', bytes('API\0\0\0\0\0')],
    ['a length of garbage', bytes('API\0v100..193')],
    ['no range', prelude('hello')],
    ['a range that runs backwards', prelude('v193..176')],
    ['a NUL in the options', prelude('v193 a\0b')],
  ])('refuses %s', (_, chunk) => {
    expect(new PreludeReader().push(chunk).ok).toBe(false)
  })

  test('any bytes: an answer', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), (chunks) => {
        const reader = new PreludeReader()
        for (const chunk of chunks) expect(reader.push(chunk).ok).toBeTypeOf('boolean')
      }),
    )
  })
})

describe('the version is the lower of the two maxima', () => {
  test.each([
    ['@stoqey/ib', 100, 193, 200, 193],
    ['ib_async', 157, 178, 200, 178],
    ['the newest official client', 100, 225, 200, 200],
    ['the bot against a Gateway of 176', 176, 193, 176, 176],
  ])('%s', (...[, min, max, server, version]) => {
    expect(negotiate({ min, max }, server)).toEqual({ ok: true, value: version })
  })

  test.each([
    ['rust-ibapi 3', 213, 225, 200],
    ['the bot against a Gateway of 175', 176, 193, 175],
    ['a client older than the codec', 100, 156, 200],
  ])('%s is refused, and the refusal names both ranges', (...[, min, max, server]) => {
    const result = negotiate({ min, max }, server)
    expect(result).toEqual({
      ok: false,
      error: `the client speaks ${min} to ${max}, the server 157 to ${server}`,
    })
  })
})

describe('the answer of the server', () => {
  const connectionTime = '20250117 15:49:26 Central European Standard Time'

  test('is one frame of exactly two fields, and reads back', () => {
    const frame = encodeServerHello({ version: 193, connectionTime })
    expect(frame.subarray(4)).toEqual(bytes(`193\0${connectionTime}\0`))
    expect(frame[3]).toBe(frame.length - 4)
    expect(parseServerHello(frame.subarray(4))).toEqual({
      ok: true,
      value: { version: 193, connectionTime },
    })
  })

  test.each([
    ['without its last NUL', '193\x0020250117 15:49:26 GMT'],
    ['of three fields', '193\x0020250117 15:49:26 GMT\0\0'],
    ['of one field', '193\0'],
    ['that redirects, as old ones did', '-1\0host\0'],
    ['of no bytes', ''],
  ])('%s is refused', (_, text) => {
    expect(parseServerHello(bytes(text)).ok).toBe(false)
  })
})
