import type { Bench } from './bench.ts'
import { coldStart } from './cold-start.ts'
import { cycle } from './cycle.ts'
import { dashboard } from './dashboard.ts'
import { growth } from './growth.ts'
import { journal } from './journal.ts'
import { memory } from './memory.ts'
import { options } from './options.ts'
import { requests } from './requests.ts'
import { simulation } from './simulation.ts'
import { startUp } from './start-up.ts'
import { tickToOrder } from './tick-to-order.ts'
import { wire } from './wire.ts'

/** In the order of docs/performance.md. */
export const benches: readonly Bench[] = [
  wire,
  tickToOrder,
  journal,
  cycle,
  requests,
  coldStart,
  memory,
  simulation,
  options,
  startUp,
  growth,
  dashboard,
]
