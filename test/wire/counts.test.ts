import { afterAll, expect, test } from 'vitest'
import { trueCodecs } from './codecs.ts'
import { encoded, textsOf, VERSIONS } from './evidence.ts'
import { scenariosOf } from './scenarios.ts'
import { countAt, type Counts, counts, longCounts } from './transcribed-counts.ts'
import { samplesOf, transcripts } from './transcription.ts'

let cases = 0
afterAll(() => console.log(`field counts: ${cases} cases`))

const stated: readonly (readonly [string, Counts])[] = [
  ...Object.entries(longCounts),
  ...Object.entries(counts),
]

/** Every optional part adds as many fields as it has, and nothing is there without it. */
test.each(stated)('%s has as many fields as protocol.md says', (kind, wanted) => {
  const transcript = transcripts.find(({ layout }) => layout.kind === kind)
  if (transcript === undefined) throw new Error(`${kind} is not transcribed`)
  const codec = trueCodecs[transcript.side]
  for (const { name, settings, lists, adds } of scenariosOf(kind)) {
    if (adds === undefined && (lists > 0 || kind in longCounts)) continue
    const [more, since] = adds ?? [0, 0]
    for (const version of VERSIONS) {
      const count = countAt(wanted, version)
      if (count === null) continue
      for (const message of samplesOf(transcript.layout, { name, settings, lists })) {
        cases++
        const frame = encoded(codec, message, version)
        const fields = typeof frame === 'string' ? frame : textsOf(frame).length
        const expected = count + (version >= since ? more : 0)
        if (fields !== expected) expect([name, version, fields]).toEqual([name, version, expected])
      }
    }
  }
})
