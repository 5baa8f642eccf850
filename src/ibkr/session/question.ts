import type { Result } from '../../base/result.ts'
import type { Fault } from '../../engine/ports.ts'
import type { Request } from '../../wire/requests.ts'
import type { Response } from '../../wire/responses.ts'
import type { Lane } from '../pacing/pacing.ts'

/**
 * Request ids start here and order ids stay below: both share one error channel (S6). A Gateway may
 * count orders from far above zero, or jump by a million (F22).
 */
export const FIRST_REQUEST_ID = 1_000_000_000

/** How long each request may take (client-library.md section 6), in milliseconds. */
export const DEADLINE_MS = {
  currentTime: 5_000,
  contractDetails: 10_000,
  chain: 15_000,
  marketRule: 5_000,
  snapshotQuote: 13_000,
  streamingQuote: 10_000,
  shortHistory: 20_000, // up to one day
  longHistory: 60_000,
  barStream: 20_000, // to its first answer
  realTimeBars: null, // nothing comes while the market is closed
  quoteLine: null,
  positions: 10_000,
  openOrders: 10_000,
  completedOrders: 10_000,
  executions: 10_000,
  accountSummary: 10_000,
  pnl: 3_000, // then the day's profit is not known yet
} as const

export type RequestKind = keyof typeof DEADLINE_MS

/** One question. `T` is what a complete answer says. */
export interface Question<T> {
  readonly kind: RequestKind
  readonly lane: Lane
  /** `reqId` is 0 for requests that carry none. */
  request(reqId: number): Request
  /** Every answer under the id; a result ends the request, null means that more follows. */
  answer(response: Response): Result<T, Fault> | null
  /** Ends it at the Gateway: at the deadline, when nobody waits any more, after a last answer. */
  cancel?(reqId: number): Request
  /** Open at the Gateway until cancelled, so the cancel follows its answer too. */
  readonly subscribes?: boolean
  /** After this answer there is nothing left to cancel: the end of a snapshot. */
  endsItself?(response: Response): boolean
  /** A stream has a deadline for its first answer only. */
  readonly streams?: boolean
  /** It left for the Gateway, and, once: nothing of it is open there any more. */
  readonly sent?: () => void
  readonly freed?: () => void
  /** So many of the kind may be open on one connection (P11). */
  readonly openMax?: number
  /** What has been told by the deadline, where that is an answer; null: the deadline is missed. */
  asItStands?(): Result<T, Fault> | null
  /** An error that is an answer: no data. */
  empty?(): Result<T, Fault>
  /** Of a request without an id: what tells apart those of one kind, as the number of a rule. */
  readonly key?: string
  /** Asked for proof: an open breaker lets it through. */
  readonly probe?: boolean
}

/** What became of the requests of all connections of the process. */
export interface RequestCounters {
  readonly asked: Record<RequestKind, number>
  /** Now, at the Gateway. */
  readonly open: Record<RequestKind, number>
  timeouts: number
  lateAnswers: number
}

export function noRequests(): RequestCounters {
  const kinds = Object.keys(DEADLINE_MS) as RequestKind[]
  const zeros = () =>
    Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<RequestKind, number>
  return { asked: zeros(), open: zeros(), timeouts: 0, lateAnswers: 0 }
}

/** Ids of one process: strictly increasing, never reused in any epoch. */
export class RequestIds {
  #next = FIRST_REQUEST_ID

  next(): number {
    return this.#next++
  }
}
