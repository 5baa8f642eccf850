import { afterAll, expect, test } from 'vitest'
import { evidenceFor, tables, tried, unsound } from './mutant-trial.ts'
import type { Tried } from './mutant-trial.ts'
import type { Mutant } from './mutants.ts'

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
  expect(unsound(message, evidence)).toEqual([])
  const left = tried(message, evidence).flatMap((one) => (isSettled(one) ? [] : [one.mutant]))
  survivors.push(...left.map(({ name }) => name))
  expect(left.map(({ name }) => name)).toEqual([])
})

/** Killed; or equivalent, and then nothing can kill it. */
function isSettled({ mutant, killers }: Tried): boolean {
  const { operator, equivalent: why } = mutant
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
