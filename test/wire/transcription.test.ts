import { afterAll, describe, expect, test } from 'vitest'
import { codecOf } from '../../src/wire/codec.ts'
import { requestTable } from '../../src/wire/requests.ts'
import { responseTable } from '../../src/wire/responses.ts'
import { transcriptionCases, transcripts } from './transcription.ts'

const codecs = { request: codecOf(requestTable), response: codecOf(responseTable) }

test('every message of the codec is transcribed, under its id, and no other', () => {
  const ids = (side: string) =>
    transcripts
      .filter((each) => each.side === side)
      .map(({ layout }) => `${layout.id} ${layout.kind}`)
      .sort()
  expect(ids('request')).toEqual(requestTable.map(({ id, kind }) => `${id} ${kind}`).sort())
  expect(ids('response')).toEqual(responseTable.map(({ id, kind }) => `${id} ${kind}`).sort())
})

let cases = 0

test.each(transcripts.map(({ side, layout }) => [side, layout.kind] as const))(
  'the %s %s has the fields of protocol.md, in their order, at every version',
  (side, kind) => {
    const found = transcriptionCases(kind)
    cases += found.length
    const odd = found.map(({ name, check }) => [name, check(codecs[side])]).filter(([, o]) => o)
    expect(odd.slice(0, 5)).toEqual([])
  },
)
describe('cases', () => {
  afterAll(() => console.log(`transcription: ${cases} cases`))
  test('x', () => {})
})
