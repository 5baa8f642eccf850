import type { Cancel, Clock } from '../../base/clock.ts'
import { RULES } from './limits.ts'

/**
 * Priority lanes before the socket (client-library.md section 5). Strict between lanes, first in
 * first out within one. `ageMsMax`: who waits longer fails here and is never sent late.
 */
const LANES = [
  { holds: 'cancels, kill', ageMsMax: null, kept: 0 },
  { holds: 'heartbeat, exits and their changes', ageMsMax: 2_000, kept: 5 },
  { holds: 'reconcile queries', ageMsMax: 10_000, kept: 5 },
  { holds: 'entries and their changes', ageMsMax: 1_000, kept: 5 },
  // Two brackets more are kept from what can wait: an order is sent at once or not at all.
  { holds: 'quotes, contracts in use', ageMsMax: 10_000, kept: 11 },
  { holds: 'chains, market rules, account values', ageMsMax: 30_000, kept: 11 },
  { holds: 'history', ageMsMax: 120_000, kept: 11 },
] as const

export type Lane = 0 | 1 | 2 | 3 | 4 | 5 | 6

/** IBKR counts 50 messages in any second (L1); a little less is for what else is on the way. */
export const MESSAGES_PER_SECOND = RULES.P1.ours
/**
 * A Gateway counts when it reads, and reads late when it is busy: what was sent over longer than a
 * second then comes within one. So late it may be, and still never counts more than we sent.
 */
const LATE_MS = 500
const SECOND_MS = RULES.P1.windowMs ?? 0
const WINDOW_MS = SECOND_MS + LATE_MS
/** What can wait leaves that room; what is urgent keeps to the second alone (P44). */
const WAITS_FROM_LANE = 4
/** After code 100: half the rate, and the last two lanes rest. */
const PENALTY_MS = 60_000

/**
 * Of what was sent and may not have been read yet: a Gateway that stood still reads all of it
 * within one second. So many may be under way while nothing is heard; what is urgent has ten more.
 * Cancels are never held back.
 */
const UNREAD_MAX = 35
const UNREAD_URGENT_MAX = 45
const URGENT_UP_TO_LANE = 2
const FORGOTTEN_MS = 60_000

/** What waits for its turn; `age` when it waited too long. Exactly one of the two is called. */
export interface Waiting {
  run(): void
  aged(): void
}

/**
 * One budget for all connections of the process, so that their sum keeps the limit too. It counts
 * what was sent in the last window exactly, so no second anywhere exceeds it (P1).
 */
export class Pacer {
  readonly #clock: Clock
  readonly #limit: number
  readonly #queues: (Waiting & { readonly stopAge: Cancel; readonly to: object | null })[][] =
    LANES.map(() => [])
  #sent: number[] = [] // times of the last window, oldest first
  /** Times of what each connection was sent since something was read from it. */
  readonly #unread = new Map<object, { readonly times: number[]; ended: boolean }>()
  readonly #ended = new WeakSet<object>()
  #penaltyUntil = 0
  #timer: Cancel | null = null

  constructor(clock: Clock, limit: number = MESSAGES_PER_SECOND) {
    this.#clock = clock
    this.#limit = limit
  }

