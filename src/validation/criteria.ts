import { outageCriteria } from './outage-criteria.ts'
import type { Criterion } from './criterion.ts'
import { dataCriteria } from './data-criteria.ts'
import type { Setup } from './facts.ts'
import { orderCriteria } from './order-criteria.ts'
import { processCriteria } from './process-criteria.ts'
import { soakCriteria } from './soak-criteria.ts'

/** What must hold of this run, stated before it begins. */
export function criteriaOf(setup: Setup): readonly Criterion[] {
  if (setup.soak !== undefined) return soakCriteria(setup.soak)
  return [
    ...dataCriteria(setup),
    ...outageCriteria(setup),
    ...orderCriteria(setup),
    ...processCriteria(setup),
  ]
}
