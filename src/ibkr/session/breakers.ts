import {
  abandoned,
  answered,
  asked,
  breakerAt,
  CLOSED,
  failed,
  mayAsk,
  type Breaker,
  type BreakerRules,
} from '../../base/breaker.ts'
import type { Cancel, Clock } from '../../base/clock.ts'
import { ok } from '../../base/result.ts'
import type { BreakerFigures, RequestClass } from '../../engine/health.ts'
import type { RequestOutcome } from '../../engine/latency.ts'
import type { Fault } from '../../engine/ports.ts'
import type { Question, RequestKind } from './question.ts'

/**
 * Which service answers a kind of request. Null: no breaker. The heartbeat must go on whatever
 * happens, and the day's profit is often not known yet when its deadline passes.
 */
const CLASS_OF: Readonly<Record<RequestKind, RequestClass | null>> = {
  currentTime: null,
  contractDetails: 'contracts',
  chain: 'contracts',
  marketRule: 'contracts',
  snapshotQuote: 'quotes',
  streamingQuote: 'quotes',
  shortHistory: 'history',
  longHistory: 'history',
  barStream: 'history',
  realTimeBars: null, // silent while the market is: it has no deadline to miss
  quoteLine: null,
  openOrders: 'orders',
  completedOrders: 'orders',
  executions: 'orders',
  accountSummary: 'account',
  positions: 'account', // answered while everything about orders is silent (F32)
  pnl: null,
}

export function classOf(kind: RequestKind): RequestClass | null {
  return CLASS_OF[kind]
}

/**
 * Those that a closed gate keeps anybody from asking: their probe is the last question that failed,
 * asked again. Nothing else of the class is open at the Gateway then, so it fits into the budgets.
 * The bar feed and the reconciler ask again by themselves, within budgets of their own.
 */
const PROBED: ReadonlySet<RequestClass> = new Set<RequestClass>(['contracts', 'quotes'])

/** Open times stay below the recovery that is promised (P11): 30 s. */
const RULES: BreakerRules = { failuresMax: 5, openMsMin: 5_000, openMsMax: 20_000 }

export interface BreakersOptions {
  readonly clock: Clock
  /**
   * Told why the service of this class is not asked; null: it is again. Null where nothing is gated
   * by it: who only looks, as the doctor does, asks everything, and nothing ever opens.
   */
  readonly changed: ((of: RequestClass, reason: string | null) => void) | null
  /** Asks through the ledger. */
  readonly probe: (question: Question<null>) => void
}

interface Watched {
  breaker: Breaker
  stopTimer: Cancel
}

/** Of one connection: one for each service. A new connection begins with all of them closed. */
export class Breakers {
  readonly #of: BreakersOptions
  readonly #watched = new Map<RequestClass, Watched>()

  constructor(of: BreakersOptions) {
    this.#of = of
  }

  /** Why this may not be asked now. Null: it is asked, and its end must be told. */
  refusal({ kind, probe }: Question<unknown>): Fault | null {
    const of = CLASS_OF[kind]
    const watched = of === null ? undefined : this.#watched.get(of)
    if (of === null || watched === undefined) return null
    const now = breakerAt(watched.breaker, this.#of.clock.monotonicMs())
    if (!mayAsk(now) && probe !== true) return refused(of, now)
    watched.breaker = asked(now)
    return null
  }

  ended(question: Question<unknown>, outcome: RequestOutcome): void {
    const of = CLASS_OF[question.kind]
    if (of === null || this.#of.changed === null) return
    const watched = this.#watched.get(of) ?? { breaker: CLOSED, stopTimer: () => undefined }
    this.#watched.set(of, watched)
    const { breaker } = watched
    // Who doubts a service asks it although it is open; an answer to that is the proof.
    const isProof = question.probe === true && outcome === 'answered'
    watched.breaker = isProof ? CLOSED : this.#next(breaker, outcome)
    if (watched.breaker.phase === breaker.phase) return
    watched.stopTimer()
    if (watched.breaker.phase === 'open') this.#opened(of, watched, question)
    else if (watched.breaker.phase === 'closed') this.#of.changed?.(of, null)
  }

  /** Those that are not closed. */
  figures(): readonly BreakerFigures[] {
    const nowMs = this.#of.clock.monotonicMs()
    const figures: BreakerFigures[] = []
    for (const [of, { breaker }] of this.#watched) {
      if (breaker.phase === 'closed') continue // as a rule all of them, each second
      const now = breakerAt(breaker, nowMs)
      if (now.phase === 'closed') continue
      const probeInMs = now.phase === 'open' ? now.until - nowMs : 0
      figures.push({ class: of, phase: now.phase, openings: now.openings, probeInMs })
    }
    return figures
  }

  /** What failed did so for a cause that is over: these are asked again. */
  forgive(classes: ReadonlySet<RequestClass>): void {
    for (const [of, watched] of this.#watched) {
      if (!classes.has(of)) continue
      const { phase } = watched.breaker
      watched.stopTimer()
      watched.breaker = CLOSED
      if (phase !== 'closed') this.#of.changed?.(of, null)
    }
  }

  /** The connection is over. */
  stop(): void {
    for (const { stopTimer } of this.#watched.values()) stopTimer()
    this.#watched.clear()
  }

  #next(breaker: Breaker, outcome: RequestOutcome): Breaker {
    if (outcome === 'answered') return answered(breaker)
    if (outcome === 'abandoned') return abandoned(breaker)
    return failed(breaker, RULES, this.#of.clock.monotonicMs())
  }

  #opened(of: RequestClass, watched: Watched, last: Question<unknown>): void {
    const { clock, changed, probe } = this.#of
    if (watched.breaker.phase !== 'open') return
    const waitMs = watched.breaker.until - clock.monotonicMs()
    changed?.(
      of,
      watched.breaker.openings === 1
        ? `${RULES.failuresMax} requests in a row failed: no ${of} until a probe is answered`
        : `${watched.breaker.openings - 1} probes of ${of} failed`,
    )
    if (PROBED.has(of)) watched.stopTimer = clock.after(waitMs, () => probe(probeOf(last)))
  }
}

/**
 * The same question; whatever comes back under its id is the proof, and ends it. Without an id
 * only its own answer is one.
 */
function probeOf(last: Question<unknown>): Question<null> {
  const { kind, lane, key } = last
  const cancel = last.cancel?.bind(last)
  return {
    kind,
    lane,
    request: (reqId) => last.request(reqId),
    answer: (response) => (key === undefined || last.answer(response) !== null ? ok(null) : null),
    probe: true,
    ...(cancel !== undefined && { cancel, subscribes: true }),
    ...(key !== undefined && { key }),
  }
}

function refused(of: RequestClass, { phase }: Breaker): Fault {
  const detail =
    phase === 'half-open'
      ? `the breaker of ${of} is half open: its probe is on its way`
      : `the breaker of ${of} is open: its requests kept failing`
  return { code: 'breaker-open', retry: 'later', detail, vendorCode: null }
}
