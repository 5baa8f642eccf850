import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { frame, FrameReader, MAX_PAYLOAD } from './frame.ts'

const payload = fc.uint8Array({ maxLength: 40 }).map((bytes) => new Uint8Array([...bytes, 0]))

/** Like the network: never the same memory twice. */
function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]))
}

function readAll(chunks: readonly Uint8Array[]): readonly (readonly number[])[] {
  const reader = new FrameReader()
  return chunks.flatMap((chunk) => {
    const result = reader.push(chunk)
    if (!result.ok) throw new Error(result.error.detail)
    return result.value.map((bytes) => [...bytes])
  })
}

describe('payloads come out as they went in', () => {
  test('at every split point of a stream', () => {
    const payloads = [[65, 0], [0], [66, 67, 0, 0], Array.from({ length: 300 }, () => 0)]
    const stream = joined(...payloads.map((bytes) => frame(new Uint8Array(bytes))))
    for (let at = 0; at <= stream.length; at++) {
      expect(readAll([stream.subarray(0, at), stream.subarray(at)])).toEqual(payloads)
    }
  })

  test('in any pieces', () => {
    fc.assert(
      fc.property(fc.array(payload), fc.array(fc.nat(200)), (payloads, cuts) => {
        const stream = joined(...payloads.map(frame))
        const ends = [...cuts.filter((cut) => cut < stream.length), stream.length]
        ends.sort((a, b) => a - b)
        const chunks = ends.map((end, i) => stream.subarray(ends[i - 1] ?? 0, end))
        expect(readAll(chunks)).toEqual(payloads.map((bytes) => [...bytes]))
      }),
    )
  })

  test('byte by byte', () => {
    const stream = joined(frame(new Uint8Array([52, 57, 0, 49, 0])), frame(new Uint8Array([0])))
    expect(readAll([...stream].map((byte) => new Uint8Array([byte])))).toEqual([
      [52, 57, 0, 49, 0],
      [0],
    ])
  })

  test('the longest payload', () => {
    const result = new FrameReader().push(frame(new Uint8Array(MAX_PAYLOAD)))
    expect(result.ok && result.value.map((bytes) => bytes.length)).toEqual([MAX_PAYLOAD])
  })
})

function lengthBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setInt32(0, length)
  return bytes
}

describe('corruption', () => {
  test.each([-4, -1, -(2 ** 31), 0, 2 ** 31 - 1, 17 * 1024 * 1024, MAX_PAYLOAD + 1])(
    'a length of %i is refused before anything is made of it, and for ever',
    (length) => {
      const reader = new FrameReader()
      const good = frame(new Uint8Array([57, 0]))
      const result = reader.push(joined(good, lengthBytes(length), good))
      expect(result).toMatchObject({ ok: false, error: { kind: 'bad-length' } })
      expect(!result.ok && result.error.frames).toEqual([new Uint8Array([57, 0])])
      expect(reader.push(good)).toMatchObject({ ok: false, error: { frames: [] } })
    },
  )

  test('a length takes no memory before its bytes have come', () => {
    const claims = Array.from({ length: 8 }, () => new FrameReader())
    const before = process.memoryUsage().arrayBuffers
    for (const reader of claims) reader.push(joined(lengthBytes(MAX_PAYLOAD), new Uint8Array(9)))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
  })

  test('the longest payload, in pieces', () => {
    const whole = frame(new Uint8Array(MAX_PAYLOAD))
    const reader = new FrameReader()
    const lengths: number[] = []
    for (let at = 0; at < whole.length; at += 60_000) {
      const cut = reader.push(whole.subarray(at, at + 60_000))
      if (cut.ok) lengths.push(...cut.value.map((bytes) => bytes.length))
    }
    expect(lengths).toEqual([MAX_PAYLOAD])
  })

  test('a length of 1 is a frame of one empty field, if it is NUL', () => {
    expect(readAll([lengthBytes(1), new Uint8Array([0])])).toEqual([[0]])
    const reader = new FrameReader()
    expect(reader.push(joined(lengthBytes(1), new Uint8Array([65])))).toMatchObject({
      ok: false,
      error: { kind: 'unterminated' },
    })
  })

  test.each([1, 2, 5, 6])('a payload without its final NUL is refused, cut at %i', (at) => {
    const stream = frame(new Uint8Array([57, 0, 49]))
    const reader = new FrameReader()
    reader.push(stream.subarray(0, at))
    expect(reader.push(stream.subarray(at))).toMatchObject({
      ok: false,
      error: { kind: 'unterminated' },
    })
  })

  test('any bytes: an answer, and never a frame after a failure', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 30 })), (chunks) => {
        const reader = new FrameReader()
        let failed = false
        for (const chunk of chunks) {
          const result = reader.push(chunk)
          if (failed) expect(result.ok).toBe(false)
          failed = !result.ok
        }
      }),
    )
  })
})
