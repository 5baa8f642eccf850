import type { Result } from '../../src/base/result.ts'
import type { WireError } from '../../src/wire/codec.ts'

/** A codec of any table, mutated ones included. */
export interface AnyCodec {
  readonly encode: (message: never, version: number) => Result<Uint8Array, WireError>
  readonly decode: (payload: Uint8Array, version: number) => Result<unknown, WireError>
}

export type Side = 'request' | 'response'

/** One thing that must be so. None of them reads back what the codec under trial has written. */
export interface Case {
  readonly side: Side
  readonly kind: string
  readonly name: string
  /** What is wrong; null when nothing is. */
  readonly check: (codec: AnyCodec) => string | null
}

/** What is wrong, with the name of each case. */
export function failures(cases: readonly Case[], codec: AnyCodec): readonly string[] {
  return cases.flatMap(({ name, check }) => {
    const odd = check(codec)
    return odd === null ? [] : [`${name}: ${odd}`]
  })
}

/** How many generated messages are tried with a package, at its newest version and at others. */
export interface Effort {
  readonly newest: number
  readonly every: number
}

/** Orders have the most that can go wrong. */
export const effortFor = (kind: string): Effort =>
  ['placeOrder', 'openOrder', 'completedOrder'].includes(kind)
    ? { newest: 300, every: 12 }
    : { newest: 12, every: 3 }

export const VERSIONS: readonly number[] = Array.from({ length: 44 }, (_, i) => 157 + i)

/** Texts to a complete frame: a length, then every text and a NUL. */
export function frameOf(texts: readonly string[]): Uint8Array {
  const payload = Buffer.from(texts.map((text) => `${text}\0`).join(''), 'utf8')
  const frame = Buffer.alloc(4 + payload.length)
  frame.writeUInt32BE(payload.length)
  payload.copy(frame, 4)
  return frame
}

/** The texts of a complete frame. */
export function textsOf(frame: Uint8Array): readonly string[] {
  return Buffer.from(frame).toString('utf8', 4).split('\0').slice(0, -1)
}

/** As golden data is written: fields separated by `|`. */
export function bytes(text: string): Uint8Array {
  return frameOf(text.split('|'))
}

export function encoded(codec: AnyCodec, message: unknown, version: number): Uint8Array | string {
  const result = codec.encode(message as never, version)
  if (result.ok) return result.value
  return `${result.error.kind} at ${result.error.field}: ${result.error.detail}`
}

export function decoded(codec: AnyCodec, frame: Uint8Array, version: number): unknown {
  const result = codec.decode(frame.subarray(4), version)
  if (result.ok) return result.value
  return `${result.error.kind} at ${result.error.field}: ${result.error.detail}`
}

export const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** Where `found` does not hold what `wanted` does; more may be in it. */
export function lacking(wanted: unknown, found: unknown, path = ''): string | null {
  if (typeof wanted !== 'object' || wanted === null) {
    return Object.is(wanted, found) ? null : `${path}: ${show(found)} instead of ${show(wanted)}`
  }
  if (typeof found !== 'object' || found === null) return `${path}: ${show(found)}`
  if (Array.isArray(wanted) && wanted.length !== (found as readonly unknown[]).length) {
    return `${path}: ${(found as readonly unknown[]).length} instead of ${wanted.length}`
  }
  for (const [name, value] of Object.entries(wanted)) {
    const at = path === '' ? name : `${path}.${name}`
    const odd = lacking(value, (found as Readonly<Record<string, unknown>>)[name], at)
    if (odd !== null) return odd
  }
  return null
}

export function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
