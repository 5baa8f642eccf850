import { afterAll, expect, test } from 'vitest'
import { requestTable } from '../../src/wire/requests.ts'
import { responseTable } from '../../src/wire/responses.ts'
import { trueCodecs } from './codecs.ts'
import { failures, type Side } from './evidence.ts'
import { transcriptionCases, transcripts } from './transcription.ts'

let cases = 0
afterAll(() => console.log(`transcription: ${cases} cases`))

test('every message of the codec is transcribed, under its id, and no other', () => {
  const transcribed = (side: Side): readonly string[] =>
    transcripts
      .filter((each) => each.side === side)
      .map(({ layout }) => `${layout.id} ${layout.kind}`)
      .sort()
  expect(transcribed('request')).toEqual(requestTable.map(({ id, kind }) => `${id} ${kind}`).sort())
  expect(transcribed('response')).toEqual(
    responseTable.map(({ id, kind }) => `${id} ${kind}`).sort(),
  )
})

test.each(transcripts.map(({ side, layout }) => [side, layout.kind] as const))(
  'the %s %s has the fields of protocol.md, in their order, at every version',
  (side, kind) => {
    const found = transcriptionCases(kind)
    cases += found.length
    expect(failures(found, trueCodecs[side]).slice(0, 5)).toEqual([])
  },
)
