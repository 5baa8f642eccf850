import type { EpochMs } from '../base/clock.ts'
import type { Ticker } from '../domain/contract.ts'
import { Distribution } from './distribution.ts'
import type { KeptDistribution } from './distribution.ts'
import { mergedPoint, POINTS_MAX } from './points.ts'
import type { Point } from './points.ts'

/** What a symbol must be answered in phase 1 and 2. */
export const ASKED = ['bars', 'quote', 'chain', 'candidates'] as const
export type Asked = (typeof ASKED)[number]

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
  /** So many became one of `points` each; absent: one. */
  readonly pointsEvery?: number
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
  /** At most `POINTS_MAX`, whatever it lasts: each is of as long a time as the others. */
  readonly points: Point[] = []
  #pointsEvery = 1
  #gathered: Point[] = []
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
    made.#pointsEvery = kept.pointsEvery ?? 1
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

  /** Each is kept at first; once there are too many, two become one, and so do all that follow. */
  sampled(point: Point): void {
    this.#gathered.push(point)
    const [first, ...more] = this.#gathered
    if (first === undefined || this.#gathered.length < this.#pointsEvery) return
    this.#gathered = []
    this.points.push(more.length === 0 ? first : mergedPoint([first, ...more]))
    if (this.points.length < POINTS_MAX) return
    const halved = this.points.flatMap((one, i) => {
      const other = this.points[i + 1]
      return i % 2 === 1 || other === undefined ? [] : [mergedPoint([one, other])]
    })
    this.points.splice(0, this.points.length, ...halved)
    this.#pointsEvery *= 2
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
    const pointsEvery = this.#pointsEvery
    return { latency, ...remarks, ages: ages.kept(), answers, points, pointsEvery }
  }
}
