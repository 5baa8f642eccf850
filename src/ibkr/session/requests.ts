import type { Cancel, Clock } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import { fail } from '../../base/result.ts'
import type { RequestClass } from '../../engine/health.ts'
import type { Observed, RequestOutcome } from '../../engine/latency.ts'
import type { Fault } from '../../engine/ports.ts'
import type { Request } from '../../wire/requests.ts'
import type { Response } from '../../wire/responses.ts'
import { Breakers, classOf } from './breakers.ts'
import { requestVerdict } from './error-codes.ts'
import type { Lane } from '../pacing/pacing.ts'
import type { RequestLog } from '../diagnosis/request-log.ts'
import type { Outcome, RequestRecord } from '../diagnosis/request-log.ts'
import { DEADLINE_MS } from './question.ts'
import type { Question, RequestCounters, RequestIds } from './question.ts'

export interface Sending {
  readonly lane: Lane
  readonly encoded: () => void
  /** Handed to the socket: it ends at this byte of what the connection wrote. */
  readonly sent: (end: number) => void
  readonly failed: (fault: Fault) => void
}

interface Open {
  readonly reqId: number
  readonly question: Question<unknown>
  readonly done: (result: Result<unknown, Fault>) => void
  readonly record: RequestRecord
  /** Of the connection's bytes, where its frame ends. */
  writtenTo: number
  observed: boolean
  ended: boolean
  /** Nothing of it is open at the Gateway any more. */
  freed: boolean
  stopSending: Cancel
  stopDeadline: Cancel
}

interface Shared {
  readonly open: Open
  readonly waiters: Set<(result: Result<unknown, Fault>) => void>
  /** Who wants what is true since it was asked: they ask once it has ended. */
  readonly later: Set<() => void>
  outdated: boolean
}

/** Ended ids that are remembered, to tell a late answer from a stray one. */
const PAST_KEPT = 2_000

export interface LedgerOptions {
  readonly clock: Clock
  readonly ids: RequestIds
  readonly counters: RequestCounters
  /** `order`, `data` or `canary`. */
  readonly connection: string
  /** Of all connections. */
  readonly log: RequestLog
  /** An answer to a request that had missed its deadline. */
  readonly late?: () => void
  /** An answer under an id that was answered before, or was never used. */
  readonly stray?: () => void
  /** Through the lanes to the socket. The cancel takes out what was not sent yet. */
  send(request: Request, sending: Sending): Cancel
  /** How long each request took to its first answer, or to its end without one. */
  observed?(of: Observed): void
  /** Why the service of this class is not asked; null: it is again. */
  readonly broke?: (of: RequestClass, reason: string | null) => void
}

/**
 * The requests of one connection: each has a deadline and exactly one end, which is an answer, an
 * error, the deadline, its asker's cancel or the end of the connection (S4).
 */
export class RequestLedger {
  readonly breakers: Breakers
  readonly #options: LedgerOptions
  readonly #byId = new Map<number, Open>()
  readonly #shared = new Map<string, Shared>()
  /** Written, and no byte has come since: in the order they were written. */
  readonly #silent = new Set<Open>()
  /** How the last requests under an id ended. */
  readonly #past = new Map<number, Outcome>()
  #ended: Fault | null = null

  constructor(options: LedgerOptions) {
    this.#options = options
    this.breakers = new Breakers({
      clock: options.clock,
      changed: options.broke ?? null,
      probe: (question) => {
        if (question.key === undefined) this.open(question, () => undefined)
        else this.share(question, () => undefined)
      },
    })
  }

  /** `done` is called once, unless the cancel was called before. */
  open<T>(question: Question<T>, done: (result: Result<T, Fault>) => void): Cancel {
    const why = this.#ended ?? this.#tooMany(question) ?? this.breakers.refusal(question)
    if (why !== null) {
      question.freed?.()
      done(fail(why))
      return () => undefined
    }
    const reqId = this.#options.ids.next()
    const open = this.#opened(reqId, question, done)
    this.#byId.set(reqId, open)
    this.#start(open)
    return () => {
      if (open.ended) return
      this.#close(open, 'cancelled')
      this.#cancelAtGateway(open)
    }
  }

