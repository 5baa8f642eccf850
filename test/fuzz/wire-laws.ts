import type { Result } from '../../src/base/result.ts'
import type { WireError } from '../../src/wire/codec.ts'
import { FrameReader } from '../../src/wire/frame.ts'
import { parseServerHello, PreludeReader } from '../../src/wire/handshake.ts'
import { decodeRequest, encodeRequest } from '../../src/wire/requests.ts'
import { decodeResponse, encodeResponse } from '../../src/wire/responses.ts'
import { piecesOf } from './drawn.ts'
import { counted } from './edges.ts'
import type { Counts } from './edges.ts'
import { shapeOf } from './subject.ts'
import { timed } from './timed.ts'
import { chunksOf } from './wire-input.ts'
import type { WireInput } from './wire-input.ts'

/** F9: no hang longer than this. */
const MS_MAX = 50
/** Beside what has come, and whatever a length promises. */
const ROOM = 65_536

/** What is under trial; another in its place shows that the laws notice. */
export interface Trial {
  readonly newReader: () => Pick<FrameReader, 'push'>
  readonly decode: Decode
  readonly encode: Encode
}
type Decode = (side: Plain, payload: Uint8Array, version: number) => Result<unknown, WireError>
type Encode = (side: Plain, value: never, version: number) => Result<Uint8Array, WireError>
type Plain = 'request' | 'response'

export const ours: Trial = {
  newReader: () => new FrameReader(),
  decode: (side, payload, version) =>
    (side === 'request' ? decodeRequest : decodeResponse)(payload, version),
  encode: (side, value, version) =>
    side === 'request' ? encodeRequest(value, version) : encodeResponse(value, version),
}

/** Every law of frames, codec and handshake on one input. */
export function judgeWire(input: WireInput, reached: Counts, trial = ours): string | null {
  const { side } = input
  if (side === 'client-hello' || side === 'server-hello') {
    return timed(MS_MAX, () => brokenHello(input, reached))
  }
  const expected = framesIn(input.stream)
  counted(reached, `frames: ${expected.end}`)
  const framing = timed(MS_MAX, () => brokenFraming(input, expected, trial))
  if (framing !== null) return framing
  for (const payload of expected.frames) {
    const at = { side, payload, version: input.version, whole: input.whole }
    const codec = timed(MS_MAX, () => brokenCodec(at, reached, trial))
    if (codec !== null) return codec
  }
  return input.whole && expected.end !== 'all' ? 'what was encoded is not framed' : null
}

interface Framed {
  readonly frames: readonly Uint8Array[]
  readonly end: 'all' | 'more to come' | 'bad-length' | 'unterminated'
}

/** The frames of a whole stream, by a reader that has it all: nothing to remember, nothing to lose. */
export function framesIn(stream: Uint8Array): Framed {
  const frames: Uint8Array[] = []
  let rest = Buffer.from(stream)
  while (rest.length >= 4) {
    const length = rest.readUInt32BE(0)
    if (length === 0 || length > 0xffffff) return { frames, end: 'bad-length' }
    if (rest.length < 4 + length) return { frames, end: 'more to come' }
    const payload = rest.subarray(4, 4 + length)
    if (payload.at(-1) !== 0) return { frames, end: 'unterminated' }
    frames.push(payload)
    rest = rest.subarray(4 + length)
  }
  return { frames, end: rest.length === 0 ? 'all' : 'more to come' }
}

function brokenFraming(input: WireInput, expected: Framed, trial: Trial): string | null {
  const { stream, cuts } = input
  if (cuts !== 'each') return brokenCut(chunksOf(input), expected, trial)
  for (let at = 1; at < stream.length; at++) {
    const broken = brokenCut(piecesOf(stream, [at]), expected, trial)
    if (broken !== null) return `cut at ${at}: ${broken}`
  }
  return null
}

function brokenCut(chunks: readonly Uint8Array[], expected: Framed, trial: Trial): string | null {
  const reader = trial.newReader()
  const measures = expected.end !== 'all'
  const before = measures ? process.memoryUsage().arrayBuffers : 0
  const found: Uint8Array[] = []
  let error: string | null = null
  for (const chunk of chunks) {
    const cut = reader.push(chunk)
    if (error !== null && (cut.ok || cut.error.frames.length > 0))
      return 'it went on when it failed'
    found.push(...(cut.ok ? cut.value : cut.error.frames))
    if (!cut.ok) error = cut.error.kind
  }
  const came = chunks.reduce((sum, { length }) => sum + length, 0)
  const taken = measures ? process.memoryUsage().arrayBuffers - before : 0
  if (taken > 4 * came + ROOM) return `it took ${taken} bytes of memory for ${came} that came`
  const isError = expected.end === 'bad-length' || expected.end === 'unterminated'
  if (error !== (isError ? expected.end : null)) return `${error} instead of ${expected.end}`
  const wanted = expected.frames
  if (found.length !== wanted.length) return `${found.length} frames instead of ${wanted.length}`
  const lost = wanted.findIndex((one, i) => Buffer.compare(one, found[i] ?? new Uint8Array()) !== 0)
  return lost < 0 ? null : `frame ${lost} came as other bytes`
}

