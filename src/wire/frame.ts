import { fail, ok, type Result } from '../base/result.ts'

/** Bytes of a payload at most (protocol.md 1). Anything longer is corruption, not data. */
export const MAX_PAYLOAD = 0xffffff

const LENGTH_BYTES = 4
/** A length is only a claim: room is made for this much of it, and doubled as the bytes come. */
const ROOM_BYTES = 4_096

export interface FrameError {
  readonly kind: 'bad-length' | 'unterminated'
  readonly detail: string
  /** Complete frames that came before the corruption, in the same chunk. */
  readonly frames: readonly Uint8Array[]
}

/** A payload with its length in front. */
export function frame(payload: Uint8Array): Uint8Array {
  const framed = new Uint8Array(LENGTH_BYTES + payload.length)
  new DataView(framed.buffer).setUint32(0, payload.length)
  framed.set(payload, LENGTH_BYTES)
  return framed
}

/**
 * Cuts a byte stream into payloads, however it was split or joined, in linear time.
 * A corrupt length leaves no way to find the next frame: once failed, it stays failed.
 */
export class FrameReader {
  #error: FrameError | null = null
  /** Of the frame at hand: what has come of its length, then of its payload. */
  readonly #length = new Uint8Array(LENGTH_BYTES)
  #lengthBytes = 0
  #payload: Uint8Array | null = null
  #payloadBytes = 0
  #expected = 0
  /** Complete in the chunk at hand. */
  #frames: Uint8Array[] = []

  /** Payloads may share the chunk's memory: they are good for as long as the chunk is. */
  push(chunk: Uint8Array): Result<readonly Uint8Array[], FrameError> {
    if (this.#error !== null) return fail({ ...this.#error, frames: [] })
    this.#frames = []
    let at = 0
    while (at < chunk.length && this.#error === null) at = this.#take(chunk, at)
    return this.#error === null ? ok(this.#frames) : fail(this.#error)
  }

  /** One step: some of a length, or of a payload, or a whole frame. Returns where to go on. */
  #take(chunk: Uint8Array, from: number): number {
    if (this.#payload !== null) return this.#fill(this.#payload, chunk, from)
    let at = from
    while (this.#lengthBytes < LENGTH_BYTES && at < chunk.length) {
      this.#length[this.#lengthBytes++] = chunk[at++] ?? 0
    }
    if (this.#lengthBytes < LENGTH_BYTES) return at
    const length = new DataView(this.#length.buffer).getUint32(0)
    if (length === 0 || length > MAX_PAYLOAD) {
      const detail = `expected a length of 1 to ${MAX_PAYLOAD} bytes, came ${length}`
      this.#error = { kind: 'bad-length', detail, frames: this.#frames }
      return at
    }
    this.#lengthBytes = 0
    if (chunk.length - at >= length) {
      this.#accept(chunk.subarray(at, at + length))
      return at + length
    }
    this.#expected = length
    this.#payload = new Uint8Array(Math.min(length, ROOM_BYTES))
    this.#payloadBytes = 0
    return at
  }

  #fill(held: Uint8Array, chunk: Uint8Array, at: number): number {
    const part = chunk.subarray(at, at + this.#expected - this.#payloadBytes)
    const filled = this.#payloadBytes + part.length
    const payload = filled > held.length ? this.#grown(held, filled) : held
    payload.set(part, this.#payloadBytes)
    this.#payloadBytes = filled
    if (filled === this.#expected) {
      this.#payload = null
      this.#accept(payload.subarray(0, filled))
    }
    return at + part.length
  }

  #grown(held: Uint8Array, needed: number): Uint8Array {
    const room = Math.min(this.#expected, Math.max(needed, 2 * held.length))
    const grown = new Uint8Array(room)
    grown.set(held.subarray(0, this.#payloadBytes))
    this.#payload = grown
    return grown
  }

  #accept(payload: Uint8Array): void {
    if (payload[payload.length - 1] === 0) this.#frames.push(payload)
    else {
      const detail = `a payload of ${payload.length} bytes does not end in NUL`
      this.#error = { kind: 'unterminated', detail, frames: this.#frames }
    }
  }
}