  /** One outstanding for each kind of request without an id; later askers share the answer. */
  share<T>(question: Question<T>, done: (result: Result<T, Fault>) => void): Cancel {
    if (this.#ended !== null) {
      done(fail(this.#ended))
      return () => undefined
    }
    const waiter = done as (result: Result<unknown, Fault>) => void
    const key = `${question.kind} ${question.key ?? ''}`
    let shared = this.#shared.get(key)
    if (shared?.outdated === true) {
      const { later } = shared
      let stop: Cancel = () => void later.delete(again)
      const again = (): void => {
        stop = this.share(question, done)
      }
      later.add(again)
      return () => stop()
    }
    const first = shared === undefined
    const refused = first ? this.breakers.refusal(question) : null
    if (refused !== null) {
      done(fail(refused))
      return () => undefined
    }
    shared ??= {
      open: this.#opened(0, question, (result) => this.#tell(key, result)),
      waiters: new Set(),
      later: new Set(),
      outdated: false,
    }
    this.#shared.set(key, shared)
    shared.waiters.add(waiter)
    const { waiters } = shared
    if (first) this.#start(shared.open)
    return () => waiters.delete(waiter)
  }

  /**
   * What was missed is in no answer that was asked for before: nobody joins those that are open.
   * They are waited for, because an answer without an id could be theirs.
   */
  outdate(): void {
    for (const shared of this.#shared.values()) shared.outdated = true
  }

  /** An answer under a request id. */
  answered(reqId: number, response: Response): void {
    const open = this.#byId.get(reqId)
    if (open === undefined) this.#nobodyWaits(reqId)
    else this.#take(open, response)
  }

  #nobodyWaits(reqId: number): void {
    this.#options.counters.lateAnswers++
    const outcome = this.#past.get(reqId)
    if (outcome === 'timeout') this.#options.late?.()
    // What was cancelled, or refused, may have been answered in the same moment.
    else if (outcome === 'answered' || outcome === undefined) this.#options.stray?.()
  }

  /** So many bytes have left the process. */
  flushed(bytes: number): void {
    const at = this.#options.clock.monotonicMs()
    for (const open of this.#silent) {
      if (open.writtenTo > bytes) return
      open.record.flushedAt ??= at
    }
  }

  /** Something was read, whatever it says. */
  inbound(): void {
    const at = this.#options.clock.monotonicMs()
    for (const open of this.#silent) {
      if (open.record.flushedAt === null) return
      open.record.inboundAt = at
      this.#silent.delete(open)
    }
  }

  /** What carries no id is offered to every request without one. */
  offered(response: Response): void {
    // To those that wait now: one that is asked because of it waits for the next.
    const waiting = [...this.#shared.values()]
    for (const { open } of waiting) this.#take(open, response)
  }

  failed(reqId: number, code: number, text: string): void {
    const open = this.#byId.get(reqId)
    const verdict = requestVerdict(code, text)
    if (open === undefined) {
      if (verdict.kind !== 'notice') this.#options.counters.lateAnswers++
      return
    }
    if (verdict.kind === 'notice') return
    open.record.code = code
    this.#options.log.matched(open.record, this.#options.clock.monotonicMs())
    this.#free(open)
    // What will pass by itself is the service's own trouble; everything else is an answer.
    const failing = verdict.kind === 'fault' && verdict.fault.retry !== 'never'
    this.#observe(open, failing ? 'failed' : 'answered')
    if (verdict.kind === 'fault') this.#end(open, fail(verdict.fault))
    else this.#end(open, open.question.empty?.() ?? fail(noData(text, code)))
  }

  /** 1101: what streams must be asked for again. */
  endStreams(fault: Fault): void {
    for (const open of this.#byId.values()) {
      if (open.question.streams !== true) continue
      this.#end(open, fail(fault))
      this.#cancelAtGateway(open)
    }
  }

  /** Streams that were answered once and have told nothing since then; default all of them. */
  endSilentStreams(
    since: number,
    fault: Fault,
    isMeant: (request: Request) => boolean = () => true,
  ): void {
    for (const open of this.#byId.values()) {
      const { streams = false } = open.question
      if (!streams || open.record.matchedAt === null || !isMeant(open.record.request)) continue
      if ((open.record.lastAt ?? 0) >= since || open.record.createdAt >= since) continue
      this.#end(open, fail(fault))
      this.#cancelAtGateway(open)
    }
  }

  /** These services answer nothing now: who waits for a first answer would wait in vain. */
  endUnanswered(of: ReadonlySet<RequestClass>, fault: Fault, before = Infinity): void {
    for (const open of this.#byId.values()) {
      if (open.record.createdAt >= before) continue
      const { kind, probe = false } = open.question
      const service = classOf(kind)
      if (service === null || !of.has(service) || probe || open.record.matchedAt !== null) continue
      this.#end(open, fail(fault))
      this.#cancelAtGateway(open)
    }
  }

  /** The connection is over: every request ends, nothing is sent any more. */
  endAll(fault: Fault): void {
    this.#ended = fault
    this.breakers.stop()
    const shared = [...this.#shared.values()].map(({ open }) => open)
    for (const open of [...this.#byId.values(), ...shared]) {
      this.#free(open)
      this.#end(open, fail(fault))
    }
  }

  #opened<T>(reqId: number, question: Question<T>, done: (result: Result<T, Fault>) => void): Open {
    const { clock, connection } = this.#options
    const { kind, lane, streams = false } = question
    return {
      reqId,
      question,
      done: done as (result: Result<unknown, Fault>) => void,
      record: {
        reqId,
        kind,
        lane,
        connection,
        streams,
        request: question.request(reqId),
        createdAt: clock.monotonicMs(),
        encodedAt: null,
        writtenAt: null,
        flushedAt: null,
        inboundAt: null,
        matchedAt: null,
        lastAt: null,
        resolvedAt: null,
        outcome: null,
        delayed: false,
        code: null,
      },
      writtenTo: 0,
      observed: false,
      ended: false,
      freed: false,
      stopSending: () => undefined,
      stopDeadline: () => undefined,
    }
  }

  #start(open: Open): void {
    const { question, record } = open
    const { clock, counters, log } = this.#options
    counters.asked[question.kind]++
    log.opened(record)
    open.stopSending = this.#options.send(record.request, {
      lane: question.lane,
      encoded: () => {
        record.encodedAt = clock.monotonicMs()
      },
      sent: (end) => {
        record.writtenAt = clock.monotonicMs()
        open.writtenTo = end
        this.#silent.add(open)
        counters.open[question.kind]++
        question.sent?.()
        const ms = DEADLINE_MS[question.kind]
        if (ms === null) return
        open.stopDeadline = clock.after(ms, () => this.#expire(open, ms))
      },
      failed: (fault) => {
        this.#free(open)
        this.#end(open, fail(fault))
      },
    })
  }

  #take(open: Open, response: Response): void {
    if (open.ended) return
    if (response.kind === 'marketDataType') open.record.delayed = response.type >= 3
    const result = open.question.answer(response)
    // Without an id it is offered everything: only what it takes as its answer is one.
    if (open.reqId > 0 || result !== null) {
      this.#observe(open, 'answered')
      this.#options.log.matched(open.record, this.#options.clock.monotonicMs())
      if (open.question.streams === true) open.stopDeadline()
    }
    if (result === null) return
    const staysOpen =
      open.question.subscribes === true && open.question.endsItself?.(response) !== true
    if (!staysOpen) this.#free(open)
    this.#end(open, result)
    if (staysOpen) this.#cancelAtGateway(open)
  }

  #expire(open: Open, ms: number): void {
    const told = open.question.asItStands?.() ?? null
    if (told !== null) {
      this.#observe(open, 'answered')
      this.#end(open, told)
      return this.#cancelAtGateway(open)
    }
    this.#options.counters.timeouts++
    this.#observe(open, 'timeout')
    const detail = `expected an answer to ${open.question.kind} within ${ms} ms, none came`
    this.#end(open, fail({ code: 'timeout', retry: 'later', detail, vendorCode: null }))
    this.#cancelAtGateway(open)
  }

