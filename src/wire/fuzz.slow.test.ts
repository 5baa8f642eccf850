import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codecOf } from './codec.ts'
import type { Table } from './fields.ts'
import { messageOf } from './messages.testing.ts'
import { decodeRequest, requestTable } from './requests.ts'
import { decodeResponse, responseTable } from './responses.ts'

/** Versions between gates, at the ends, and where the bot and its clients meet. */
const version = fc.constantFrom(157, 163, 173, 176, 178, 187, 193, 200)

interface Sample {
  readonly kind: string
  readonly version: number
  readonly payload: Uint8Array
  readonly decode: (payload: Uint8Array, version: number) => { readonly ok: boolean }
}

function samplesOf(table: Table): fc.Arbitrary<Sample> {
  const codec = codecOf(table)
  return version.chain((at) => {
    const spoken = table.filter(({ since }) => at >= since)
    return fc.constantFrom(...spoken).chain((message) =>
      messageOf(message, at).map((value) => {
        const frame = codec.encode(value as never, at)
        if (!frame.ok) throw new Error(JSON.stringify(frame.error))
        const payload = frame.value.subarray(4)
        return { kind: message.kind, version: at, payload, decode: codec.decode }
      }),
    )
  })
}

const sample = fc.oneof(samplesOf(requestTable), samplesOf(responseTable))

/** Offsets at which a field begins, the end of the payload included. */
function boundaries(payload: Uint8Array): readonly number[] {
  const starts = [0]
  for (const [i, byte] of payload.entries()) if (byte === 0) starts.push(i + 1)
  return starts
}

describe('a damaged frame is an error value', () => {
  test('cut short inside a field', () => {
    fc.assert(
      fc.property(sample, fc.nat(), ({ payload, version: at, decode }, random) => {
        const cut = payload.subarray(0, random % payload.length)
        if (cut[cut.length - 1] === 0) return
        expect(decode(cut, at)).toMatchObject({ ok: false, error: { kind: 'short' } })
      }),
    )
  })

  test('cut short between fields', () => {
    fc.assert(
      fc.property(sample, fc.nat(), ({ kind, payload, version: at, decode }, random) => {
        // The first holds whatever there is; the second may be left without its end (protocol.md 8).
        if (kind.startsWith('verify') || kind === 'historicalDataEnd') return
        const ends = boundaries(payload).slice(1, -1)
        if (ends.length === 0) return
        const result = decode(payload.subarray(0, ends[random % ends.length]), at)
        expect(result).toMatchObject({ ok: false })
      }),
      { numRuns: 500 },
    )
  })

  test('with a field too many: surplus, and the message is there all the same', () => {
    fc.assert(
      fc.property(sample, ({ kind, payload, version: at, decode }) => {
        // Holds whatever there is, or has a count that may be left out.
        if (kind.startsWith('verify') || kind.startsWith('calc')) return
        const value = (decode(payload, at) as { readonly value?: unknown }).value
        const longer = new Uint8Array([...payload, 0])
        expect(decode(longer, at)).toMatchObject({
          ok: false,
          error: { kind: 'surplus', decoded: value },
        })
      }),
    )
  })

  test('with bytes changed, put in or taken out: an answer, in time', () => {
    const edit = fc.record({ at: fc.nat(), drop: fc.nat(3), put: fc.uint8Array({ maxLength: 3 }) })
    fc.assert(
      fc.property(sample, fc.array(edit, { minLength: 1 }), (frame, edits) => {
        const bytes = [...frame.payload]
        for (const { at, drop, put } of edits) bytes.splice(at % (bytes.length + 1), drop, ...put)
        expect(frame.decode(new Uint8Array(bytes), frame.version).ok).toBeTypeOf('boolean')
      }),
      { numRuns: 3000 },
    )
  })

  test('with a number, a text or a count as long as a frame can be: an answer, in time', () => {
    for (const long of [
      '1'.repeat(2_000_000) + 'x',
      `0.${'1'.repeat(2_000_000)}`,
      '\\u00'.repeat(1e6),
    ]) {
      for (const fields of [
        ['1', '6', long],
        ['4', '2', '1', '200', long],
        ['93', '26', long],
      ]) {
        expect(decodeResponse(payloadOf(...fields), 176).ok).toBe(false)
      }
    }
  })

  test('noise', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc
        .array(fc.constantFrom('', '0', '1', '5', '17', '99', '-1', 'x', '2147483647', '1e300'))
        .map((fields) => new TextEncoder().encode(fields.map((field) => `${field}\0`).join(''))),
    )
    fc.assert(
      fc.property(noise, version, (bytes, at) => {
        expect(decodeRequest(bytes, at).ok).toBeTypeOf('boolean')
        expect(decodeResponse(bytes, at).ok).toBeTypeOf('boolean')
      }),
      { numRuns: 5000 },
    )
  })
})

const payloadOf = (...fields: readonly string[]): Uint8Array =>
  new TextEncoder().encode(fields.map((field) => `${field}\0`).join(''))

describe('an error says where', () => {
  test.each([
    ['a count above what the frame can hold', ['17', '1', '2000000000', ''], 'short', 'bars'],
    ['a negative count', ['17', '1', '-1'], 'bad-field', 'bars'],
    ['a missing field', ['1', '6', '7', '1'], 'short', 'price'],
    ['no number in a group', ['93', '26', '1', '0', 'x'], 'bad-field', 'increments.0.increment'],
    ['a tick of no known type', ['99', '1', '9', '0'], 'bad-field', 'type'],
  ])('%s', (...[, fields, kind, field]) => {
    const result = decodeResponse(payloadOf(...fields), 200)
    expect(result).toMatchObject({ ok: false, error: { kind, field } })
  })

  test('an id that no message has', () => {
    for (const id of ['1000', '', 'x', '-1', '1.5']) {
      expect(decodeRequest(payloadOf(id), 193)).toMatchObject({
        ok: false,
        error: { kind: 'unknown-message' },
      })
    }
  })

  test('the id that a damaged request carried', () => {
    const { ok, ...result } = decodeRequest(payloadOf('9', '8', '1000001', 'not a conId'), 193)
    expect(ok).toBe(false)
    expect(result).toMatchObject({
      error: { message: 'reqContractDetails', field: 'contract.conId', carried: 1000001 },
    })
  })

  test.each([156, 201, NaN, 193.5, Infinity])('version %f is none of ours', (at) => {
    expect(decodeRequest(payloadOf('49', '1'), at)).toMatchObject({ error: { kind: 'version' } })
  })
})
