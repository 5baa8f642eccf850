import { afterAll, expect, test } from 'vitest'
import { trueCodecs } from './codecs.ts'
import { requestDifferences } from './differences.ts'
import { effortFor, failures } from './evidence.ts'
import { occurred, secondEncoderCases } from './second-encoder-cases.ts'
import { requestLayouts } from './transcribed-requests.ts'

let cases = 0
afterAll(() => {
  const list = `${requestDifferences.length} differences explained`
  console.log(`second encoder: ${cases} frames of @stoqey/ib, three versions; ${list}`)
})

/** Messages that the package cannot send. */
const unknown = [
  'reqCurrentTimeInMillis', // H11
  'verifyRequest',
  'verifyMessage',
  'verifyAndAuthRequest',
  'verifyAndAuthMessage',
]

test.each(requestLayouts.map(({ kind }) => kind))('%s is what @stoqey/ib sends', (kind) => {
  const found = secondEncoderCases(kind, effortFor(kind))
  expect(found.length > 0).toBe(!unknown.includes(kind))
  cases += found.length
  expect(failures(found, trueCodecs.request).slice(0, 5)).toEqual([])
})

test('every listed difference occurs', () => {
  expect(requestDifferences.filter((each) => !occurred.has(each))).toEqual([])
})
