import { assert } from '../../src/base/assert.ts'
import type { Day } from './day.ts'
import { endings } from './days-endings.ts'
import { entries } from './days-entries.ts'
import { exits } from './days-exits.ts'
import { faults } from './days-faults.ts'

export const DAYS: readonly Day[] = [...entries, ...exits, ...faults, ...endings]

export function dayOf(name: string): Day {
  const day = DAYS.find((each) => each.name === name)
  assert(day !== undefined, `a day is one of ${DAYS.map((each) => each.name).join(', ')}`)
  return day
}
