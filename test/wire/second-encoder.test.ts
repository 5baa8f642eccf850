import { afterAll, expect, test } from 'vitest'
import { trueCodecs } from './codecs.ts'
import { requestDifferences } from './differences.ts'
import { occurred, secondEncoderCases } from './second-encoder-cases.ts'
import { requestLayouts } from './transcribed-requests.ts'

let cases = 0
afterAll(() => console.log(`second encoder: ${cases} cases`))

test.each(requestLayouts.map(({ kind }) => kind))('%s is what @stoqey/ib sends', (kind) => {
  const found = secondEncoderCases(kind)
  cases += found.length
  const odd = found
    .map(({ name, check }) => `${name}: ${check(trueCodecs.request)}`)
    .filter((text) => !text.endsWith(': null'))
  expect(
    [...new Set(odd.map((t) => t.replace(/ at \d+/, '').replace(/".*/, '')))].slice(0, 20),
  ).toEqual([])
  expect(odd.slice(0, 8)).toEqual([])
})

test('every listed difference occurs', () => {
  expect(requestDifferences.filter((each) => !occurred.has(each))).toEqual([])
})
