import { assert } from '../../base/assert.ts'
import type { Cancel, EpochMs } from '../../base/clock.ts'
import { formatIbTime } from '../../domain/ib-time.ts'
import type { WireError } from '../../wire/codec.ts'
import { FrameReader } from '../../wire/frame.ts'
import { encodeServerHello, negotiate, PreludeReader } from '../../wire/handshake.ts'
import { decodeRequest } from '../../wire/requests.ts'
import type { Request } from '../../wire/requests.ts'
import { decodeResponse, encodeResponse } from '../../wire/responses.ts'
import type { Response } from '../../wire/responses.ts'
import type { Beats } from '../broker/beats.ts'
import type { Connection } from '../faults/fault.ts'
import type { FaultBoard } from '../faults/fault-board.ts'
import type { FaultyLink } from '../faults/fault-link.ts'
import { AccountUpdates } from './session-account.ts'
import type { Answers, House, Subject } from './session-client.ts'
import type { Listable } from './session-contract.ts'
import { Contracts } from './session-contracts.ts'
import { Executions } from './session-executions.ts'
import { sessionFacts } from './session-facts.ts'
import { History } from './session-history.ts'
import { Intake } from './session-intake.ts'
import type { RateMode } from './session-intake.ts'
import { Orders } from './session-orders.ts'
import { ProfitAndLoss } from './session-pnl.ts'
import { Positions } from './session-positions.ts'
import { Quotes } from './session-quotes.ts'
import { RealTimeBars } from './session-realtime-bars.ts'
import { Summaries } from './session-summary.ts'
import { unsupported } from './session-unsupported.ts'
import { BurstWriter } from './session-writer.ts'

/** What a session needs of the Gateway it belongs to. */
export interface Front {
  readonly house: House
  readonly beats: Beats
  readonly maxServerVersion: number
  readonly rateMode: RateMode
  readonly faults: FaultBoard
  /** Takes a client id for this session. */
  enter(session: Session, clientId: number): 'entered' | 'in-use' | 'full'
  left(session: Session, reason: string | null): void
}

const LENGTH_BYTES = 4
const ORDER_MESSAGES: readonly number[] = [3, 4, 58]
const ORDER_KINDS: readonly Request['kind'][] = ['placeOrder', 'cancelOrder', 'reqGlobalCancel']
/** Said after startApi; the farm's name follows the last colon (limits-and-codes.md, 7.8). */
const FARMS_OK = [
  [2104, 'Market data farm connection is OK:usfarm'],
  [2106, 'HMDS data farm connection is OK:ushmds'],
  [2158, 'Sec-def data farm connection is OK:secdefil'],
] as const

/** One client's session, from its first byte to its last. */
export class Session implements Connection {
  readonly house: House
  readonly link: FaultyLink
  readonly #front: Front
  readonly #writer: BurstWriter
  readonly #prelude = new PreludeReader()
  readonly #frames = new FrameReader()
  readonly #number: number
  readonly #timers = new Set<Cancel>()
  /** `unanswered`: a fault has taken its startApi. */
  #stage: 'prelude' | 'hello' | 'unanswered' | 'started' | 'closed' = 'prelude'
  #isReady = false
  #announcedId = -1
  #subjects: readonly Subject[] = []
  #answers: Answers = {}
  #intake: Intake | null = null
  #options = ''
  #version = 0
  #clientId = -1

  constructor(front: Front, link: FaultyLink) {
    this.house = front.house
    this.link = link
    this.#front = front
    this.#writer = new BurstWriter(front.house.clock, link)
    this.#number = ++front.house.counters.connections
    link.listen({
      bytes: (chunk) => this.#take(chunk),
      closed: (reason) => this.#end(reason),
    })
  }

  get id(): number {
    return this.#clientId
  }

  get version(): number {
    return this.#version
  }

  get announcedId(): number {
    return this.#announcedId
  }

  get isReady(): boolean {
    return this.#isReady
  }

  owner(reqId: number): string {
    return `${this.#number}/${reqId}`
  }

  send(response: Response): void {
    const { faults } = this.#front
    if (faults.isQuiet) return this.deliver(response)
    for (const each of faults.says(this, response)) this.deliver(each)
  }

