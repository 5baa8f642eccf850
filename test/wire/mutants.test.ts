import { afterAll, expect, test } from 'vitest'
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

type Message = Table[number]
type Evidence = Readonly<Record<string, readonly Case[]>>

const tables: readonly (readonly [Case['side'], Table])[] = [
  ['request', requestTable],
  ['response', responseTable],
]

/** A mistake in a table shows in any message: a few per package do as well as hundreds. */
const FEW = { newest: 6, every: 1 }

/** None of it is a round trip of the codec under trial. */
function evidenceFor(kind: string, side: Case['side']): Evidence {
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

const killed: Record<Mutant['operator'], number> = { swap: 0, drop: 0, gate: 0 }
const killedBy: Record<string, number> = {}
const equivalent: Record<string, number> = {}
const survivors: string[] = []
let killedOnce = 0

afterAll(() => {
  const { swap, drop, gate } = killed
  const same = Object.values(equivalent).reduce((sum, count) => sum + count, 0)
  console.log(
    `table mutants: ${swap + drop + gate + same + survivors.length}; killed ${swap + drop + gate}`,
    `(${swap} swaps, ${drop} drops, ${gate} gates), survived ${survivors.length},`,
    `equivalent ${same}`,
    equivalent,
    `killed by: (${killedOnce} by one kind of evidence alone)`,
    killedBy,
  )
})

test.each(
  tables.flatMap(([side, table]) => table.map((message) => [side, message.kind, message] as const)),
)('every mutant of the %s %s is killed by other than a round trip', (side, kind, message) => {
  const evidence = evidenceFor(kind, side)
  for (const [name, cases] of Object.entries(evidence)) {
    expect([name, failure(takenApart(message), cases)]).toEqual([name, null])
  }
  const left = mutantsOf(message).filter((mutant) => !isSettled(mutant, evidence))
  survivors.push(...left.map(({ name }) => name))
  expect(left.map(({ name }) => name)).toEqual([])
})

/** Killed; or equivalent, and then nothing can kill it. */
function isSettled({ message, operator, equivalent: why }: Mutant, evidence: Evidence): boolean {
  const killers = Object.keys(evidence).filter(
    (name) => failure(message, evidence[name] ?? []) !== null,
  )
  if (why !== null) {
    equivalent[why] = (equivalent[why] ?? 0) + 1
    return killers.length === 0
  }
  for (const name of killers) killedBy[name] = (killedBy[name] ?? 0) + 1
  if (killers.length === 0) return false
  killed[operator]++
  if (killers.length === 1) killedOnce++
  return true
}

/** The first thing that is wrong with a message of such a table, which may also throw. */
function failure(message: Message, cases: readonly Case[]): string | null {
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
