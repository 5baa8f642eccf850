import type { Clock } from '../../base/clock.ts'
import type { RequestClass } from '../../engine/health.ts'
import type { Observed } from '../../engine/latency.ts'
import type { Fault } from '../../engine/ports.ts'
import type { WireError } from '../../wire/codec.ts'
import type { VersionRange } from '../../wire/handshake.ts'
import type { Request } from '../../wire/requests.ts'
import type { Response, ResponseOf } from '../../wire/responses.ts'
import type { Transport } from '../../wire/transport.ts'
import type { LinkNotice } from './error-codes.ts'
import type { FrameGuard } from '../orders/last-look.ts'
import type { Pacer } from '../pacing/pacing.ts'
import type { RequestCounters, RequestIds } from './question.ts'
import type { EndCause, LinkEnd } from './reconnect.ts'
import type { RequestLog } from '../diagnosis/request-log.ts'
import type { SessionWatch } from '../diagnosis/session-watch.ts'

export interface ConnectionCounters {
  handshakes: number
  messagesSent: number
  messagesReceived: number
  orderFramesSent: number
  decodeDrift: number
}

/**
 * What a connection `C` tells. A listener that throws poisons the connection, and loses no frame.
 */
export interface ConnectionListener<C> {
  /** Ready, and a heartbeat was answered; may answer why it must not be used. */
  up(connection: C): string | null
  /** Everything that is not the answer to a request of ours under its id. */
  said(connection: C, response: Response): void
  orderError(connection: C, error: ResponseOf<'error'>): void
  noticed(connection: C, notice: LinkNotice, text: string): void
  heartbeatLate(connection: C, late: boolean): void
  skewed(skewMs: number): void
  /** A message had more or fewer fields than its layout. */
  drifted(connection: C, error: WireError, onOrders: boolean): void
  /**
   * It should have been up by now. It stays, until its user ends it: a Gateway that wakes answers
   * what waits for it. Without this it ends.
   */
  overdue?(connection: C, end: ConnectionEnd): void
  /** Once. Nothing follows. */
  ended(connection: C, end: ConnectionEnd): void
}

export interface ConnectionEnd {
  readonly kind: LinkEnd
  readonly cause: EndCause
  readonly fault: Fault
  /** A listener threw this; it is a defect of ours and not swallowed. */
  readonly defect: unknown
}

export interface ConnectionOptions<C> {
  readonly clock: Clock
  readonly transport: Transport
  /** When its TCP connect began, monotonic. */
  readonly startedAt: number
  readonly epoch: number
  /** `order`, `data` or `canary`. */
  readonly name: string
  readonly clientId: number
  readonly versions: VersionRange
  readonly pacer: Pacer
  readonly ids: RequestIds
  readonly counters: ConnectionCounters
  readonly requestCounters: RequestCounters
  readonly log: RequestLog
  readonly watch: SessionWatch
  readonly guard: FrameGuard
  readonly busy: () => boolean
  /** Everything that was read, before anybody else: the last look's own data path. */
  readonly heard?: (response: Response) => void
  /** The guard let it pass, and then it did not leave. */
  readonly unsent?: (request: Request) => void
  readonly observed?: (of: Observed) => void
  readonly broke?: (of: RequestClass, reason: string | null) => void
  readonly listener: ConnectionListener<C>
}
