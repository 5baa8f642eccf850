import { hasRecordings } from '../wire/recordings.ts'
import { evidenceFor, tables, tried, unsound } from '../wire/mutant-trial.ts'
import type { Tried } from '../wire/mutant-trial.ts'
import { counted } from './edges.ts'
import type { Counts } from './edges.ts'

/**
 * Every small mistake in the tables of the codec, before recorded frames, golden bytes, a
 * transcription and the encoders and decoders of others: how many are noticed, and by what. Round
 * trips are no evidence. False: one survives, or the evidence does not hold for the tables.
 */
export function codecMutants(verbose: boolean): boolean {
  const operators: Counts = new Map()
  const killers: Counts = new Map()
  const equivalent: Counts = new Map()
  const survivors: string[] = []
  const wrong: string[] = []
  let [killed, once, total] = [0, 0, 0]
  const settle = ({ mutant, killers: by }: Tried): void => {
    total++
    if (mutant.equivalent !== null) {
      counted(equivalent, mutant.equivalent)
      if (by.length > 0) wrong.push(`${mutant.name} is called equivalent: ${by.join(', ')}`)
      return
    }
    if (by.length === 0) return void survivors.push(mutant.name)
    killed++
    if (by.length === 1) once++
    counted(operators, mutant.operator)
    for (const name of by) counted(killers, name)
    if (verbose) console.log(`killed: ${mutant.name}: ${by.join(', ')}`)
  }
  for (const [side, table] of tables) {
    for (const message of table) {
      const evidence = evidenceFor(message.kind, side)
      wrong.push(...unsound(message, evidence))
      for (const one of tried(message, evidence)) settle(one)
    }
  }
  const same = [...equivalent].reduce((sum, [, count]) => sum + count, 0)
  console.log(
    `codec-mutants: ${killed} of ${total - same} killed by other than a round trip, ` +
      `${once} by one kind of evidence alone; ${same} more are equivalent` +
      (hasRecordings ? '' : '; the recorded frames are not here'),
  )
  for (const [what, count] of operators) console.log(`  ${count} of kind ${what}`)
  for (const [what, count] of killers) console.log(`  ${count} noticed by: ${what}`)
  for (const [what, count] of equivalent) console.log(`  ${count} equivalent: ${what}`)
  for (const name of survivors) console.log(`survives: ${name}`)
  for (const what of wrong) console.log(`wrong: ${what}`)
  return survivors.length + wrong.length === 0
}