interface Coded {
  readonly side: Plain
  readonly payload: Uint8Array
  readonly version: number
  readonly whole: boolean
}

const KINDS: ReadonlySet<string> = new Set(['short', 'surplus', 'bad-field', 'unknown-message'])
/** What a person reads; foreign text in it is cut. */
const DETAIL_MAX = 300

/** A value or a typed error; and what was read can be written, and is read as the same again. */
function brokenCodec(of: Coded, reached: Counts, trial: Trial): string | null {
  const { side, payload, version, whole } = of
  const read = trial.decode(side, payload, version)
  if (read.ok) {
    counted(reached, `${side} read`)
    return brokenValue(of, read.value, trial)
  }
  const { kind, detail, field, id, carried, decoded, message } = read.error
  counted(reached, `${side} ${kind} ${message === null ? '' : shapeOf(detail)}`)
  if (whole) return `${message}: what was encoded is not read: ${kind} at ${field}: ${detail}`
  if (!KINDS.has(kind)) return `an error of no known kind: ${kind}`
  if (detail === '' || detail.length > DETAIL_MAX) return `a detail of ${detail.length} letters`
  if (id !== null && !Number.isInteger(id)) return `an id ${id}`
  if (carried !== null && !Number.isFinite(carried)) return `it carried ${carried}`
  if ((kind === 'surplus') !== (decoded !== null)) return `${kind} with decoded ${typeof decoded}`
  return decoded === null ? null : brokenValue({ ...of, whole: false }, decoded, trial)
}

function brokenValue(of: Coded, value: unknown, trial: Trial): string | null {
  const { side, payload, version, whole } = of
  const size = sizeOf(value)
  const roomy = 4_000 + 60 * payload.length
  if (size > roomy) return `${payload.length} bytes were read as ${size} values`
  const once = trial.encode(side, value as never, version)
  if (!once.ok) return `what was read is not written: ${told(once.error)}`
  if (whole && Buffer.compare(once.value.subarray(4), payload) !== 0) {
    return 'what was encoded is written otherwise once it was read'
  }
  const again = trial.decode(side, once.value.subarray(4), version)
  if (!again.ok) return `what was read is written and not read: ${told(again.error)}`
  const twice = trial.encode(side, again.value as never, version)
  if (!twice.ok) return `what was read twice is not written: ${told(twice.error)}`
  return Buffer.compare(once.value, twice.value) === 0 ? null : 'no fixed point: it changes again'
}

function told({ message, field, kind, detail }: WireError): string {
  return `${message}: ${kind} at ${field}: ${detail}`
}

/** Values and letters in it. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 1 + value.length
  if (typeof value !== 'object' || value === null) return 1
  let size = 1
  for (const each of Object.values(value)) size += sizeOf(each)
  return size
}

function brokenHello(input: WireInput, reached: Counts): string | null {
  const { side, stream, whole, version } = input
  if (side === 'server-hello') {
    const hello = parseServerHello(stream.subarray(4))
    counted(reached, `server hello: ${hello.ok ? 'read' : shapeOf(hello.error)}`)
    if (!whole) return null
    return hello.ok && hello.value.version === version ? null : 'a sound server hello is not read'
  }
  const atOnce = helloFrom([stream])
  const inPieces = helloFrom(chunksOf(input))
  counted(reached, `client hello: ${shapeOf(atOnce)}`)
  if (atOnce !== inPieces) return `cut: ${inPieces} instead of ${atOnce}`
  return whole && !atOnce.startsWith('{') ? `a sound client hello is not read: ${atOnce}` : null
}

/** What the first answer was, and that what follows it is all there. */
function helloFrom(chunks: readonly Uint8Array[]): string {
  const reader = new PreludeReader()
  for (const [i, chunk] of chunks.entries()) {
    const read = reader.push(chunk)
    if (!read.ok) return read.error
    if (read.value === null) continue
    const { rest, ...hello } = read.value
    const left = Buffer.concat([rest, ...chunks.slice(i + 1)]).toString('hex')
    return JSON.stringify({ ...hello, left })
  }
  return 'more to come'
}