  /** All of `count` now, or nothing: for orders, which never wait. */
  tryTake(lane: Lane, count: number, to: object | null = null): boolean {
    if (Math.min(this.#room(lane), this.#unreadRoom(lane)) < count) return false
    const now = this.#clock.monotonicMs()
    // What waited for its turn longer than its connection lived is written nowhere.
    const isTo = to !== null && !this.#ended.has(to)
    const unread = isTo ? (this.#unread.get(to) ?? { times: [], ended: false }) : null
    if (isTo && unread !== null) this.#unread.set(to, unread)
    for (let i = 0; i < count; i++) {
      this.#sent.push(now)
      unread?.times.push(now)
    }
    return true
  }

  /**
   * Something was read from this connection, so the Gateway reads. What it was sent long ago, also
   * over connections that have ended, it may count within this second.
   */
  heard(from: object): void {
    if (this.#unread.size === 0) return
    const now = this.#clock.monotonicMs()
    let late = 0
    for (const [connection, { times, ended }] of this.#unread) {
      if (connection !== from && !ended) continue
      late += times.filter((at) => at <= now - WINDOW_MS).length
      this.#unread.delete(connection)
    }
    for (let i = 0; i < late; i++) this.#sent.push(now)
    if (this.#queues.some((queue) => queue.length > 0)) this.#wake()
  }

  /** What it was sent may still be read. */
  ended(connection: object): void {
    this.#ended.add(connection)
    const unread = this.#unread.get(connection)
    if (unread !== undefined) unread.ended = true
  }

  /** Runs now, or when its lane has room. The cancel takes it out of the queue, silently. */
  offer(lane: Lane, waiting: Waiting, to: object | null = null): Cancel {
    const { ageMsMax } = LANES[lane]
    const first = this.#queues.slice(0, lane + 1).every((queue) => queue.length === 0)
    if (first && this.tryTake(lane, 1, to)) {
      waiting.run()
      return () => undefined
    }
    const leave = () => {
      const queue = this.#queues[lane] ?? []
      const index = queue.indexOf(entry)
      if (index >= 0) queue.splice(index, 1)
      entry.stopAge()
    }
    const stopAge =
      ageMsMax === null
        ? () => undefined
        : this.#clock.after(ageMsMax, () => {
            leave()
            waiting.aged()
          })
    const entry = { run: () => waiting.run(), aged: () => waiting.aged(), stopAge, to }
    this.#queues[lane]?.push(entry)
    this.#wake()
    return leave
  }

  /** How many wait in this lane. */
  waiting(lane: Lane): number {
    return this.#queues[lane]?.length ?? 0
  }

  /** Of the last window, and when the oldest leaves it. */
  used(): { readonly used: number; readonly freesInMs: number | null } {
    this.#room(0)
    const [oldest] = this.#sent
    const now = this.#clock.monotonicMs()
    const freesInMs = oldest === undefined ? null : oldest + WINDOW_MS - now
    return { used: this.#sent.length, freesInMs }
  }

  /** Code 100 came: something here counts differently from the Gateway. */
  penalise(): void {
    this.#penaltyUntil = this.#clock.monotonicMs() + PENALTY_MS
    this.#wake()
  }

  /** Messages that would be sent at once, in this lane. */
  #room(lane: Lane): number {
    const now = this.#clock.monotonicMs()
    const from = this.#sent.findIndex((at) => at > now - WINDOW_MS)
    this.#sent = from < 0 ? [] : this.#sent.slice(from)
    if (lane >= WAITS_FROM_LANE) return this.#limitOf(lane) - this.#sent.length
    return this.#limitOf(lane) - this.#sent.filter((at) => at > now - SECOND_MS).length
  }

  #unreadRoom(lane: Lane): number {
    if (lane === 0) return Infinity
    const now = this.#clock.monotonicMs()
    let unread = 0
    for (const { times, ended } of this.#unread.values()) {
      // One that lives and says nothing for so long was ended by its heartbeat long ago.
      const isForgotten = !ended && now - (times.at(-1) ?? now) > FORGOTTEN_MS
      unread += isForgotten ? 0 : times.length
    }
    return (lane <= URGENT_UP_TO_LANE ? UNREAD_URGENT_MAX : UNREAD_MAX) - unread
  }

  #limitOf(lane: Lane): number {
    const punished = this.#clock.monotonicMs() < this.#penaltyUntil
    if (punished && lane >= 5) return 0
    const limit = punished ? Math.floor(this.#limit / 2) : this.#limit
    return limit - LANES[lane].kept
  }

  #pump(): void {
    for (const lane of [0, 1, 2, 3, 4, 5, 6] as const) {
      const queue = this.#queues[lane] ?? []
      for (;;) {
        const next = queue[0]
        if (next === undefined) break
        if (!this.tryTake(lane, 1, next.to)) return this.#wake()
        queue.shift()
        next.stopAge()
        next.run()
      }
    }
  }

  /** Once, when the first that waits can have its turn. */
  #wake(): void {
    const lane = ([0, 1, 2, 3, 4, 5, 6] as const).find((each) => this.#queues[each]?.length)
    this.#timer?.()
    this.#timer = null
    // What waits for the Gateway to read is woken by what it says.
    if (lane === undefined || this.#unreadRoom(lane) < 1) return
    const now = this.#clock.monotonicMs()
    const limit = this.#limitOf(lane)
    const leaving = limit > 0 ? this.#sent[this.#sent.length - limit] : undefined
    const windowMs = lane >= WAITS_FROM_LANE ? WINDOW_MS : SECOND_MS
    const waitMs =
      leaving !== undefined ? leaving + windowMs - now : limit > 0 ? 0 : this.#penaltyUntil - now
    this.#timer = this.#clock.after(Math.max(1, waitMs), () => {
      this.#timer = null
      this.#pump()
    })
  }
}
