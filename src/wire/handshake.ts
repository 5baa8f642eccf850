import { fail, ok, type Result } from '../base/result.ts'
import { isSpoken, OLDEST_VERSION } from './codec.ts'
import { frame } from './frame.ts'
import { quoted } from './reader.ts'

/** Server versions, both ends included. */
export interface VersionRange {
  readonly min: number
  readonly max: number
}

/** What the bot announces; 194 to 200 only on an explicit option (protocol.md 4.1). */
export const BOT_VERSIONS: VersionRange = { min: 176, max: 193 }

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

const GREETING = ascii('API\0')
const LENGTH_BYTES = 4
/** A range and connect options; all that is known fits in 32 bytes. */
const RANGE_BYTES_MAX = 1024

/** The first bytes of a client: `API\0` raw, then the framed range, without a NUL. */
export function clientPrelude({ min, max }: VersionRange, options = ''): Uint8Array {
  const range = min === max ? `v${min}` : `v${min}..${max}`
  const framed = frame(ascii(options === '' ? range : `${range} ${options}`))
  const bytes = new Uint8Array(GREETING.length + framed.length)
  bytes.set(GREETING)
  bytes.set(framed, GREETING.length)
  return bytes
}

export interface ClientHello {
  readonly versions: VersionRange
  /** As sent: `+PACEAPI`. */
  readonly options: string
  /** Bytes that came behind it; a client that waits for the version frame sends none. */
  readonly rest: Uint8Array
}

/** The server's reader of the prelude, in whatever pieces it arrives. Answers once. */
export class PreludeReader {
  #held = new Uint8Array()

  /** `null`: more is to come. An error is final, its text says what was wrong. */
  push(chunk: Uint8Array): Result<ClientHello | null, string> {
    const held = new Uint8Array(this.#held.length + chunk.length)
    held.set(this.#held)
    held.set(chunk, this.#held.length)
    this.#held = held
    const greeted = Math.min(held.length, GREETING.length)
    for (let i = 0; i < greeted; i++) {
      if (held[i] !== GREETING[i]) return fail('expected API and NUL as the first bytes')
    }
    const start = GREETING.length + LENGTH_BYTES
    if (held.length < start) return ok(null)
    const length = new DataView(held.buffer).getUint32(GREETING.length)
    if (length === 0 || length > RANGE_BYTES_MAX) {
      return fail(`expected a version range of 1 to ${RANGE_BYTES_MAX} bytes, came ${length}`)
    }
    if (held.length < start + length) return ok(null)
    const text = new TextDecoder('latin1').decode(held.subarray(start, start + length))
    return parseHello(text, held.subarray(start + length))
  }
}

const HELLO = /^v(\d{1,5})(?:\.\.(\d{1,5}))?(?: ([^\0]*))?\0?$/

function parseHello(text: string, rest: Uint8Array): Result<ClientHello, string> {
  const match = HELLO.exec(text)
  const min = Number(match?.[1])
  const max = Number(match?.[2] ?? match?.[1])
  if (!(min <= max)) return fail(`expected a version range as v176..193, came ${quoted(text)}`)
  return ok({ versions: { min, max }, options: match?.[3] ?? '', rest })
}

/** `min(client max, server max)`; refused where that lies outside either range. */
export function negotiate(client: VersionRange, serverMax: number): Result<number, string> {
  const version = Math.min(client.max, serverMax)
  if (version >= client.min && isSpoken(version)) return ok(version)
  const ours = `${OLDEST_VERSION} to ${serverMax}`
  return fail(`the client speaks ${client.min} to ${client.max}, the server ${ours}`)
}

export interface ServerHello {
  readonly version: number
  /** `20250117 15:49:26 Central European Standard Time`: the zone may have spaces. */
  readonly connectionTime: string
}

/** The answer to the prelude; nothing may follow it before startApi. */
export function encodeServerHello({ version, connectionTime }: ServerHello): Uint8Array {
  return frame(ascii(`${version}\0${connectionTime}\0`))
}

/** From a payload without its length: exactly two fields. */
export function parseServerHello(payload: Uint8Array): Result<ServerHello, string> {
  const text = new TextDecoder().decode(payload.subarray(0, RANGE_BYTES_MAX))
  const match = /^(\d{1,5})\0([^\0]*)\0$/.exec(text)
  if (match === null) {
    return fail(`expected a version and a time as the first frame, came ${quoted(text)}`)
  }
  return ok({ version: Number(match[1]), connectionTime: match[2] ?? '' })
}

/** What a simulated Gateway answers to reqUserInfo; IBKR's answer nothing or a broker's name. */
export const SIMULATED_BRAND = 'SIMULATED'
