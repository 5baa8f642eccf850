import { afterAll, describe, expect, test } from 'vitest'
import { parseServerHello } from '../../src/wire/handshake.ts'
import { trueCodecs } from './codecs.ts'
import { frameOf } from './evidence.ts'
import { unreadable } from './recorded-rows.ts'
import {
  explained,
  hasRecordings,
  isHandshake,
  isReadable,
  recordingCases,
  recordings,
} from './recordings.ts'

afterAll(() => {
  const texts = [...explained].map(([why, count]) => `${count} ${why}`).join(', ')
  console.log(`recordings: ${recordingCases().length} cases; texts: ${texts}`)
})

const title = 'recorded frames (skipped where ../shared/ibkr/vectors is absent)'

describe.skipIf(!hasRecordings)(title, () => {
  test.each(recordingCases().map((each, i) => [i, each.name, each] as const))(
    '%i, %s, is read without remainder and written again as it was',
    (...[, , { side, check }]) => {
      expect(check(trueCodecs[side])).toBe(null)
    },
  )

  test('every row is a message, a handshake or named as unreadable, and such rows are refused', () => {
    const odd = recordings.filter((each) => !isReadable(each) && !isHandshake(each))
    for (const { at, side, version, fields } of odd) {
      const result = trueCodecs[side].decode(frameOf(fields).subarray(4), version)
      expect([at, result.ok]).toEqual([at, false])
    }
    const handshakes = recordings.filter(isHandshake)
    expect(recordingCases().length + odd.length + handshakes.length).toBe(recordings.length)
    expect(new Set(odd.map(({ at }) => at))).toEqual(new Set(unreadable.keys()))
  })

  test.each(recordings.filter(isHandshake).map(({ fields }) => fields))(
    'a version frame of %s at %s is read whole',
    (version, connectionTime) => {
      const frame = frameOf([version ?? '', connectionTime ?? ''])
      const hello = { version: Number(version), connectionTime }
      expect(parseServerHello(frame.subarray(4))).toEqual({ ok: true, value: hello })
    },
  )
})
