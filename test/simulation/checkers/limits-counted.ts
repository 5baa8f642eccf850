import { unless } from './checker.ts'
import type { Checker, Sight } from './checker.ts'

/** I15: IBKR's limits, as the Gateway counts them by its own table. */
export function limitsCounted(): Checker {
  const look = ({ gateway }: Sight) => {
    const { violations } = gateway.counters
    return unless(violations === 0, `the Gateway counted ${violations} broken limits`)
  }
  return { name: 'limits-counted', withoutWire: 'nothing', passed: look, rested: look }
}
