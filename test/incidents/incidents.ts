import type { Incident } from './incident.ts'
import { ofOrders } from './of-orders.ts'
import { ofSessions } from './of-sessions.ts'
import { ofWires } from './of-wires.ts'

/** By their numbers. */
export const INCIDENTS: readonly Incident[] = [...ofOrders, ...ofSessions, ...ofWires].sort(
  ({ id: one }, { id: other }) => Number(one.slice(1)) - Number(other.slice(1)),
)
