import { unhandled } from '../unhandled.ts'
import { firstOf, unless } from './checker.ts'
import type { Checker, Complaint, Sight } from './checker.ts'

/**
 * I24: no promise is rejected that nobody waits for, nothing is written to the console, and the
 * simulated Gateway says all it has to say: what it leaves out no fault has taken.
 */
export function nothingUnhandled(): Checker {
  const before = unhandled().length
  const look = ({ gateway }: Sight): Complaint => {
    const { unwritten } = gateway.counters
    const said = unhandled()
    return firstOf(
      unless(said.length <= before, said[before] ?? ''),
      unless(unwritten === 0, `the Gateway could not write ${unwritten} messages`),
    )
  }
  return { name: 'nothing-unhandled', passed: look, rested: look }
}
