import { codecOf } from '../../src/wire/codec.ts'
import type { Table } from '../../src/wire/fields.ts'
import { requestTable } from '../../src/wire/requests.ts'
import { responseTable } from '../../src/wire/responses.ts'
import { type Case, failures } from './evidence.ts'
import { goldenCases } from './golden.ts'
import { type Mutant, mutantsOf, takenApart } from './mutants.ts'
import { recordingCases } from './recordings.ts'
import { secondDecoderCases } from './second-decoder-cases.ts'
import { secondEncoderCases } from './second-encoder-cases.ts'
import { transcriptionCases } from './transcription.ts'

export type Message = Table[number]
export type Evidence = Readonly<Record<string, readonly Case[]>>

/** Every message of both directions. */
export const tables: readonly (readonly [Case['side'], Table])[] = [
  ['request', requestTable],
  ['response', responseTable],
]

/** A mistake in a table shows in any message: a few per package do as well as hundreds. */
const FEW = { newest: 6, every: 1 }

/** None of it is a round trip of the codec under trial. */
export function evidenceFor(kind: string, side: Case['side']): Evidence {
  const all = {
    transcription: transcriptionCases(kind),
    'second encoder': secondEncoderCases(kind, FEW),
    'second decoder': secondDecoderCases(kind, FEW),
    'golden bytes': goldenCases.filter((each) => each.kind === kind),
    recordings: recordingCases(kind),
  }
  return Object.fromEntries(
    Object.entries(all).map(([name, cases]) => [name, cases.filter((each) => each.side === side)]),
  )
}

/** What became of one mutant. */
export interface Tried {
  readonly mutant: Mutant
  /** Kinds of evidence that notice it; none of them is a round trip. */
  readonly killers: readonly string[]
}

/** Every mutant of one message before all the evidence there is for it. */
export function tried(message: Message, evidence: Evidence): readonly Tried[] {
  return mutantsOf(message).map((mutant) => {
    const killers = Object.keys(evidence).filter(
      (name) => failure(mutant.message, evidence[name] ?? []) !== null,
    )
    return { mutant, killers }
  })
}

/** The evidence that does not even hold for the table as it is; none should. */
export function unsound(message: Message, evidence: Evidence): readonly string[] {
  return Object.entries(evidence).flatMap(([name, cases]) => {
    const wrong = failure(takenApart(message), cases)
    return wrong === null ? [] : [`${name}: ${wrong}`]
  })
}

/** The first thing that is wrong with a message of such a table, which may also throw. */
export function failure(message: Message, cases: readonly Case[]): string | null {
  const codec = codecOf([message])
  try {
    for (const each of cases) {
      const [first] = failures([each], codec)
      if (first !== undefined) return first
    }
    return null
  } catch (error) {
    return String(error)
  }
}
