import type { Mutant } from './mutant.ts'
import { OF_ENTRIES } from './of-entries.ts'
import { OF_INCIDENTS } from './of-incidents.ts'
import { OF_ORDERS } from './of-orders.ts'
import { REAL } from './real.ts'

/** All of them, by their ids; the fifty defects of test/regressions are planted beside them. */
export const MUTANTS: readonly Mutant[] = [...REAL, ...OF_ORDERS, ...OF_ENTRIES, ...OF_INCIDENTS]
