import type { Cancel, Clock } from '../../base/clock.ts'
import type { Prng } from '../../base/prng.ts'
import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'
import type { RequestClass } from '../../engine/health.ts'
import type { Fault } from '../../engine/ports.ts'
import type { Response, ResponseOf } from '../../wire/responses.ts'
import type { Transport } from '../../wire/transport.ts'
import { Connection } from './connection.ts'
import type { ConnectionEnd, ConnectionListener, ConnectionOptions } from './connection-listener.ts'
import type { LinkNotice } from './error-codes.ts'
import { nextAttempt, NO_ATTEMPTS } from './reconnect.ts'
import type { Attempts, EndCause } from './reconnect.ts'

/** What the user of a link hears, in whatever connection. */
export interface LinkListener {
  up(connection: Connection): void
  /** After `up`, once. */
  down(epoch: number, fault: Fault): void
  said(connection: Connection, response: Response): void
  orderError(connection: Connection, error: ResponseOf<'error'>): void
}

/** What there is to tell people, and to gate entries by. */
export type Notice =
  | { readonly kind: 'link-up'; readonly epoch: number }
  | { readonly kind: 'link-down'; readonly fault: Fault; readonly cause: EndCause }
  | {
      readonly kind: 'attempt-failed'
      readonly fault: Fault
      readonly cause: EndCause
      readonly times: number
    }
  /** No attempt follows: account, mode or version do not fit. A person must act. */
  | { readonly kind: 'refused'; readonly fault: Fault }
  | { readonly kind: 'gateway'; readonly notice: LinkNotice; readonly text: string }
  | { readonly kind: 'heartbeat'; readonly late: boolean }
  | { readonly kind: 'skew'; readonly skewMs: number }
  | { readonly kind: 'drift'; readonly detail: string; readonly onOrders: boolean }
  | { readonly kind: 'defect'; readonly error: unknown }

export interface LinkOptions extends Omit<
  ConnectionOptions<Connection>,
  'transport' | 'startedAt' | 'epoch' | 'listener'
> {
  readonly clock: Clock
  readonly prng: Prng
  readonly connect: () => Promise<Result<Transport, Fault>>
  /** Why this Gateway must not be used: its accounts do not fit; null when they do. */
  readonly objection: (accounts: readonly string[]) => string | null
  readonly listener: LinkListener
  readonly notice: (notice: Notice) => void
  /** When to try again, monotonic, so that several links take turns; default: when it is due. */
  readonly turn?: (dueAt: number, delayMs: number) => number
}

/** Worth a warning (client-library.md section 4), and the second that currentTime cannot show. */
const SKEW_MS_MAX = 2_000 + 1_000
/** No two attempts of one client are closer than this (P12). */
const APART_MS = 1_000

/**
 * Keeps one connection alive, under one client id: connects, watches, connects again. One
 * connection at a time; what belongs to an earlier epoch is not heard any more.
 */
export class Link {
  readonly #options: LinkOptions
  #connection: Connection | null = null
  #epoch = 0
  #upEpoch = 0
  #refused: Fault | null = null
  #skewed = false
  #attempts: Attempts = NO_ATTEMPTS
  #failures = 0
  #stopTimer: Cancel = () => undefined
  /** When the last attempt began, and when the next one will; monotonic. */
  #triedAt = -Infinity
  #dueAt: number | null = null
  #waitMs = 0
  /** Others were answered while an attempt was on its way: if it fails, the next one follows. */
  #hurries = false
  /** The attempt that has failed, and may still be answered until the next one begins. */
  #overdueEpoch = 0
  #closed = false
  #waiters: ((result: Result<void, Fault>) => void)[] = []
  #lastFault: Fault | null = null

  constructor(options: LinkOptions) {
    this.#options = options
  }

  /** The one that is up; null while there is none. */
  get connection(): Connection | null {
    return this.#connection?.isUp === true ? this.#connection : null
  }

  start(): void {
    void this.#connect()
  }

  /** Why nothing that is asked of this service now would be answered; null: it may be. */
  outage(of: RequestClass): string | null {
    return this.#options.watch.outage(of)
  }

  /** No attempt follows: it was closed, or refused for good. */
  get isOver(): boolean {
    return this.#closed || this.#refused !== null
  }

  /** What no further attempt would change; null: it goes on trying. */
  get refusal(): Fault | null {
    return this.#refused
  }

  /** The one there is, ready or not: for who wants to know why it is not. */
  get current(): Connection | null {
    return this.#connection
  }

  /** When it tries again, monotonic; null: it need not. */
  get dueAt(): number | null {
    return this.#dueAt
  }

  /** How long it waits after what has failed; 0 while it is up, and where no wait grows. */
  get waitMs(): number {
    return this.#waitMs
  }

