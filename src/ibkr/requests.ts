import type { Cancel, Clock } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import { fail } from '../base/result.ts'
import type { RequestClass } from '../engine/health.ts'
import type { Observed, RequestOutcome } from '../engine/latency.ts'
import type { Fault } from '../engine/ports.ts'
import type { Request } from '../wire/requests.ts'
import type { Response } from '../wire/responses.ts'
import { Breakers } from './breakers.ts'
import { requestVerdict } from './error-codes.ts'
import type { Lane } from './pacing.ts'
import { DEADLINE_MS } from './question.ts'
import type { Question, RequestCounters, RequestIds } from './question.ts'

export interface Sending {
  readonly lane: Lane
  readonly sent: () => void
  readonly failed: (fault: Fault) => void
}

interface Open {
  readonly reqId: number
  readonly question: Question<unknown>
  readonly done: (result: Result<unknown, Fault>) => void
  sentAtMs: number | null // monotonic
  answered: boolean
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
}

interface LedgerOptions {
  readonly clock: Clock
  readonly ids: RequestIds
  readonly counters: RequestCounters
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
    const open = opened(reqId, question, done)
    this.#byId.set(reqId, open)
    this.#start(open)
    return () => {
      if (open.ended) return
      this.#close(open)
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
    const first = shared === undefined
    const refused = first ? this.breakers.refusal(question) : null
    if (refused !== null) {
      done(fail(refused))
      return () => undefined
    }
    shared ??= {
      open: opened(0, question, (result) => this.#tell(key, result)),
      waiters: new Set(),
    }
    this.#shared.set(key, shared)
    shared.waiters.add(waiter)
    const { waiters } = shared
    if (first) this.#start(shared.open)
    return () => waiters.delete(waiter)
  }

  /** An answer under a request id. */
  answered(reqId: number, response: Response): void {
    const open = this.#byId.get(reqId)
    if (open === undefined) this.#options.counters.lateAnswers++
    else this.#take(open, response)
  }

  /** What carries no id is offered to every request without one. */
  offered(response: Response): void {
    for (const { open } of this.#shared.values()) this.#take(open, response)
  }

  failed(reqId: number, code: number, text: string): void {
    const open = this.#byId.get(reqId)
    const verdict = requestVerdict(code, text)
    if (open === undefined) {
      if (verdict.kind !== 'notice') this.#options.counters.lateAnswers++
      return
    }
    if (verdict.kind === 'notice') return
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

  #start(open: Open): void {
    const { question } = open
    this.#options.counters.asked[question.kind]++
    open.stopSending = this.#options.send(question.request(open.reqId), {
      lane: question.lane,
      sent: () => {
        open.sentAtMs = this.#options.clock.monotonicMs()
        this.#options.counters.open[question.kind]++
        question.sent?.()
        const ms = DEADLINE_MS[question.kind]
        if (ms === null) return
        open.stopDeadline = this.#options.clock.after(ms, () => this.#expire(open, ms))
      },
      failed: (fault) => {
        this.#free(open)
        this.#end(open, fail(fault))
      },
    })
  }

  #take(open: Open, response: Response): void {
    if (open.ended) return
    const result = open.question.answer(response)
    // Without an id it is offered everything: only what it takes as its answer is one.
    if (open.reqId > 0 || result !== null) this.#observe(open, 'answered')
    if (!open.answered) {
      open.answered = true
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
    this.#options.counters.timeouts++
    this.#observe(open, 'timeout')
    const detail = `expected an answer to ${open.question.kind} within ${ms} ms, none came`
    this.#end(open, fail({ code: 'timeout', retry: 'later', detail, vendorCode: null }))
    this.#cancelAtGateway(open)
  }

  #end(open: Open, result: Result<unknown, Fault>): void {
    if (open.ended) return
    this.#close(open)
    open.done(result)
  }

  #close(open: Open): void {
    this.#observe(open, 'abandoned')
    open.ended = true
    open.stopSending()
    open.stopDeadline()
    this.#byId.delete(open.reqId)
  }

  /** Once a request, with the first that is known of it. */
  #observe(open: Open, outcome: RequestOutcome): void {
    if (open.observed) return
    open.observed = true
    const nowMs = this.#options.clock.monotonicMs()
    const ms = open.sentAtMs === null ? 0 : nowMs - open.sentAtMs
    this.#options.observed?.({ kind: open.question.kind, ms, outcome })
    this.breakers.ended(open.question, outcome)
  }

  #tell(key: string, result: Result<unknown, Fault>): void {
    const shared = this.#shared.get(key)
    this.#shared.delete(key)
    for (const waiter of shared?.waiters ?? []) waiter(result)
  }

  /** A cancel that found no room in time tries again: an open line costs as long as it is open. */
  #cancelAtGateway(open: Open): void {
    const request = open.sentAtMs !== null ? open.question.cancel?.(open.reqId) : undefined
    if (request === undefined || this.#ended !== null) return this.#free(open)
    this.#options.send(request, {
      lane: open.question.lane,
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
    const { question, sentAtMs } = open
    if (sentAtMs !== null) this.#options.counters.open[question.kind]--
    question.freed?.()
  }

  #tooMany({ kind, openMax }: Question<unknown>): Fault | null {
    if (openMax === undefined || this.#options.counters.open[kind] < openMax) return null
    const detail = `${openMax} of ${kind} are open, and no more may be`
    return { code: 'paced', retry: 'later', detail, vendorCode: null }
  }
}

function opened<T>(
  reqId: number,
  question: Question<T>,
  done: (result: Result<T, Fault>) => void,
): Open {
  return {
    reqId,
    question,
    done: done as (result: Result<unknown, Fault>) => void,
    sentAtMs: null,
    answered: false,
    observed: false,
    ended: false,
    freed: false,
    stopSending: () => undefined,
    stopDeadline: () => undefined,
  }
}

function noData(detail: string, vendorCode: number): Fault {
  return { code: 'no-data', retry: 'never', detail, vendorCode }
}
