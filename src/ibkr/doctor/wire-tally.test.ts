import { describe, expect, test } from 'vitest'
import { frame } from '../../wire/frame.ts'
import { encodeRequest } from '../../wire/requests.ts'
import { encodeResponse } from '../../wire/responses.ts'
import type { Response } from '../../wire/responses.ts'
import { statusOf } from '../gateway.testing.ts'
import { notice } from '../peer.testing.ts'
import { checkRecording, parseRecording, Recording } from './recording.ts'
import type { RecordingOptions } from './recording.ts'
import type { TapListener } from './tap.ts'
import { WireTally } from './wire-tally.ts'

function payloadOf(response: Response): Uint8Array {
  const encoded = encodeResponse(response, 193)
  if (!encoded.ok) throw new Error(encoded.error.detail)
  return encoded.value.subarray(4)
}

const HELLO = Buffer.from('193\x0020260310 10:00:00 US/Eastern\0', 'latin1')
const STATUS = payloadOf(statusOf(7, 'Submitted'))
const withField = (payload: Uint8Array) => Buffer.concat([payload, Buffer.from('new\0')])
const withoutField = (payload: Uint8Array) =>
  Buffer.from(Buffer.from(payload).toString('latin1').split('\0').slice(0, -2).join('\0') + '\0')

/** A session in which two frames do not fit: the planted drift. */
function play(tap: TapListener, received: readonly Uint8Array[]): void {
  tap.greeted(Buffer.concat([Buffer.from('API\0'), frame(Buffer.from('v176..193'))]))
  tap.received(HELLO)
  const started = encodeRequest({ kind: 'startApi', clientId: 34, optionalCapabilities: '' }, 193)
  if (!started.ok) throw new Error(started.error.detail)
  tap.sent(started.value.subarray(4))
  for (const payload of received) tap.received(payload)
}

describe('what a session says on the wire', () => {
  test('whole frames are counted by id, and farms by name', () => {
    const tally = new WireTally()
    play(tally, [
      STATUS,
      STATUS,
      payloadOf(notice(2104, 'Market data farm connection is OK:usfarm')),
      payloadOf(notice(2103, 'Market data farm connection is broken:usfarm')),
      payloadOf(notice(2107, 'HMDS data farm is inactive but available on demand.ushmds')),
    ])
    expect(tally.version).toBe(193)
    expect([...tally.messages.values()]).toMatchObject([
      { side: 'request', id: 71, message: 'startApi', frames: 1, surplus: 0, missing: 0 },
      { side: 'response', id: 3, message: 'orderStatus', frames: 2, surplus: 0, missing: 0 },
      { side: 'response', id: 4, message: 'error', frames: 3 },
    ])
    expect(Object.fromEntries(tally.farms)).toEqual({ usfarm: 'down', ushmds: 'idle' })
    expect(tally.drifts.size).toBe(0)
  })

  test('a surplus field, a missing one, a wrong one and a message that nobody knows', () => {
    const tally = new WireTally()
    const wrong = Buffer.from(Buffer.from(STATUS).toString('latin1').replace('\x007\0', '\0x\0'))
    const unknown = Buffer.from('999\0of DU1234567\0')
    play(tally, [withField(STATUS), withField(STATUS), withoutField(STATUS), wrong, unknown])
    expect([...tally.drifts.values()]).toMatchObject([
      { kind: 'surplus', message: 'orderStatus', times: 2, detail: /1 fields more/ },
      { kind: 'short', message: 'orderStatus', field: 'mktCapPrice', times: 1 },
      { kind: 'bad-field', message: 'orderStatus', field: 'orderId', times: 1 },
      { kind: 'unknown-message', id: 999, fields: ['999', 'of DU9000001'] },
    ])
    const status = tally.messages.get('response 3')
    expect(status).toMatchObject({ frames: 4, surplus: 2, missing: 2 })
    expect(tally.messages.get('response 999')).toMatchObject({ message: null, frames: 1 })
  })

  test('a first frame that is no greeting', () => {
    const tally = new WireTally()
    tally.received(Buffer.from('hello\0'))
    expect(tally.garbage).toMatch(/expected a version/)
  })
})

describe('a recording', () => {
  function recorded(received: readonly Uint8Array[], more: Partial<RecordingOptions> = {}): string {
    let text = ''
    const recording = new Recording({
      write: (part) => {
        text += part
        return true
      },
      ms: () => 12.4,
      startedAt: 'then',
      recordedBy: 'test',
      accounts: [],
      bytesMax: 1_000_000,
      ...more,
    })
    play(recording, received)
    recording.end('done')
    return text
  }

  test('is JSON, a frame a line, both directions, and is read again without drift', () => {
    const text = recorded([STATUS, STATUS])
    expect(text.split('\n').filter((line) => line.includes('"fields"'))).toHaveLength(3)
    const read = parseRecording(text)
    if (!read.ok) throw new Error(read.error)
    expect(read.value).toMatchObject({ serverVersion: 193, complete: true })
    expect(read.value.frames).toMatchObject([
      { ms: 12, side: 'request', fields: ['71', '2', '34', ''] },
      { side: 'response' },
      { side: 'response' },
    ])
    expect(checkRecording(read.value).drifts.size).toBe(0)
  })

  test('keeps what drifted, and the check finds it', () => {
    const read = parseRecording(recorded([STATUS, withField(STATUS)]))
    if (!read.ok) throw new Error(read.error)
    expect([...checkRecording(read.value).drifts.values()]).toMatchObject([
      { kind: 'surplus', message: 'orderStatus', times: 1 },
    ])
  })

  test('that was cut short anywhere is read up to there', () => {
    const text = recorded([STATUS, STATUS, STATUS])
    const second = text.indexOf('{"ms"', text.indexOf('{"ms"') + 1)
    for (const at of [second, second + 20, text.length - 5]) {
      const read = parseRecording(text.slice(0, at))
      if (!read.ok) throw new Error(read.error)
      expect(read.value.complete).toBe(false)
      expect(read.value.frames.length).toBeGreaterThan(0)
      expect(checkRecording(read.value).drifts.size).toBe(0)
    }
  })

  test('is no larger than it may be, and says so', () => {
    const text = recorded(
      Array.from({ length: 100 }, () => STATUS),
      { bytesMax: 2_000 },
    )
    expect(text.length).toBeLessThan(2_200)
    expect(JSON.parse(text)).toMatchObject({ ended: /2000 bytes are written/ })
  })

  test.each(['', 'hello', '{}', '{"serverVersion":12,"frames":[]}', '{"serverVersion":193}'])(
    'is not: %s',
    (text) => {
      expect(parseRecording(text).ok).toBe(false)
    },
  )
})
