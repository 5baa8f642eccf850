import type { EpochMs } from '../base/clock.ts'
import type { OrderStatus, TrackedOrder } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import { heldStructures, liveOrders } from '../trading/alive.ts'
import type { State } from '../trading/state.ts'

/** A service at the broker, as far as it can fail on its own. */
export type RequestClass = 'quotes' | 'history' | 'contracts' | 'orders' | 'account'

/** A breaker that is not closed. */
export interface BreakerFigures {
  readonly class: RequestClass
  readonly phase: 'open' | 'half-open'
  /** In a row. */
  readonly openings: number
  /** Until it may be asked again; 0 once it is half open. */
  readonly probeInMs: number
}

/** Proven facts with their times, written by the engine every tick; never a cached flag. */
export interface Vitals {
  readonly at: EpochMs
  readonly seq: number
  readonly lastCycleAt: EpochMs | null
  readonly lastAnswerAt: EpochMs | null // of any request to the Gateway
  readonly loopDelayMsMax: number // of the last minute
  readonly unprotected: number // structures whose exits do not rest and are not watched
}

/** Units that this order, resting or on its way out of the position, covers at the broker. */
export function covers(
  order: Pick<TrackedOrder, 'role' | 'status' | 'quantity' | 'filled'>,
): number {
  const covering = order.role === 'stop-loss' || order.role === 'close'
  return covering && RESTING.has(order.status) ? order.quantity - order.filled : 0
}

/** Structures that hold more than their stop, or a close on its way, covers. */
export function unprotectedIn(state: State): number {
  return heldStructures(state).filter((structure) => isUnprotected(state, structure)).length
}

export function isUnprotected(state: Pick<State, 'orders'>, structure: Structure): boolean {
  if (structure.plan.stopLoss?.watchedBy === 'local') return false
  const covered = liveOrders(state)
    .filter((order) => order.structureId === structure.id)
    .reduce((sum, order) => sum + covers(order), 0)
  return covered < Math.abs(structure.quantity)
}

/**
 * Known to be at the broker and to stay there: `unknown`, what was only handed to the socket and
 * what was asked to end cover nothing.
 */
const RESTING: ReadonlySet<OrderStatus> = new Set<OrderStatus>([
  'acked',
  'held',
  'working',
  'replace-pending',
])