  deliver(response: Response): void {
    if (this.#stage === 'closed') return
    const frame = encodeResponse(response, this.#version)
    if (!frame.ok) {
      // Nothing we say may end the session of a client; in debug mode it ends the test.
      const { message, field, detail } = frame.error
      this.house.counters.unwritten++
      this.house.log(`could not write ${message} ${field}: ${detail}; left out`)
      assert(!this.house.settings.debug, `every answer can be written, ${message} ${field}`)
      return
    }
    if (this.house.settings.debug) {
      const read = decodeResponse(frame.value.subarray(LENGTH_BYTES), this.#version)
      assert(read.ok, `what is written can be read, ${response.kind} at ${this.#version}`)
    }
    const { faults } = this.#front
    if (faults.isQuiet) return this.#writer.write(frame.value)
    for (const each of faults.writes(this, frame.value, response.kind)) this.#writer.write(each)
  }

  deliverFrame(frame: Uint8Array): void {
    if (this.#stage !== 'closed') this.#writer.write(frame)
  }

  accept(request: Request): void {
    // What a fault has held back may come after the end: nothing is opened for who is gone.
    if (this.#stage === 'closed') return
    const answer = this.#answers[request.kind] as ((request: Request) => void) | undefined
    if (answer !== undefined) return answer(request)
    const reqId = 'reqId' in request ? request.reqId : -1
    const cause = `${request.kind} is not simulated`
    this.error(reqId, 321, `Error validating request.-'bx' : cause - ${cause}`)
  }

  lines(): readonly { readonly reqId: number; readonly symbol: string }[] {
    const quotes = this.#subjects.find((subject) => subject instanceof Quotes)
    return [...(quotes?.symbols() ?? [])].map(([reqId, symbol]) => ({ reqId, symbol }))
  }

  lineOf(reqId: number): Listable | null {
    const quotes = this.#subjects.find((subject) => subject instanceof Quotes)
    return quotes?.contractOf(reqId) ?? null
  }

  symbolOf(reqId: number): string | null {
    for (const subject of this.#subjects) {
      const symbol = subject.symbols?.().get(reqId)
      if (symbol !== undefined) return symbol
    }
    return null
  }

  refreshData(): void {
    for (const subject of this.#subjects) subject.refresh?.()
  }

  forgetData(): void {
    for (const subject of this.#subjects) subject.forget?.()
  }

  error(id: number, code: number, text: string): void {
    const errorTime = Math.floor(this.house.clock.now()) // a virtual clock stands between two, too
    this.send({ kind: 'error', id, code, text, advancedOrderRejectJson: '', errorTime })
  }

  violation(id: number, code: number, text: string): void {
    this.house.counters.violations++
    this.house.log(`client ${this.#clientId}: ${code} ${text}`)
    this.error(id, code, text)
  }

  after(delayMs: number, callback: () => void): Cancel {
    return this.#timer((run) => this.house.clock.after(delayMs, run), callback)
  }

  at(moment: EpochMs, callback: () => void): Cancel {
    return this.#timer((run) => this.#front.beats.at(moment, run), callback)
  }

  /** What was said still leaves. */
  close(): void {
    if (this.#stage === 'closed') return
    this.#writer.end()
    this.link.close()
    this.#end(null)
  }

  #timer(schedule: (run: () => void) => Cancel, callback: () => void): Cancel {
    const stop = (): void => {
      this.#timers.delete(stop)
      cancel()
    }
    const cancel = schedule(() => {
      this.#timers.delete(stop)
      callback()
    })
    this.#timers.add(stop)
    return stop
  }

  #take(chunk: Uint8Array): void {
    if (this.#stage !== 'prelude') return this.#takeFrames(chunk)
    const hello = this.#prelude.push(chunk)
    if (!hello.ok) return this.#refuse(hello.error)
    if (hello.value === null) return
    const { versions, options, rest } = hello.value
    const version = negotiate(versions, this.#front.maxServerVersion)
    if (!version.ok) return this.#refuse(version.error)
    this.#stage = 'hello'
    this.#version = version.value
    this.#options = options
    const connectionTime = formatIbTime(this.house.clock.now(), 'eastern')
    const claimed = this.#front.faults.claims(version.value)
    this.#writer.write(encodeServerHello({ version: claimed, connectionTime }))
    if (rest.length > 0) this.#takeFrames(rest)
  }

  #takeFrames(chunk: Uint8Array): void {
    const read = this.#frames.push(chunk)
    for (const payload of read.ok ? read.value : read.error.frames) {
      if (this.#stage === 'started') this.#intake?.push(payload)
      else if (this.#stage === 'hello') this.#start(payload)
    }
    if (!read.ok) this.#refuse(read.error.detail)
  }

  #start(payload: Uint8Array): void {
    const request = decodeRequest(payload, this.#version)
    if (!request.ok || request.value.kind !== 'startApi') {
      return this.#refuse('expected startApi as the first message')
    }
    const { clientId } = request.value
    const { faults } = this.#front
    this.#announcedId = clientId
    faults.announced(this)
    if (faults.takes(this, request.value)) {
      this.#stage = 'unanswered'
      return
    }
    const verdict = this.#front.enter(this, clientId)
    if (verdict === 'full') return this.#refuse('the Gateway has as many clients as it takes')
    if (verdict === 'in-use') {
      const text =
        'Unable to connect as the client id is already in use. Retry with a unique client id.'
      this.error(-1, 326, text)
      return this.close()
    }
    this.#clientId = clientId
    this.#stage = 'started'
    this.#open()
    const { core } = this.house
    this.send({ kind: 'managedAccounts', accounts: [core.accountId] })
    this.send({ kind: 'nextValidId', orderId: core.nextOrderId(clientId) })
    for (const [code, text] of FARMS_OK) this.error(-1, code, text)
    this.#isReady = true
    faults.ready(this)
  }

  #open(): void {
    this.#subjects = [
      sessionFacts(this),
      new Orders(this),
      new Executions(this),
      new Positions(this),
      new AccountUpdates(this),
      new Summaries(this),
      new ProfitAndLoss(this),
      new Contracts(this),
      new Quotes(this),
      new History(this),
      new RealTimeBars(this),
    ]
    this.#answers = Object.assign(
      {},
      ...this.#subjects.map((subject) => subject.answers),
    ) as Answers
    const isPaced = /(^|\s)\+PACEAPI(\s|$)/.test(this.#options)
    this.#intake = new Intake({
      clock: this.house.clock,
      limits: this.house.login.limits,
      mode: isPaced ? 'pace' : this.#front.rateMode,
      accept: (payload) => this.#accept(payload),
      refuse: (isLast) => {
        const max = this.house.login.limits.messagesPerSecond
        this.violation(-1, 100, `Max rate of messages per second has been exceeded:max=${max}`)
        if (isLast) this.close()
      },
    })
  }

  #accept(payload: Uint8Array): void {
    if (this.#stage !== 'started') return
    const { counters } = this.house
    counters.requests++
    const request = decodeRequest(payload, this.#version)
    if (!request.ok) return this.#misread(request.error, payload)
    if (ORDER_KINDS.includes(request.value.kind)) counters.orderFrames++
    const { faults } = this.#front
    if (faults.isQuiet || !faults.takes(this, request.value)) this.accept(request.value)
  }

  /** C6, C7: an error to whoever asked, never silence, and never a guess at what was meant. */
  #misread(error: WireError, payload: Uint8Array): void {
    if (ORDER_MESSAGES.includes(error.id ?? -1)) this.house.counters.orderFrames++
    const known = error.kind === 'unknown-message' ? unsupported(error.id, payload) : null
    if (known !== null) {
      const cause = `${known.name}: not simulated`
      return this.error(known.reqId, 321, `Error validating request.-'bx' : cause - ${cause}`)
    }
    const what = [error.message, error.field, error.detail]
      .filter((part) => part !== null)
      .join(' ')
    this.violation(error.carried ?? -1, 320, `Error reading request: ${what}`)
    if (error.kind === 'unknown-message' && this.house.settings.strict) this.close()
  }

  #refuse(reason: string): void {
    this.house.log(`refused a connection: ${reason}`)
    this.close()
  }

  #end(reason: string | null): void {
    if (this.#stage === 'closed') return
    this.#stage = 'closed'
    this.#intake?.close()
    for (const subject of this.#subjects) subject.close?.()
    for (const stop of this.#timers) stop()
    this.#front.left(this, reason)
  }
}
