import type { Cancel, EpochMs } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'
import type { Fault } from '../../engine/ports.ts'
import { FrameReader } from '../../wire/frame.ts'
import { clientPrelude, parseServerHello } from '../../wire/handshake.ts'
import { encodeRequest } from '../../wire/requests.ts'
import type { Request } from '../../wire/requests.ts'
import { decodeResponse } from '../../wire/responses.ts'
import type { Response, ResponseOf } from '../../wire/responses.ts'
import type { WireError } from '../../wire/codec.ts'
import type { ConnectionOptions } from './connection-listener.ts'
import { linkNotice, plainText } from './error-codes.ts'
import { Heartbeat } from './heartbeat.ts'
import type { Intent } from '../orders/intent.ts'
import type { Lane } from '../pacing/pacing.ts'
import { FIRST_REQUEST_ID } from './question.ts'
import type { Transport } from '../../wire/transport.ts'
import { misread } from '../translate/misread.ts'
import type { Misread } from '../translate/misread.ts'
import { RequestLedger } from './requests.ts'
import type { EndCause, LinkEnd } from './reconnect.ts'

/** Readiness, from the start of the TCP connect (client-library.md section 3), milliseconds. */
const VERSION_MS_MAX = 8_000
const READY_MS_MAX = 15_000
/** After ready; then the link goes up with what has come, because farms may stay silent. */
const FARMS_MS_MAX = 10_000
const FARM_CODES = { quotes: [2103, 2104], history: [2105, 2106, 2107], contracts: [2157, 2158] }

/** Messages whose layout we must not misread (client-library.md, S14). */
const ORDER_MESSAGES: ReadonlySet<string | null> = new Set([
  'openOrder',
  'orderStatus',
  'execDetails',
  'commissionReport',
  'completedOrder',
  'position',
])

const ORDER_REQUESTS: ReadonlySet<Request['kind']> = new Set([
  'placeOrder',
  'cancelOrder',
  'reqGlobalCancel',
  'exerciseOptions',
])

interface InTurn {
  /** Of an order that is only asked about. */
  readonly intent?: Intent
  readonly aged?: (fault: Fault) => void
}

type Stage = 'version' | 'ready' | 'proving' | 'up' | 'ended'

/** One TCP connection, from its handshake to its end. It is never opened again (S1). */
export class Connection {
  readonly epoch: number
  readonly requests: RequestLedger
  readonly #options: ConnectionOptions<Connection>
  readonly #reader = new FrameReader()
  readonly #heartbeat: Heartbeat
  readonly #farms = new Set<string>()
  #stage: Stage = 'version'
  #stopDeadline: Cancel = () => undefined
  #version = 0
  #nextOrderId: number | null = null
  #accounts: readonly string[] | null = null
  #defect: { readonly error: unknown } | null = null
  #clientIdInUse = false
  #isOverdue = false
  #lastAnswerAt: EpochMs | null = null

  constructor(options: ConnectionOptions<Connection>) {
    this.#options = options
    this.epoch = options.epoch
    this.requests = this.#newLedger()
    this.#heartbeat = this.#newHeartbeat()
  }

  /** What the Gateway gave us; a floor only, and it may go back after its restart. */
  get nextOrderId(): number {
    return this.#nextOrderId ?? 0
  }

  get accounts(): readonly string[] {
    return this.#accounts ?? []
  }

  get version(): number {
    return this.#version
  }

  get isUp(): boolean {
    return this.#stage === 'up'
  }

  /** When a request was last answered, by the wall clock. */
  get lastAnswerAt(): EpochMs | null {
    return this.#lastAnswerAt
  }

  get heartbeat(): Pick<Heartbeat, 'missed' | 'isLate' | 'ageMs'> {
    return this.#heartbeat
  }

  get transport(): Transport {
    return this.#options.transport
  }

  /** Since a heartbeat was answered. */
  heartbeatAgeMs(): number {
    return this.#heartbeat.ageMs() ?? Infinity
  }

