import type { RequestClass } from '../../engine/health.ts'
import type { Request } from '../../wire/requests.ts'
import { classOf } from '../session/breakers.ts'
import type { Lane } from '../pacing/pacing.ts'
import type { RequestKind } from '../session/question.ts'

/** How a request ended. An error of the Gateway is an answer too, but it is told apart. */
export type Outcome = 'answered' | 'refused' | 'timeout' | 'cancelled' | 'lost'

/**
 * The stages of incident.md 9.1, monotonic milliseconds; null: not reached. The verdict about a
 * silence is a function of the last one reached, and of independent probes.
 */
export interface RequestRecord {
  readonly reqId: number
  readonly kind: RequestKind
  readonly lane: Lane
  /** `order`, `data` or `canary`. */
  readonly connection: string
  readonly request: Request
  readonly streams: boolean
  readonly createdAt: number
  encodedAt: number | null
  /** Handed to the socket. */
  writtenAt: number | null
  /** Left this process. */
  flushedAt: number | null
  /** The socket delivered a byte after the flush, of whatever message. */
  inboundAt: number | null
  /** A message with this request's id was decoded: the first one, and of a stream the last. */
  matchedAt: number | null
  lastAt: number | null
  /** Whoever asked has the result. */
  resolvedAt: number | null
  outcome: Outcome | null
  /** Ticks of data type 3 or 4 were announced. */
  delayed: boolean
  /** The Gateway's number, where it answered with an error. */
  code: number | null
}

export type Stage =
  'created' | 'encoded' | 'written' | 'flushed' | 'inbound' | 'matched' | 'resolved'

export function lastStage(of: RequestRecord): Stage {
  if (of.resolvedAt !== null && of.matchedAt !== null) return 'resolved'
  if (of.matchedAt !== null) return 'matched'
  if (of.inboundAt !== null) return 'inbound'
  if (of.flushedAt !== null) return 'flushed'
  if (of.writtenAt !== null) return 'written'
  return of.encodedAt === null ? 'created' : 'encoded'
}

/** Deadlines missed in a row by the requests of one class. */
export interface Silence {
  readonly count: number
  /** When the first was missed, monotonic. */
  readonly since: number
  readonly last: RequestRecord
}

/** What became of the requests of one kind. */
export interface KindCounts {
  asked: number
  answered: number
  refused: number
  timeouts: number
  /** Since the last answer, an error included. */
  timeoutsInRow: number
  lastAnsweredAt: number | null
}

/** Ended requests that are kept for whoever asks what happened. */
const KEPT = 1_000
const DEAD_MISSES = 2

/** All requests of all connections of the process: those that are open, and the last that ended. */
export class RequestLog {
  readonly #open = new Set<RequestRecord>()
  readonly #ended: RequestRecord[] = []
  readonly #counts = new Map<RequestKind, KindCounts>()
  readonly #silences = new Map<RequestClass, Silence>()
  readonly #answers = new Map<RequestClass, number>()
  /** When that was asked which has been answered, the newest of each class. */
  readonly #answeredAsk = new Map<RequestClass, number>()
  readonly #forgivenBefore = new Map<RequestClass, number>()
  /** Told of every answer, of a stream too. */
  proved: (record: RequestRecord) => void = () => undefined

  get open(): ReadonlySet<RequestRecord> {
    return this.#open
  }

  /** Oldest first. */
  get ended(): readonly RequestRecord[] {
    return this.#ended
  }

  counts(kind: RequestKind): Readonly<KindCounts> {
    return this.#of(kind)
  }

  /** Requests of these kinds that were handed to a socket since then. */
  writtenSince(kinds: ReadonlySet<RequestKind>, since: number): number {
    const isOne = ({ kind, writtenAt }: RequestRecord): boolean =>
      kinds.has(kind) && writtenAt !== null && writtenAt > since
    return [...this.#open].filter(isOne).length + this.#ended.filter(isOne).length
  }

  silence(of: RequestClass): Silence | null {
    return this.#silences.get(of) ?? null
  }

  /** Not once but twice in a row: what is asked now would wait for its deadline in vain. */
  isDead(of: RequestClass): boolean {
    return (this.#silences.get(of)?.count ?? 0) >= DEAD_MISSES
  }

  /** Monotonic; null: never. */
  answeredAt(of: RequestClass): number | null {
    return this.#answers.get(of) ?? null
  }

  /** What was asked before, and missed, was missed for a cause that is over. */
  forgive(before: number, classes: ReadonlySet<RequestClass>): void {
    for (const of of classes) {
      this.#silences.delete(of)
      this.#forgivenBefore.set(of, before)
    }
  }

  opened(record: RequestRecord): void {
    this.#open.add(record)
    this.#of(record.kind).asked++
  }

  /** Its first answer, or one more of a stream. */
  matched(record: RequestRecord, at: number): void {
    const first = record.matchedAt === null
    record.matchedAt ??= at
    record.lastAt = at
    if (record.streams) this.#answered(record, at, first)
    this.proved(record)
  }

  finished(record: RequestRecord, at: number, outcome: Outcome): void {
    this.#open.delete(record)
    record.resolvedAt = at
    record.outcome = outcome
    this.#ended.push(record)
    if (this.#ended.length > KEPT) this.#ended.shift()
    const counts = this.#of(record.kind)
    if (outcome === 'answered') counts.answered++
    if (outcome === 'refused') counts.refused++
    if (outcome === 'answered' || outcome === 'refused') this.#answered(record, at, true)
    if (outcome === 'timeout') {
      counts.timeouts++
      counts.timeoutsInRow++
      this.#missed(record, at)
    }
  }

  /** More of a stream says nothing about requests that are asked now. */
  #answered({ kind, connection, createdAt }: RequestRecord, at: number, ends: boolean): void {
    const counts = this.#of(kind)
    counts.lastAnsweredAt = at
    if (!ends) return
    counts.timeoutsInRow = 0
    const of = classOf(kind)
    if (of === null || connection === 'canary') return
    this.#silences.delete(of)
    this.#answers.set(of, at)
    this.#answeredAsk.set(of, Math.max(createdAt, this.#answeredAsk.get(of) ?? 0))
  }

  #missed(record: RequestRecord, at: number): void {
    const of = classOf(record.kind)
    if (of === null || record.connection === 'canary') return
    if (record.createdAt < (this.#forgivenBefore.get(of) ?? 0)) return
    // What was asked after it is answered: of an outage that is over, or one answer that is lost.
    if (record.createdAt < (this.#answeredAsk.get(of) ?? 0)) return
    const { count = 0, since = at } = this.#silences.get(of) ?? {}
    this.#silences.set(of, { count: count + 1, since, last: record })
  }

  #of(kind: RequestKind): KindCounts {
    let counts = this.#counts.get(kind)
    if (counts === undefined) {
      const none = { asked: 0, answered: 0, refused: 0, timeouts: 0, timeoutsInRow: 0 }
      counts = { ...none, lastAnsweredAt: null }
      this.#counts.set(kind, counts)
    }
    return counts
  }
}
