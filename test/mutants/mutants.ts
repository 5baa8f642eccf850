import type { Mutant } from './mutant.ts'
import { REAL } from './real.ts'

/** All of them, by their ids; the fifty defects of test/regressions are planted beside them. */
export const MUTANTS: readonly Mutant[] = [...REAL]
