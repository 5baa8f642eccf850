import { command, some, whole } from '../options.ts'
import type { Mutant } from './mutant.ts'
import { MUTANTS } from './mutants.ts'

export const MUTANT_IDS = MUTANTS.map(({ id }) => id)

/** Null: all of the table. */
export function mutantsOf(ids: readonly string[] | null): readonly Mutant[] {
  return MUTANTS.filter(({ id }) => ids === null || ids.includes(id))
}

export const MUTANTS_COMMAND = command({
  run: 'npm run mutants',
  what: 'Every bug of mutants.ts in a copy of the source, in front of the test that must kill it.',
  options: {
    only: some(MUTANT_IDS, { help: 'these alone' }),
    copies: whole({ help: 'side by side, a processor each', least: 1, initial: 2 }),
  },
})
