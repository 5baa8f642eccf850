import type { Prng } from '../../src/base/prng.ts'
import type { Table } from '../../src/wire/fields.ts'
import { frame } from '../../src/wire/frame.ts'
import { clientPrelude, encodeServerHello } from '../../src/wire/handshake.ts'
import { encodeRequest, requestTable } from '../../src/wire/requests.ts'
import { encodeResponse, responseTable } from '../../src/wire/responses.ts'
import { bitten, cutsOf, latin1, oneElse, piecesOf, unlatin1 } from './drawn.ts'
import { without } from './subject.ts'
import { messageFrom } from './wire-values.ts'

export type Side = 'request' | 'response' | 'client-hello' | 'server-hello'

/** What one end of a connection hears. */
export interface WireInput {
  readonly side: Side
  readonly version: number
  readonly stream: Uint8Array
  /** Where the network cuts it; `each`: at every place in turn, in two. */
  readonly cuts: readonly number[] | 'each'
  /** Nothing was done to it: it must be read, and written again to the byte. */
  readonly whole: boolean
}

const TABLES = { request: requestTable as Table, response: responseTable as Table }
const ENCODERS = { request: encodeRequest, response: encodeResponse }

export function wireInput(prng: Prng): WireInput {
  if (prng.chance(0.03)) return helloInput(prng)
  const side = prng.chance(0.5) ? 'request' : 'response'
  const version = prng.int(157, 200)
  const frames = Array.from({ length: prng.chance(0.6) ? 1 : prng.int(2, 4) }, () =>
    frameFrom(prng, side, version),
  )
  const whole = prng.chance(0.25)
  const stream = whole ? Buffer.concat(frames) : damaged(prng, frames)
  const each = stream.length < 700 && prng.chance(0.03)
  const cuts = each ? 'each' : cutsOf(prng, stream.length)
  return { side, version, stream: new Uint8Array(stream), cuts, whole }
}

/** The frame of some message of this version. */
export function frameFrom(prng: Prng, side: 'request' | 'response', version: number): Uint8Array {
  const spoken = TABLES[side].filter(({ since }) => version >= since)
  const message = spoken[prng.int(0, spoken.length - 1)]
  if (message === undefined) throw new Error(`expected messages at ${version}`)
  const value = messageFrom(prng, message, version)
  const encoded = ENCODERS[side](value as never, version)
  if (encoded.ok) return encoded.value
  throw new Error(`a generated message is refused: ${JSON.stringify(encoded.error)}`)
}

function helloInput(prng: Prng): WireInput {
  const side = prng.chance(0.5) ? 'client-hello' : 'server-hello'
  const version = prng.int(157, 200)
  const sound =
    side === 'client-hello'
      ? clientPrelude({ min: prng.int(100, version), max: version }, '+PACEAPI')
      : encodeServerHello({ version, connectionTime: '20260109 10:00:00 US/Eastern' })
  const whole = prng.chance(0.2)
  const stream = whole ? sound : bitten(prng, sound)
  return { side, version, stream, cuts: cutsOf(prng, stream.length), whole }
}

/** One of them damaged: its payload, its length, or its bytes whatever they are. */
export function damaged(prng: Prng, frames: readonly Uint8Array[]): Buffer {
  const at = prng.int(0, frames.length - 1)
  const one = frames[at] ?? new Uint8Array()
  const put = (bytes: Uint8Array): Buffer => Buffer.concat(frames.with(at, bytes))
  const payload = one.subarray(4)
  const kind = prng.next()
  if (kind < 0.5) return put(frame(fieldwise(prng, payload)))
  if (kind < 0.75) return put(frame(bitten(prng, payload)))
  if (kind < 0.9) return put(mislengthed(prng, one))
  return kind < 0.95 ? Buffer.from(bitten(prng, put(one), 12)) : Buffer.from(noise(prng))
}

/** Fault F9. */
const LENGTHS = [
  -4,
  -1,
  0,
  1,
  2,
  3,
  2 ** 31 - 1,
  17 * 2 ** 20,
  0xffffff,
  0x1000000,
  4_096,
  -(2 ** 31),
]