  start(): void {
    const { clock, transport, startedAt, versions } = this.#options
    transport.listen({
      bytes: (chunk) => this.#bytes(chunk),
      closed: (reason) => this.end(gone(reason ?? 'the Gateway closed the connection'), 'closed'),
    })
    const spent = clock.monotonicMs() - startedAt
    this.#stopDeadline = clock.after(VERSION_MS_MAX - spent, () => {
      this.#overdue(gone(`expected the version within ${VERSION_MS_MAX} ms, none came`))
    })
    transport.write(clientPrelude(versions))
  }

  /** Order frames: all of them now, checked one by one before the first byte leaves, or none. */
  sendOrders(
    lane: Lane,
    frames: readonly { readonly request: Request; readonly intent: Intent | null }[],
  ): Result<void, Fault> {
    const encoded: Uint8Array[] = []
    const unsent = (fault: Fault): Result<void, Fault> => {
      const passed = frames.slice(0, encoded.length).toReversed()
      for (const { request } of passed) this.#options.unsent?.(request)
      return fail(fault)
    }
    for (const { request, intent } of frames) {
      const frame = this.#encode(request, intent)
      if (!frame.ok) return unsent(frame.error)
      encoded.push(frame.value)
    }
    if (!this.#options.pacer.tryTake(lane, encoded.length, this)) {
      return unsent(paced(`no room for ${encoded.length} messages in lane ${lane}`))
    }
    if (!this.#options.transport.write(Buffer.concat(encoded))) return unsent(gone('it is closed'))
    for (const { request } of frames) this.#countOrder(request)
    return ok(undefined)
  }

  /**
   * In its turn, and for as long as this connection lives: cancels (lane 0 never ages), and what is
   * only asked. `aged` is told when there was no room for as long as its lane may wait.
   */
  sendInTurn(lane: Lane, request: Request, of: InTurn = {}): Result<void, Fault> {
    const { intent = null, aged } = of
    const frame = this.#encode(request, intent)
    if (!frame.ok) return frame
    const waiting = {
      run: () => {
        if (this.#options.transport.write(frame.value)) this.#countOrder(request)
      },
      aged: () => aged?.(paced(`no room in lane ${lane} in time`)),
    }
    this.#options.pacer.offer(lane, waiting, this)
    return ok(undefined)
  }

  /** Ends it from either side; the first reason counts. */
  end(fault: Fault, cause: EndCause = 'local'): void {
    if (this.#stage === 'ended') return
    const kind: LinkEnd = this.#stage === 'up' ? 'dropped' : 'not-ready'
    this.#stage = 'ended'
    this.#stopDeadline()
    this.#heartbeat.stop()
    this.#options.transport.close()
    this.#options.pacer.ended(this)
    this.#guarded(() => this.requests.endAll(fault))
    const inUse = this.#clientIdInUse && kind === 'not-ready'
    const why = inUse ? 'client-id-in-use' : cause
    const told = inUse ? { ...fault, detail: 'client id in use', vendorCode: 326 } : fault
    const defect = this.#defect?.error ?? null
    this.#options.watch.down(why, told.detail)
    this.#options.listener.ended(this, { kind, cause: why, fault: told, defect })
  }

  /** Once: what answers it after that is welcome, until somebody ends it. */
  #overdue(fault: Fault): void {
    const { listener, watch } = this.#options
    if (listener.overdue === undefined) return this.end(fault, 'no-handshake')
    if (this.#isOverdue) return
    this.#isOverdue = true
    const cause = 'no-handshake'
    watch.down(cause, fault.detail)
    listener.overdue(this, { kind: 'not-ready', cause, fault, defect: null })
  }

  #bytes(chunk: Uint8Array): void {
    if (this.#stage === 'ended') return
    this.#options.watch.read()
    this.#options.pacer.heard(this)
    this.noteFlushed()
    this.requests.inbound()
    const cut = this.#reader.push(chunk)
    for (const payload of cut.ok ? cut.value : cut.error.frames) this.#payload(payload)
    if (!cut.ok) this.end(gone(`${cut.error.detail}; it read ${hexOf(chunk)}`), 'unreadable')
    this.#endIfPoisoned()
  }

  /** How much has left us only the socket knows. */
  noteFlushed(): void {
    const { transport } = this.#options
    const waiting = transport.facts?.().writableLength ?? 0
    this.requests.flushed(transport.count.written - waiting)
  }

  /** Only after the last frame of a chunk: a listener's defect must not cost a fill (H19). */
  #endIfPoisoned(): void {
    if (this.#defect !== null) this.end(gone('a listener threw; reconnecting to reconcile'))
  }

  #payload(payload: Uint8Array): void {
    this.#options.counters.messagesReceived++
    if (this.#stage === 'version') return this.#versionFrame(payload)
    if (this.#version === 0) return // what follows a greeting that was none is nothing either
    const decoded = decodeResponse(payload, this.#version)
    if (decoded.ok) return this.#guarded(() => this.#deliver(decoded.value))
    this.#drift(decoded.error)
  }

  #versionFrame(payload: Uint8Array): void {
    const { clock, clientId, counters, startedAt, versions } = this.#options
    const read = parseServerHello(payload)
    if (!read.ok) return this.end(gone(read.error), 'unreadable')
    const { version } = read.value
    if (version < versions.min || version > versions.max) {
      const detail = `expected server version ${versions.min} to ${versions.max}, was ${version}`
      return this.end({ ...gone(detail), retry: 'never' }, 'unreadable')
    }
    counters.handshakes++
    this.#version = version
    this.#stage = 'ready'
    this.#stopDeadline()
    const spent = this.#isOverdue ? VERSION_MS_MAX : clock.monotonicMs() - startedAt
    this.#stopDeadline = clock.after(READY_MS_MAX - spent, () => {
      this.#overdue(gone(`expected order id and accounts within ${READY_MS_MAX} ms`))
    })
    this.#write({ kind: 'startApi', clientId, optionalCapabilities: '' }, null)
  }

  /** A surplus field leaves a message that can be used; a missing one fails its request (S14). */
  #drift(error: WireError<Response>): void {
    this.#options.counters.decodeDrift++
    const { message, detail } = error
    const onOrders = ORDER_MESSAGES.has(message)
    this.#guarded(() => {
      this.#options.listener.drifted(this, error, onOrders)
      if (error.decoded !== null) this.#deliver(error.decoded)
      else if (error.carried !== null && error.carried >= FIRST_REQUEST_ID) {
        this.requests.failed(error.carried, 505, `${message}: ${detail}`)
      }
    })
    if (!onOrders && error.decoded !== null) return
    const text = `${message ?? 'unknown message'}: ${detail}`
    this.#options.watch.unreadable = { at: this.#options.clock.monotonicMs(), text, message }
  }

  #deliver(response: Response): void {
    const odd = misread(response, this.#options.clientId)
    if (odd !== null) return this.#drift(unbelieved(response, odd))
    this.#options.watch.heard(response)
    this.#options.heard?.(response)
    switch (response.kind) {
      case 'error':
        return this.#error(response)
      case 'nextValidId':
        this.#nextOrderId = response.orderId
        return this.#maybeReady()
      case 'managedAccounts':
        this.#accounts = response.accounts
        return this.#maybeReady()
      default:
    }
    if ('reqId' in response && response.reqId >= FIRST_REQUEST_ID) {
      this.#lastAnswerAt = this.#options.clock.now()
      return this.requests.answered(response.reqId, response)
    }
    this.requests.offered(response)
    this.#options.listener.said(this, response)
  }

  #error(raw: ResponseOf<'error'>): void {
    const error = { ...raw, text: plainText(raw.text) }
    const { id, code, text } = error
    if (id >= FIRST_REQUEST_ID) return this.requests.failed(id, code, text)
    if (id > 0) return this.#options.listener.orderError(this, error)
    const notice = linkNotice(code, text)
    if (notice.kind === 'client-id-in-use') this.#clientIdInUse = true
    if (notice.kind === 'rate-exceeded') this.#options.pacer.penalise()
    for (const [farm, codes] of Object.entries(FARM_CODES)) {
      if (codes.includes(code)) this.#farms.add(farm)
    }
    this.#options.listener.noticed(this, notice, `${code}: ${text}`)
    if (notice.kind === 'version-refused') {
      this.end({ ...gone(text), retry: 'never' }, 'unreadable')
    }
    this.#maybeUp()
  }

  #maybeReady(): void {
    if (this.#stage !== 'ready' || this.#nextOrderId === null || this.#accounts === null) return
    this.#stage = 'proving'
    this.#stopDeadline()
    this.#stopDeadline = this.#options.clock.after(FARMS_MS_MAX, () => {
      for (const farm of Object.keys(FARM_CODES)) this.#farms.add(farm)
      this.#guarded(() => this.#maybeUp())
      this.#endIfPoisoned()
    })
    this.#heartbeat.start()
  }

  /** A request sent before the farm notices can stay without an answer (L20). */
  #maybeUp(): void {
    const farms = this.#farms.size === Object.keys(FARM_CODES).length
    if (this.#stage !== 'proving' || !farms || this.#heartbeat.ageMs() === null) return
    this.#stopDeadline()
    this.#stage = 'up'
    this.#options.watch.up()
    const refused = this.#options.listener.up(this)
    if (refused !== null) this.end({ ...gone(refused), code: 'refused', retry: 'never' })
  }

  #newLedger(): RequestLedger {
    const { clock, ids, requestCounters, log, name, pacer, transport, watch } = this.#options
    const { observed, broke } = this.#options
    return new RequestLedger({
      ...(observed && { observed }),
      ...(broke && { broke }),
      clock,
      ids,
      log,
      counters: requestCounters,
      connection: name,
      late: () => watch.lateAnswers++,
      stray: () => watch.strayAnswers++,
      send: (request, { lane, encoded, sent, failed }) => {
        const waiting = {
          run: () => {
            const frame = this.#encode(request, null)
            if (!frame.ok) return failed(frame.error)
            encoded()
            if (!transport.write(frame.value)) return failed(gone('it is closed'))
            this.#count(request)
            sent(transport.count.written)
            if (transport.facts === undefined) this.requests.flushed(transport.count.written)
          },
          aged: () => failed(paced(`no room in lane ${lane} in time`)),
        }
        return pacer.offer(lane, waiting, this)
      },
    })
  }

  #newHeartbeat(): Heartbeat {
    const { clock, busy, listener } = this.#options
    return new Heartbeat({
      clock,
      busy,
      ask: (done) => {
        this.requests.share(
          {
            kind: 'currentTime',
            lane: 1,
            request: () => ({ kind: 'reqCurrentTime' }),
            answer: (response) =>
              response.kind === 'currentTime' ? ok((response.time * 1_000) as EpochMs) : null,
          },
          done,
        )
      },
      late: (late) => {
        this.#guarded(() => listener.heartbeatLate(this, late))
        this.#endIfPoisoned()
      },
      answered: (skewMs) => {
        this.#lastAnswerAt = clock.now()
        this.#guarded(() => {
          listener.skewed(skewMs)
          this.#maybeUp()
        })
      },
      dead: () => this.end(gone('two heartbeats in a row were not answered'), 'no-heartbeat'),
    })
  }

  #write(request: Request, intent: Intent | null): Result<void, Fault> {
    const frame = this.#encode(request, intent)
    if (!frame.ok) return frame
    if (!this.#options.transport.write(frame.value)) return fail(gone('it is closed'))
    this.#count(request)
    return ok(undefined)
  }

  #countOrder(request: Request): void {
    this.#count(request)
    this.#options.watch.orders.sent(request)
  }

  #count({ kind }: Request): void {
    this.#options.counters.messagesSent++
    if (ORDER_REQUESTS.has(kind)) this.#options.counters.orderFramesSent++
  }

  #encode(request: Request, intent: Intent | null): Result<Uint8Array, Fault> {
    if (this.#stage === 'ended') return fail(gone('it is closed'))
    const frame = encodeRequest(request, this.#version)
    if (!frame.ok) return fail(refused(`${frame.error.field}: ${frame.error.detail}`))
    const objection = this.#options.guard(frame.value, intent)
    return objection === null ? ok(frame.value) : fail(refused(objection))
  }

  #guarded(deliver: () => void): void {
    try {
      deliver()
    } catch (error) {
      this.#defect ??= { error }
    }
  }
}

/** As of a field that could not be read. */
function unbelieved(response: Response, { field, detail }: Misread): WireError<Response> {
  const carried = 'reqId' in response ? response.reqId : null
  const what = { id: null, message: response.kind, field, detail, carried }
  return { ...what, kind: 'bad-field', decoded: null }
}

/** For whoever must find out what that was. */
function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 32)).toString('hex')
}

function gone(detail: string): Fault {
  return { code: 'not-connected', retry: 'after-reconnect', detail, vendorCode: null }
}

function refused(detail: string): Fault {
  return { code: 'refused', retry: 'never', detail, vendorCode: null }
}

function paced(detail: string): Fault {
  return { code: 'paced', retry: 'later', detail, vendorCode: null }
}
