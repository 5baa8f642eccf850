import type { Clock } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import type { Fault } from '../../engine/ports.ts'
import { BOT_VERSIONS, parseServerHello } from '../../wire/handshake.ts'
import type { ServerHello } from '../../wire/handshake.ts'
import { decodeResponse } from '../../wire/responses.ts'
import type { Response, ResponseOf } from '../../wire/responses.ts'
import type { Transport } from '../../wire/transport.ts'
import { Connection } from '../session/connection.ts'
import type { ConnectionListener } from '../session/connection-listener.ts'
import { refuseOrders } from '../orders/last-look.ts'
import type { FrameGuard } from '../orders/last-look.ts'
import { Pacer } from '../pacing/pacing.ts'
import { noRequests, RequestIds } from '../session/question.ts'
import { RequestLog } from '../diagnosis/request-log.ts'
import { SessionWatch } from '../diagnosis/session-watch.ts'
import { tapped } from './tap.ts'
import type { TapListener } from './tap.ts'

/** Where a first contact got to, when it did not become ready. */
export type VisitStage =
  | 'unreachable' // TCP: nobody listens, or nobody is reached
  | 'closed' // accepted, and closed before it said anything
  | 'silent' // accepted, and said nothing
  | 'garbage' // what came is no Gateway's
  | 'version' // a Gateway, outside the versions we speak
  | 'client-id-in-use' // 326
  | 'not-ready' // it shook hands and did not become ready

export interface VisitFailure {
  readonly stage: VisitStage
  readonly detail: string
}

/** One connection that is up, and what has been said on it so far. */
export interface Visit {
  readonly connection: Connection
  readonly hello: ServerHello
  /** The Gateway's clock less ours, milliseconds; it tells whole seconds. */
  readonly skewMs: number
  /** Every error and notice, of requests and of the connection, in the order they came. */
  readonly errors: readonly ResponseOf<'error'>[]
  /** Everything that is no answer under a request id, from now on. */
  hear(listener: (response: Response) => void): void
  /** Why the connection is over; null while it is up. */
  readonly ended: Fault | null
  close(): void
}

export interface VisitOptions {
  readonly clock: Clock
  readonly connect: () => Promise<Result<Transport, Fault>>
  readonly clientId: number
  /** Default: no order frame may leave. */
  readonly guard?: FrameGuard
  readonly tap?: TapListener
  /** Of all visits of one command: their requests share one budget and one sequence of ids. */
  readonly shared: VisitShared
}

export interface VisitShared {
  readonly pacer: Pacer
  readonly ids: RequestIds
}

export function visitShared(clock: Clock): VisitShared {
  return { pacer: new Pacer(clock), ids: new RequestIds() }
}

export type Visited =
  { readonly kind: 'up'; readonly visit: Visit } | ({ readonly kind: 'failed' } & VisitFailure)

/** One attempt, and no second: whoever looks at a Gateway says what the first one met. */
export async function visit(options: VisitOptions): Promise<Visited> {
  const { clock } = options
  const startedAt = clock.monotonicMs()
  const dialled = await options.connect()
  if (!dialled.ok) return { kind: 'failed', stage: 'unreachable', detail: dialled.error.detail }
  return new Promise((resolve) => new Visitor(options, resolve).start(dialled.value, startedAt))
}

class Visitor {
  readonly #options: VisitOptions
  readonly #settle: (visited: Visited) => void
  readonly #errors: ResponseOf<'error'>[] = []
  readonly #listeners = new Set<(response: Response) => void>()
  #hello: ServerHello | null = null
  #bytes = false
  #garbage: string | null = null
  #skewMs = 0
  #ended: Fault | null = null

  constructor(options: VisitOptions, settle: (visited: Visited) => void) {
    this.#options = options
    this.#settle = settle
  }

  start(transport: Transport, startedAt: number): void {
    const { clock, clientId, guard, shared } = this.#options
    const connection = new Connection({
      clock,
      transport: tapped(transport, this.#tap()),
      startedAt,
      epoch: 1,
      name: 'doctor',
      clientId,
      versions: BOT_VERSIONS,
      pacer: shared.pacer,
      ids: shared.ids,
      counters: {
        handshakes: 0,
        messagesSent: 0,
        messagesReceived: 0,
        orderFramesSent: 0,
        decodeDrift: 0,
      },
      requestCounters: noRequests(),
      log: new RequestLog(),
      watch: new SessionWatch('doctor', clock),
      guard: guard ?? refuseOrders,
      busy: () => true,
      listener: this.#listener(),
    })
    connection.start()
  }

  #tap(): TapListener {
    const { tap } = this.#options
    return {
      greeted: (bytes) => tap?.greeted(bytes),
      sent: (payload) => tap?.sent(payload),
      received: (payload) => {
        tap?.received(payload)
        this.#received(payload)
      },
      garbled: (detail, bytes) => {
        this.#bytes = true
        this.#garbage = `${detail}; it began with ${printable(bytes)}`
        tap?.garbled(detail, bytes)
      },
    }
  }

  /** The connection keeps errors of requests to itself: what they say is what a visit is for. */
  #received(payload: Uint8Array): void {
    this.#bytes = true
    if (this.#hello === null && this.#garbage === null) {
      const hello = parseServerHello(payload)
      if (hello.ok) this.#hello = hello.value
      else this.#garbage = hello.error
      return
    }
    if (this.#hello === null) return
    const response = decodeResponse(payload, this.#hello.version)
    if (response.ok && response.value.kind === 'error') this.#errors.push(response.value)
  }

  #listener(): ConnectionListener<Connection> {
    return {
      up: (connection) => {
        this.#settle({ kind: 'up', visit: this.#visit(connection) })
        return null
      },
      said: (_, response) => {
        for (const listener of this.#listeners) listener(response)
      },
      orderError: (_, error) => {
        for (const listener of this.#listeners) listener(error)
      },
      noticed: () => undefined, // read from the tap, with the rest
      heartbeatLate: () => undefined,
      skewed: (skewMs) => {
        this.#skewMs = skewMs
      },
      drifted: () => undefined, // counted by whoever taps
      ended: (_, { fault }) => {
        this.#ended = fault
        this.#settle({ kind: 'failed', stage: this.#stageOf(fault), detail: this.#detailOf(fault) })
      },
    }
  }

  #visit(connection: Connection): Visit {
    const hello = this.#hello ?? { version: connection.version, connectionTime: '' }
    const [errors, listeners] = [this.#errors, this.#listeners]
    const ended = (): Fault | null => this.#ended
    return {
      connection,
      hello,
      skewMs: this.#skewMs,
      errors,
      hear: (listener) => void listeners.add(listener),
      get ended() {
        return ended()
      },
      close: () =>
        connection.end({ code: 'not-connected', retry: 'never', detail: 'done', vendorCode: null }),
    }
  }

  #stageOf(fault: Fault): VisitStage {
    if (fault.vendorCode === 326) return 'client-id-in-use'
    if (this.#hello !== null) return fault.retry === 'never' ? 'version' : 'not-ready'
    if (this.#garbage !== null) return 'garbage'
    if (this.#bytes) return 'silent'
    return /expected the version/.test(fault.detail) ? 'silent' : 'closed'
  }

  #detailOf(fault: Fault): string {
    if (fault.vendorCode !== 326) return this.#garbage ?? fault.detail
    return this.#errors.find(({ code }) => code === 326)?.text ?? fault.detail
  }
}

/** Foreign bytes for people: what cannot be printed is a dot. */
function printable(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, 24)).toString('latin1')
  return JSON.stringify(text.replace(/[^\x20-\x7e]/g, '.'))
}
