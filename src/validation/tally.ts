import type { EpochMs } from '../base/clock.ts'
import type { Ticker } from '../domain/contract.ts'
import { Distribution } from './distribution.ts'
import type { KeptDistribution } from './distribution.ts'

/** What a symbol must be answered in phase 1 and 2. */
export const ASKED = ['bars', 'quote', 'chain', 'candidates'] as const
export type Asked = (typeof ASKED)[number]

/** Once a minute: what the plots show. */
export interface Point {
  readonly at: EpochMs
  /** 95th percentile of the answers since the last point; null: there was none. */
  readonly latencyMs: number | null
  /** The budget of IBKR's limits that is used most, 0 to 1. */
  readonly budget: number
  readonly budgetRule: string
  readonly rssMb: number
  /** Null: the process is seen from outside. */
  readonly heapMb: number | null
  /** Of one core, 0 to 1, against the clock of the run. */
  readonly cpu: number
  /** 99th percentile of the event loop's delay since the last point. */
  readonly loopMs: number
  /** Since the last point. */
  readonly cycles: number
  /** Of a process that is seen from outside. */
  readonly outside?: OutsideFigures
}

/** Null where the platform does not show it. */
export interface OutsideFigures {
  readonly sockets: number | null
  /** File handles, sockets among them. */
  readonly handles: number | null
  /** With its write-ahead log. */
  readonly journalMb: number
  /** Resident, of the simulated Gateway. */
  readonly gatewayMb: number | null
  /** That the Gateway was sent since the last point. */
  readonly messagesPerSecond: number
}

/** Something that happened at a moment, for the report. */
export interface Remark {
  readonly at: EpochMs
  readonly text: string
}

/** Beyond these there is nothing to be learned from one more. */
const REMARKS_MAX = 200

interface Answers {
  asked: number
  answered: number
  /** Why the last one was not. */
  fault: string | null
}

export interface KeptTally {
  readonly latency: readonly (readonly [kind: string, of: KeptDistribution])[]
  readonly timeouts: readonly Remark[]
  readonly violations: readonly Remark[]
  readonly noRights: readonly Remark[]
  readonly defects: readonly Remark[]
  readonly ages: KeptDistribution
  readonly answers: readonly (readonly [key: string, of: Answers])[]
  readonly points: readonly Point[]
}

/** Everything that is counted while it runs; it survives the process. */
export class Tally {
  /** From the socket to the answer, by kind of request. */
  readonly latency = new Map<string, Distribution>()
  readonly timeouts: Remark[] = []
  /** Limits of IBKR that were broken, as the Gateway says it. */
  readonly violations: Remark[] = []
  /** What the login may not see. */
  readonly noRights: Remark[] = []
  /** Broken truths of ours. */
  readonly defects: Remark[] = []
  /** Of the newest closed bar of each symbol, each second of a session without an outage. */
  ages = new Distribution()
  readonly points: Point[] = []
  readonly #answers = new Map<string, Answers>()

  static from(kept: KeptTally): Tally {
    const made = new Tally()
    for (const [kind, of] of kept.latency) made.latency.set(kind, Distribution.from(of))
    made.timeouts.push(...kept.timeouts)
    made.violations.push(...kept.violations)
    made.noRights.push(...kept.noRights)
    made.defects.push(...kept.defects)
    made.ages = Distribution.from(kept.ages)
    for (const [key, of] of kept.answers) made.#answers.set(key, { ...of })
    made.points.push(...kept.points)
    return made
  }

  answeredAfter(kind: string, ms: number): void {
    const known = this.latency.get(kind) ?? new Distribution()
    this.latency.set(kind, known)
    known.add(ms)
  }

  remark(list: 'timeouts' | 'violations' | 'noRights' | 'defects', of: Remark): void {
    if (this[list].length < REMARKS_MAX) this[list].push(of)
  }

  /** `fault` null: it was answered. */
  asked(symbol: Ticker, what: Asked, fault: string | null): void {
    const key = `${what} ${symbol}`
    const answers = this.#answers.get(key) ?? { asked: 0, answered: 0, fault: null }
    this.#answers.set(key, answers)
    answers.asked++
    if (fault === null) answers.answered++
    else answers.fault = fault
  }

  answers(symbol: Ticker, what: Asked): Readonly<Answers> {
    return this.#answers.get(`${what} ${symbol}`) ?? { asked: 0, answered: 0, fault: null }
  }

  kept(): KeptTally {
    const { timeouts, violations, noRights, defects, ages, points } = this
    const latency = [...this.latency].map(([kind, of]) => [kind, of.kept()] as const)
    const answers = [...this.#answers]
    const remarks = { timeouts, violations, noRights, defects }
    return { latency, ...remarks, ages: ages.kept(), answers, points }
  }
}
