import type { TransportFacts } from '../../wire/transport.ts'
import type { EpochMs } from '../../base/clock.ts'
import type { Stage } from './request-log.ts'

/** Where the session stands that is in the worst state of ours. */
export type SocketState =
  /** Ready, or was until its pings were not answered. */
  | 'established'
  /** Accepted; version, order id or accounts did not come. */
  | 'handshake'
  /** RST or FIN came. */
  | 'closed'
  | 'refused'
  /** Nobody refuses and nobody accepts. */
  | 'no-route'

export interface FarmState {
  readonly farm: string
  readonly code: number
  readonly up: boolean
}

/** Used of a limit within its window. */
export interface BudgetUse {
  readonly rule: string
  readonly used: number
  readonly limit: number
}

/** An error message of the Gateway since the trouble began. */
export interface SeenError {
  readonly code: number
  readonly text: string
  /** On an order, and not on a request. */
  readonly onOrder: boolean
}

/**
 * All that the verdict is made of. `null` is what no probe has told: a cause that depends on it is
 * neither supported nor excluded.
 */
export interface Evidence {
  readonly at: EpochMs
  readonly socket: SocketState
  readonly socketSays: string | null
  /** `late`: answers come, but later than they may. Null: nobody was asked. */
  readonly ping: 'answered' | 'late' | 'unanswered' | null
  readonly pingsMissed: number
  readonly clientIdInUse: string | null
  readonly protocolError: string | null
  /** The announced restart window that it is now. */
  readonly restartWindow: string | null
  /** 1100 or 2110 and nothing that took it back. */
  readonly connectivityLost: string | null
  /** By what the Gateway said last; null: what it says of farms was not heard. */
  readonly farms: readonly FarmState[] | null
  /** When the request was sent, the data service had said neither 2106 nor 2107. */
  readonly hmdsUnheard: boolean
  /** 2107, and no 2106 within 10 s of the request. */
  readonly hmdsIdle: boolean
  readonly facts: TransportFacts | null
  readonly txGrowing: boolean
  /** Bytes that reached this process, though none of them reached the session. */
  readonly unheard: number
  /** Since when the process has read nothing. */
  readonly readLastAt: EpochMs | null
  /** The longest that our own timers came late of late; null: nobody measures. */
  readonly loopLateMs: number | null
  /** How far the oldest unanswered request came. */
  readonly stage: Stage | null
  /** What came under requests that had ended by their deadline. */
  readonly lateAnswers: number
  /** Messages that nobody asked for, while what was asked is not answered. */
  readonly pushes: number
  /** What is not answered, for a person; null: nothing of the data service. */
  readonly dataSilent: string | null
  /** A subscribed feed that says nothing in open hours. */
  readonly feedSilent: string | null
  readonly errors: readonly SeenError[]
  /** Ticks of data type 3 or 4, or older than they may be. */
  readonly delayed: string | null
  readonly allowDelayed: boolean
  /** An order, change, cancel or order query without answer or effect for 30 s. */
  readonly ordersSilent: string | null
  /** Order queries are answered meanwhile; null: none was asked. */
  readonly orderQueries: boolean | null
  readonly marketOpen: boolean | null
  readonly budgets: readonly BudgetUse[]
  /** Answers under an id that nobody waits for, while one who waits gets none. */
  readonly unmatched: string | null
  /** The same service, asked once more in another form on our own session. */
  readonly retry: 'answered' | 'unanswered' | null
  readonly canary: 'answered' | 'unanswered' | null
  readonly canaryMs: number | null
}

/** Nothing is wrong: tests and the tracker say what differs. */
export const HEALTHY: Evidence = {
  at: 0 as EpochMs,
  socket: 'established',
  socketSays: null,
  ping: 'answered',
  pingsMissed: 0,
  clientIdInUse: null,
  protocolError: null,
  restartWindow: null,
  connectivityLost: null,
  farms: [],
  hmdsUnheard: false,
  hmdsIdle: false,
  facts: null,
  txGrowing: false,
  unheard: 0,
  readLastAt: null,
  loopLateMs: 0,
  stage: null,
  lateAnswers: 0,
  pushes: 0,
  dataSilent: null,
  feedSilent: null,
  errors: [],
  delayed: null,
  allowDelayed: false,
  ordersSilent: null,
  orderQueries: null,
  marketOpen: true,
  budgets: [],
  unmatched: null,
  retry: null,
  canary: null,
  canaryMs: null,
}
