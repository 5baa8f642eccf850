import { asked } from '../options.ts'
import { MUTANTS_COMMAND } from './command.ts'
import { killAll } from './kill.ts'
import type { Killed } from './kill.ts'
import { MUTANTS } from './mutants.ts'

export interface MutantsAsked {
  /** Ids; null is all of them. */
  readonly only: readonly string[] | null
  /** One processor each. */
  readonly copies: number
  readonly say: (line: string) => void
}

/** Every mutant of the table in front of its killer (`prove --mutants`). */
export function killMutants({ only, copies, say }: MutantsAsked): Promise<Killed> {
  const mutants = MUTANTS.filter(({ id }) => only === null || only.includes(id))
  if (mutants.length === 0) throw new Error(`expected ids like M1, came ${only?.join()}`)
  return killAll({ mutants, copies, say })
}

async function main(): Promise<void> {
  const { isAll } = await killMutants({ ...asked(MUTANTS_COMMAND).values, say: console.log })
  process.exitCode = isAll ? 0 : 1
}

if (process.argv[1] === import.meta.filename) await main()