  /** Another link has come up: the Gateway answers, so there is nothing to wait for. */
  retryNow(): void {
    if (this.#dueAt !== null) this.#retryAt(this.#options.clock.monotonicMs())
    else this.#hurries = this.connection === null
  }

  /** Ends the connection there is, if any; the next one follows as after any other end. */
  reconnect(reason: string, cause: EndCause = 'local'): boolean {
    if (this.#connection === null) return false
    this.#connection.end(fault('not-connected', 'after-reconnect', reason), cause)
    return true
  }

  /** Ends it for good. */
  close(): void {
    this.#closed = true
    this.#stopTimer()
    this.#connection?.end(fault('not-connected', 'never', 'closed by the bot'))
    this.#settle(fail(fault('not-connected', 'never', 'closed by the bot')))
  }

  /** The first time it is up, or why it is not within this time. */
  whenUp(withinMs: number): Promise<Result<void, Fault>> {
    if (this.connection !== null) return Promise.resolve(ok(undefined))
    if (this.#refused !== null) return Promise.resolve(fail(this.#refused))
    return new Promise((resolve) => {
      const stop = this.#options.clock.after(withinMs, () => {
        const last = this.#lastFault?.detail ?? 'no attempt has ended yet'
        this.#settle(fail(fault('timeout', 'later', last)))
      })
      this.#waiters.push((result) => {
        stop()
        resolve(result)
      })
    })
  }

  async #connect(): Promise<void> {
    const startedAt = this.#options.clock.monotonicMs()
    this.#triedAt = startedAt
    this.#dueAt = null
    this.#connection?.end(
      fault('not-connected', 'after-reconnect', 'not answered; trying again'),
      'no-handshake',
    )
    const dialled = await this.#options.connect()
    if (!dialled.ok) {
      const cause = dialled.error.code === 'timeout' ? 'no-route' : 'refused'
      this.#options.watch.down(cause, dialled.error.detail)
      return this.#failed({ kind: 'unreachable', cause, fault: dialled.error })
    }
    if (this.#closed) return dialled.value.close()
    this.#connection = new Connection({
      ...this.#options,
      transport: dialled.value,
      startedAt,
      epoch: ++this.#epoch,
      listener: this.#listener(),
    })
    this.#connection.start()
  }

  #listener(): ConnectionListener<Connection> {
    const { listener, notice, objection } = this.#options
    return {
      up: (connection) => {
        const objected = objection(connection.accounts)
        if (objected !== null) return objected
        this.#stopTimer()
        this.#dueAt = null
        this.#attempts = NO_ATTEMPTS
        this.#failures = 0
        this.#waitMs = 0
        this.#hurries = false
        this.#upEpoch = connection.epoch
        notice({ kind: 'link-up', epoch: connection.epoch })
        // One was answered, or it would not be up; the next one, asked since, may be late already.
        if (connection.heartbeat.isLate) notice({ kind: 'heartbeat', late: true })
        listener.up(connection)
        this.#settle(ok(undefined))
        return null
      },
      said: (connection, response) => listener.said(connection, response),
      orderError: (connection, error) => listener.orderError(connection, error),
      noticed: (_, of, text) => notice({ kind: 'gateway', notice: of, text }),
      heartbeatLate: (_, late) => notice({ kind: 'heartbeat', late }),
      skewed: (skewMs) => {
        const skewed = Math.abs(skewMs) > SKEW_MS_MAX
        if (skewed || this.#skewed) notice({ kind: 'skew', skewMs })
        this.#skewed = skewed
      },
      drifted: (_, { message, detail }, onOrders) => {
        notice({ kind: 'drift', detail: `${message ?? 'unknown message'}: ${detail}`, onOrders })
      },
      overdue: (connection, end) => {
        this.#overdueEpoch = connection.epoch
        this.#failed(end)
      },
      ended: (connection, end) => this.#ended(connection, end),
    }
  }

  #ended(connection: Connection, end: ConnectionEnd): void {
    const { fault: why, cause, defect } = end
    this.#connection = null
    if (this.#upEpoch === connection.epoch) {
      this.#options.notice({ kind: 'link-down', fault: why, cause })
      this.#options.listener.down(connection.epoch, why)
    }
    if (defect !== null) this.#options.notice({ kind: 'defect', error: defect })
    // It has been counted, and the next attempt is due, or has begun.
    const counted = this.#overdueEpoch === connection.epoch && end.kind === 'not-ready'
    if (!counted || why.retry === 'never') this.#failed(end)
  }

  #failed({ kind: ended, cause, fault: why }: Omit<ConnectionEnd, 'defect'>): void {
    this.#lastFault = why
    if (this.#closed) return
    if (why.retry === 'never') {
      this.#refused = why
      this.#stopTimer()
      this.#dueAt = null
      this.#options.notice({ kind: 'refused', fault: why })
      return this.#settle(fail(why))
    }
    const { clock, prng, turn } = this.#options
    const next = nextAttempt(this.#attempts, ended, prng.next())
    this.#attempts = next.after
    this.#waitMs = ended === 'not-ready' ? next.delayMs : 0
    // The time that an attempt took to fail is part of the wait for the next one.
    const from = cause === 'no-handshake' ? this.#triedAt : clock.monotonicMs()
    const dueAt = from + next.delayMs
    const waits = ended === 'not-ready' && !this.#hurries
    const inTurn = waits ? (turn?.(dueAt, next.delayMs) ?? dueAt) : dueAt
    this.#retryAt(this.#hurries ? from : inTurn)
    this.#hurries = false
    if (ended === 'dropped') return
    const times = ++this.#failures
    this.#options.notice({ kind: 'attempt-failed', fault: why, cause, times })
  }

  #retryAt(at: number): void {
    const { clock } = this.#options
    const now = clock.monotonicMs()
    this.#stopTimer()
    this.#dueAt = Math.max(at, now, this.#triedAt + APART_MS)
    this.#stopTimer = clock.after(this.#dueAt - now, () => this.#connect())
  }

  #settle(result: Result<void, Fault>): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const waiter of waiters) waiter(result)
  }
}

function fault(code: Fault['code'], retry: Fault['retry'], detail: string): Fault {
  return { code, retry, detail, vendorCode: null }
}
