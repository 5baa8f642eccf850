import { describe, expect, test } from 'vitest'
import { fail, ok } from '../../src/base/result.ts'
import { FrameReader } from '../../src/wire/frame.ts'
import { spin } from './spin.testing.ts'
import { fuzzed, prngOf } from './fuzz.ts'
import { judgeWire, ours } from './wire-laws.ts'
import type { Trial } from './wire-laws.ts'
import { wireInput } from './wire-input.ts'
import { session } from './session.ts'
import { wire } from './wire.ts'

/** `npm run fuzz -- wire` plays two million. */
const INPUTS = { wire: 1_500, session: 12 } as const
const SEED = 5

test('frames, codec and handshake keep every law', async () => {
  const { broken } = await fuzzed({ subject: wire, seed: SEED, from: 0, count: INPUTS.wire })
  expect(broken).toEqual([])
})

test('so do whole connections of the bot and of the simulated Gateway', async () => {
  const { broken } = await fuzzed({ subject: session, seed: SEED, from: 0, count: INPUTS.session })
  expect(broken).toEqual([])
})

/** A reader that somebody might write: what comes is joined, and cut wherever it seems complete. */
class Hasty {
  #held = Buffer.alloc(0)

  push(chunk: Uint8Array): ReturnType<FrameReader['push']> {
    this.#held = Buffer.concat([this.#held, chunk])
    const frames: Uint8Array[] = []
    while (this.#held.length >= 4) {
      const length = this.#held.readInt32BE(0)
      if (length > 0 && this.#held.length < 4 + length) break
      frames.push(this.#held.subarray(4, 4 + length))
      this.#held = this.#held.subarray(Math.max(5, 4 + length))
    }
    return ok(frames)
  }
}

/** Room for whatever a length promises. */
class Roomy extends FrameReader {
  override push(chunk: Uint8Array): ReturnType<FrameReader['push']> {
    const claimed = chunk.length < 4 ? 0 : Buffer.from(chunk).readUInt32BE(0) % 2 ** 25
    return new Uint8Array(claimed).length < 0 ? ok([]) : super.push(chunk)
  }
}

/** Forgets the bytes of a frame that a chunk has left over. */
class Forgetful extends FrameReader {
  override push(chunk: Uint8Array): ReturnType<FrameReader['push']> {
    return super.push(chunk.length > 40 ? chunk.subarray(0, chunk.length - 1) : chunk)
  }
}

/** Readers and codecs that somebody might write, and what is said of them. */
const WRONG: readonly (readonly [string, Partial<Trial>, RegExp])[] = [
  ['a signed length', { newReader: () => new Hasty() }, /instead of bad-length|frames instead/],
  ['memory for a promise', { newReader: () => new Roomy() }, /bytes of memory for/],
  ['a byte lost at a chunk’s end', { newReader: () => new Forgetful() }, /instead of|other bytes/],
  [
    'a hang on a long frame',
    {
      decode: (side, payload, version) => {
        if (payload.length > 500) spin(60)
        return ours.decode(side, payload, version)
      },
    },
    /hang/,
  ],
  [
    'an exception on a byte that is not ASCII',
    {
      decode: (side, payload, version) => {
        if (payload.some((byte) => byte > 250)) throw new Error('not ASCII')
        return ours.decode(side, payload, version)
      },
    },
    /exception: Error: not ASCII/,
  ],
  [
    'an error of no kind',
    {
      decode: (side, payload, version) => {
        const read = ours.decode(side, payload, version)
        return read.ok ? read : fail({ ...read.error, kind: 'oops' as 'short' })
      },
    },
    /no known kind/,
  ],
  [
    'a field that is read and not written',
    {
      encode: (side, value, version) =>
        ours.encode(
          side,
          { ...(value as object), ...('reqId' in (value as object) && { reqId: 7 }) } as never,
          version,
        ),
    },
    /written otherwise|no fixed point/,
  ],
]

describe('a planted bug is noticed', () => {
  test.each(WRONG)('%s', (_bug, wrong, says) => {
    let found = ''
    for (let number = 0; number < 400 && !says.test(found); number++) {
      const input = wireInput(prngOf(wire, SEED, number))
      found = judgeWire(input, new Map(), { ...ours, ...wrong }) ?? found
    }
    expect(found).toMatch(says)
  })
})