  #end(open: Open, result: Result<unknown, Fault>): void {
    if (open.ended) return
    this.#close(open, outcomeOf(result))
    open.done(result)
  }

  #close(open: Open, outcome: Outcome): void {
    this.#observe(open, 'abandoned')
    open.ended = true
    open.stopSending()
    open.stopDeadline()
    this.#byId.delete(open.reqId)
    this.#silent.delete(open)
    // A probe ends with the first row of its answer; the others are not strays.
    const { subscribes, probe } = open.question
    if (open.reqId > 0) this.#past.set(open.reqId, subscribes || probe ? 'cancelled' : outcome)
    if (this.#past.size > PAST_KEPT) this.#past.delete(this.#past.keys().next().value ?? 0)
    this.#options.log.finished(open.record, this.#options.clock.monotonicMs(), outcome)
  }

  /** Once a request, with the first that is known of it. */
  #observe(open: Open, outcome: RequestOutcome): void {
    if (open.observed) return
    open.observed = true
    const nowMs = this.#options.clock.monotonicMs()
    const { writtenAt } = open.record
    const ms = writtenAt === null ? 0 : nowMs - writtenAt
    this.#options.observed?.({ kind: open.question.kind, ms, outcome })
    this.breakers.ended(open.question, outcome)
  }

  #tell(key: string, result: Result<unknown, Fault>): void {
    const shared = this.#shared.get(key)
    this.#shared.delete(key)
    for (const waiter of shared?.waiters ?? []) waiter(result)
    for (const again of shared?.later ?? []) again()
  }

  /** A cancel that found no room in time tries again: an open line costs as long as it is open. */
  #cancelAtGateway(open: Open): void {
    const request = wasSent(open) ? open.question.cancel?.(open.reqId) : undefined
    if (request === undefined || this.#ended !== null) return this.#free(open)
    this.#options.send(request, {
      lane: open.question.lane,
      encoded: () => undefined,
      sent: () => this.#free(open),
      failed: (fault) => {
        if (fault.code === 'paced') this.#cancelAtGateway(open)
        else this.#free(open)
      },
    })
  }

  #free(open: Open): void {
    if (open.freed) return
    open.freed = true
    const { question } = open
    if (wasSent(open)) this.#options.counters.open[question.kind]--
    question.freed?.()
  }

  #tooMany({ kind, openMax }: Question<unknown>): Fault | null {
    if (openMax === undefined || this.#options.counters.open[kind] < openMax) return null
    const detail = `${openMax} of ${kind} are open, and no more may be`
    return { code: 'paced', retry: 'later', detail, vendorCode: null }
  }
}

function wasSent({ record }: Open): boolean {
  return record.writtenAt !== null
}

function outcomeOf(result: Result<unknown, Fault>): Outcome {
  if (result.ok) return 'answered'
  const { code, vendorCode } = result.error
  if (vendorCode !== null) return 'refused'
  if (code === 'timeout') return 'timeout'
  return code === 'not-connected' ? 'lost' : 'cancelled'
}

function noData(detail: string, vendorCode: number): Fault {
  return { code: 'no-data', retry: 'never', detail, vendorCode }
}