function mislengthed(prng: Prng, whole: Uint8Array): Uint8Array {
  const bytes = Buffer.from(whole)
  const length = prng.chance(0.7) ? oneElse(prng, LENGTHS, 0) : whole.length - 4 + prng.int(-8, 8)
  bytes.writeUInt32BE(length >>> 0, 0)
  return bytes
}

const ODD_FIELDS = [
  '',
  '0',
  '-1',
  '-0',
  '-0e0',
  '2147483647',
  '2147483648',
  '9223372036854775807',
  '1.7976931348623157E308',
  '1e999',
  '-1e400',
  'NaN',
  'Infinity',
  '-Infinity',
  '0x10',
  '1e-400',
  '.5',
  '5.',
  '1..2',
  '00000000000000000001',
  '0.1234567890123456789012345',
  'true',
  'abc',
  'a=b;c=d;',
  '=;',
  ';;;',
  '\\u0000',
  '\\ud83d\\ude00',
  'x'.repeat(300),
  '9'.repeat(400),
  'Z\xfcrich',
  '\xff\xfe',
  '\xc3\x28',
  '__proto__',
]

/** Fields dropped, doubled, swapped, replaced and added; the NULs between them stay. */
function fieldwise(prng: Prng, payload: Uint8Array): Uint8Array {
  const fields = latin1(payload).split('\0').slice(0, -1)
  const times = prng.int(1, 3)
  for (let i = 0; i < times; i++) {
    const at = prng.int(prng.chance(0.9) ? 1 : 0, Math.max(1, fields.length - 1))
    switch (prng.int(0, 6)) {
      case 0:
        fields.splice(at, prng.int(1, 3))
        break
      case 1:
        fields.splice(at, 0, fields[at] ?? '')
        break
      case 2:
        fields.splice(at, 2, fields[at + 1] ?? '', fields[at] ?? '')
        break
      case 3:
        fields.push(...Array.from({ length: prng.int(1, 4) }, () => oneElse(prng, ODD_FIELDS, '')))
        break
      case 4:
        fields.length = Math.min(fields.length, at)
        break
      default:
        fields.splice(at, 1, oneElse(prng, ODD_FIELDS, ''))
    }
  }
  return unlatin1(fields.map((field) => `${field}\0`).join(''))
}

function noise(prng: Prng): Uint8Array {
  const length = prng.int(1, 120)
  const isTls = prng.chance(0.1) // F10
  const bytes = Uint8Array.from({ length }, () => prng.int(0, 255))
  if (isTls) bytes.set([0x16, 0x03, 0x01].slice(0, length))
  return bytes
}

/** As the network brings it, and only one way of several where it is cut at each place. */
export function chunksOf({ stream, cuts }: WireInput): readonly Uint8Array[] {
  return piecesOf(stream, cuts === 'each' ? [] : cuts)
}

export function writeWire({ stream, ...rest }: WireInput): string {
  return JSON.stringify({ ...rest, stream: latin1(stream) })
}

export function readWire(text: string): WireInput {
  const { stream, ...rest } = JSON.parse(text) as Omit<WireInput, 'stream'> & { stream: string }
  return { ...rest, stream: unlatin1(stream) }
}

export function* smallerWire(input: WireInput): Generator<WireInput> {
  const { stream, cuts } = input
  if (input.whole) return
  if (cuts.length > 0) yield { ...input, cuts: [] }
  for (const left of without(stream.length, (from, to) => [
    ...stream.subarray(0, from),
    ...stream.subarray(to),
  ])) {
    const kept = cuts === 'each' ? cuts : cuts.filter((cut) => cut < left.length)
    yield { ...input, stream: new Uint8Array(left), cuts: kept }
    yield { ...input, stream: relengthed(left), cuts: kept }
  }
}

/** With the length that makes one frame of it. */
function relengthed(bytes: readonly number[]): Uint8Array {
  const whole = Buffer.from(bytes)
  if (whole.length > 4) whole.writeUInt32BE(whole.length - 4, 0)
  return new Uint8Array(whole)
}
