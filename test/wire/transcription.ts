import {
  type AnyCodec,
  type Case,
  decoded,
  encoded,
  frameOf,
  lacking,
  same,
  type Side,
  textsOf,
  VERSIONS,
} from './evidence.ts'
import type { Layout } from './layout.ts'
import { type Fields, made, visible, type Written, written } from './reference.ts'
import { distinct, FLAG_BITS } from './samples.ts'
import { type Scenario, scenariosOf } from './scenarios.ts'
import { rules } from './transcribed-orders.ts'
import { requestLayouts } from './transcribed-requests.ts'
import { responseLayouts } from './transcribed-responses.ts'

export interface Transcribed {
  readonly side: Side
  readonly layout: Layout
}

export const transcripts: readonly Transcribed[] = [
  ...requestLayouts.map((layout) => ({ side: 'request', layout }) as const),
  ...responseLayouts.map((layout) => ({ side: 'response', layout }) as const),
]

/** Field by field, as protocol.md has it. */
export function fieldsOf(layout: Layout, message: Fields, version: number): readonly Written[] {
  return written({ layout, rules }, message, version)
}

/** Messages whose values all differ, so that each can be found again in its frame. */
export function samplesOf(layout: Layout, { settings, lists }: Scenario): readonly Fields[] {
  const shows = [...Array.from({ length: FLAG_BITS }, (_, bit) => bit), 'unset' as const]
  const samples = shows.map((show) => made(layout, rules, distinct({ settings, lists, show })))
  return [...new Map(samples.map((each) => [JSON.stringify(each), each])).values()]
}

/** Every message, with every block on and off, at every version, the newest first. */
export function transcriptionCases(kind: string): readonly Case[] {
  return transcripts
    .filter(({ layout }) => layout.kind === kind)
    .flatMap((transcript) => [...unspokenCases(transcript), ...spokenCases(transcript)])
}

function spokenCases(transcript: Transcribed): readonly Case[] {
  const { kind, since } = transcript.layout
  const samples = scenariosOf(kind).map((scenario) => ({
    name: scenario.name,
    messages: samplesOf(transcript.layout, scenario),
  }))
  const versions = VERSIONS.filter((version) => version >= since).toReversed()
  const rounds = Math.max(...samples.map(({ messages }) => messages.length))
  // One message of each scenario in every round: what is wrong shows in the first.
  return Array.from({ length: rounds }, (_, round) =>
    versions.flatMap((version) =>
      samples.flatMap(({ name, messages }) =>
        messages.slice(round, round + 1).map((message) => {
          return caseOf(transcript, { message, version, name })
        }),
      ),
    ),
  ).flat()
}

interface Trial {
  readonly message: Fields
  readonly version: number
  readonly name: string
}

/** Both directions, each against the transcription. */
function caseOf({ side, layout }: Transcribed, { message, version, name }: Trial): Case {
  const frame = frameOf(fieldsOf(layout, message, version).map(({ text }) => text))
  const check = (codec: AnyCodec): string | null => {
    const ours = encoded(codec, message, version)
    if (typeof ours === 'string') return ours
    if (!same(ours, frame)) return firstOdd(textsOf(ours), fieldsOf(layout, message, version))
    return lacking(visible({ layout, rules }, message, version), decoded(codec, frame, version))
  }
  return { side, kind: layout.kind, name: `${name} at ${version}`, check }
}

/** A message of a later version is refused, and its id means nothing. */
function unspokenCases({ side, layout }: Transcribed): readonly Case[] {
  const [scenario] = scenariosOf(layout.kind)
  const [message] = scenario === undefined ? [] : samplesOf(layout, scenario)
  if (message === undefined) return []
  return VERSIONS.filter((version) => version < layout.since).map((version) => {
    const frame = frameOf(fieldsOf(layout, message, version).map(({ text }) => text))
    const check = (codec: AnyCodec): string | null => {
      const said = [encoded(codec, message, version), decoded(codec, frame, version)]
      return said.every((each) => typeof each === 'string') ? null : 'spoken before its version'
    }
    return { side, kind: layout.kind, name: `not spoken at ${version}`, check }
  })
}

export function firstOdd(ours: readonly string[], wanted: readonly Written[]): string {
  const odd = wanted.findIndex(({ text }, i) => text !== ours[i])
  const { path, text } = wanted[odd] ?? { path: 'the end', text: 'nothing' }
  const counts = `${ours.length} fields instead of ${wanted.length}`
  return `field ${odd} (${path}): ${ours[odd]} instead of ${text}; ${counts}`
}
