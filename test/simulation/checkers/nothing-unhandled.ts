import { unhandled } from '../unhandled.ts'
import { unless } from './checker.ts'
import type { Checker, Complaint } from './checker.ts'

/** I24: no promise is rejected that nobody waits for, and nothing is written to the console. */
export function nothingUnhandled(): Checker {
  const before = unhandled().length
  const look = (): Complaint => {
    const said = unhandled()
    return unless(said.length <= before, said[before] ?? '')
  }
  return { name: 'nothing-unhandled', passed: look, rested: look }
}
