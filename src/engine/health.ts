import type { EpochMs } from '../base/clock.ts'
import type { VerdictName } from '../domain/incident.ts'
import type { OrderStatus, TrackedOrder } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import { heldStructures, liveOrders } from '../trading/alive.ts'
import type { State } from '../trading/state.ts'
import type { LatencyFigures } from './latency.ts'

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

/** One TCP connection to the Gateway, over its lives. */
export interface ConnectionFigures {
  readonly name: 'order' | 'data' | 'canary'
  readonly isUp: boolean
  /** It is as it is since then; null: it was never up, or lives for a question alone. */
  readonly since: EpochMs | null
  readonly reconnects: number
}

/** One of IBKR's data services, as the Gateway says it. */
export interface FarmFigures {
  readonly name: string
  readonly state: 'ok' | 'inactive' | 'down' | 'unknown'
  readonly since: EpochMs
}

/** The incident that is open, as far as it is known. */
export interface OpenIncident {
  readonly id: string
  readonly verdict: VerdictName
}

/** What a process knows of itself and of its connections, and the engine does not. */
export interface OuterFacts {
  /** Of any request on any connection. */
  readonly lastAnswerAt: EpochMs | null
  readonly incident: OpenIncident | null
  /** Of the event loop over the last 10 s; null in virtual time, where nothing is late. */
  readonly loopDelayMsP99: number | null
  readonly requests: readonly LatencyFigures[]
  readonly breakers: readonly BreakerFigures[]
}

/** Asked for facts; told of the end of every beat, which is each second. */
export interface HealthPort {
  facts(): OuterFacts
  beat(vitals: () => Vitals): void
}

/** Proven facts with their times, written by the engine every tick; never a cached flag. */
export interface Vitals extends OuterFacts {
  readonly at: EpochMs
  readonly seq: number
  readonly link: State['link']
  readonly lastCycleAt: EpochMs | null
  readonly loopDelayMsMax: number // of the beats of the last minute
  readonly unprotected: number // structures whose exits do not rest and are not watched
  readonly unprotectedSince: EpochMs | null
  /** Structures whose stop we watch ourselves: without us nothing protects them. */
  readonly watchedHere: number
  /** Notices that the way to people did not take, in this run. */
  readonly noticesLost: number
  /** When the broker's last picture that was taken in whole was asked for; null: none was yet. */
  readonly reconciledAt: EpochMs | null
}

/** Of a process that measures nothing. */
export const NO_FACTS: OuterFacts = {
  lastAnswerAt: null,
  incident: null,
  loopDelayMsP99: null,
  requests: [],
  breakers: [],
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

/** Structures whose stop does not rest at the broker, by plan. */
export function watchedHereIn(state: State): number {
  return heldStructures(state).filter(({ plan }) => plan.stopLoss?.watchedBy === 'local').length
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
