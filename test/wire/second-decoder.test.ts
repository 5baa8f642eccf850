import { afterAll, expect, test } from 'vitest'
import { trueCodecs } from './codecs.ts'
import { responseDifferences } from './differences.ts'
import { effortFor, failures } from './evidence.ts'
import { occurred, secondDecoderCases } from './second-decoder-cases.ts'
import { responseLayouts } from './transcribed-responses.ts'

let cases = 0
afterAll(() => {
  const list = `${responseDifferences.length} differences explained`
  console.log(`second decoder: ${cases} frames for @stoqey/ib, three versions; ${list}`)
})

/** Messages of versions that the package does not speak (H11). */
const unknown = ['historicalDataEnd', 'currentTimeInMillis']

test.each(responseLayouts.map(({ kind }) => kind))(
  '%s is heard by @stoqey/ib as it was said',
  (kind) => {
    const found = secondDecoderCases(kind, effortFor(kind))
    expect(found.length > 0).toBe(!unknown.includes(kind))
    cases += found.length
    expect(failures(found, trueCodecs.response).slice(0, 5)).toEqual([])
  },
)

test('every listed difference occurs', () => {
  expect(responseDifferences.filter((each) => !occurred.has(each))).toEqual([])
})
