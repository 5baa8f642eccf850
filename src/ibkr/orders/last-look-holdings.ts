import type { Clock } from '../../base/clock.ts'

/** A row and an execution that tell of one fill come so far apart, in either order. */
const TRAILS_MS = 3_000
/**
 * So near to a question its answers may differ about a fill: that much beside, for the time of an
 * execution is in whole seconds, and the broker's clock is a guess.
 */
const NEW_MS = TRAILS_MS + 2_000
/** What rows are ahead of is told by then: a picture takes 15 s at the most. */
const UNHEARD_MS = 20_000
/** A combo and its legs are told one by one, possibly in different seconds. */
const LEGS_MS = 15_000

/** An execution that was never heard of before, or more of one. */
interface Executed {
  readonly units: number // signed
  readonly isPushed: boolean
  /** In broker time, rounded down to a second; null: it does not say. */
  readonly at: number | null
}

interface Ahead {
  readonly units: number
  readonly at: number
}

/** What is held by contract id: as positions were told last, and executions have moved it since. */
export class LookHoldings {
  readonly #clock: Clock
  readonly #held = new Map<string, number>()
  /** Executions heard of late; of a combo by its key. */
  readonly #movedAt = new Map<string, number>()
  /** Contracts whose rows were put aside for newer executions when positions were told. */
  readonly #ahead = new Set<string>()
  /** By how much rows were ahead of executions that come by themselves, a moment later. */
  readonly #early = new Map<string, Ahead>()
  /** The same of any execution: of those that nobody pushed an answer tells. */
  readonly #unheard = new Map<string, Ahead>()
  /** Executions that were asked for, and came while positions were being told. */
  #waiting: { readonly conId: string; readonly executed: Executed }[] = []
  #rows: Map<string, number> | null = new Map()
  #askedAt: number | null = null
  /** The same in broker time; null: that is not known. */
  #brokerAskedAt: number | null = null
  /** Broker times of the last rows that were not put aside; of what has none, of the last list. */
  readonly #rowsAt = new Map<string, number>()
  #listAt = -Infinity
  /** Of lists that were told. What the first has beyond our executions is of another day. */
  #lists = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  of(conId: string): number {
    return this.#held.get(conId) ?? 0
  }

  /** Positions were asked for when every leg of the last execution had been counted. */
  isSettled(comboKey: string): boolean {
    return (this.#askedAt ?? -Infinity) - (this.#movedAt.get(comboKey) ?? -Infinity) >= LEGS_MS
  }

  /** `brokerNow`: the broker's time of now; null: it was never told. */
  asked(brokerNow: number | null): void {
    this.#askedAt = this.#clock.monotonicMs()
    this.#brokerAskedAt = brokerNow
    this.#rows = new Map()
  }

  /** Beyond the end of a list it is what has changed. */
  row(conId: string, position: number): void {
    if (this.#rows !== null) this.#rows.set(conId, position)
    else if (!this.#isAhead(conId, this.#clock.monotonicMs())) {
      this.#set(conId, position)
      this.#rowsAt.set(conId, Math.max(this.#rowsAt.get(conId) ?? this.#listAt, this.#brokerNow()))
    }
  }

  /** The list has ended. Answers when it was asked for; null: it was not. */
  told(): number | null {
    const rows = this.#rows
    if (rows === null) return null
    this.#rows = null
    this.#ahead.clear()
    const isFirst = this.#lists === 0
    this.#lists++
    const listAt = this.#brokerAskedAt ?? -Infinity
    for (const conId of new Set([...this.#held.keys(), ...rows.keys()])) {
      const isAhead = this.#isAhead(conId, this.#askedAt ?? Infinity)
      if (isAhead) this.#ahead.add(conId)
      this.#rowsAt.set(conId, isAhead ? (this.#rowsAt.get(conId) ?? this.#listAt) : listAt)
      if (!isAhead && isFirst) this.#held.set(conId, rows.get(conId) ?? 0)
      else if (!isAhead) this.#set(conId, rows.get(conId) ?? 0)
    }
    this.#listAt = listAt
    for (const { conId, executed } of this.#waiting) this.moved(conId, executed)
    this.#waiting = []
    return this.#askedAt
  }

  /**
   * What was asked for is counted in the positions that were asked for together with it, unless it
   * is as new as they are: then a row may have it, or not.
   */
  moved(conId: string, executed: Executed): void {
    const isAnswer = !executed.isPushed && this.#askedAt !== null
    if (isAnswer && this.#rows !== null) return void this.#waiting.push({ conId, executed })
    if (isAnswer && this.#isCounted(conId, executed)) {
      return this.#less(this.#unheard, conId, executed.units)
    }
    const news = this.#news(conId, executed)
    this.#held.set(conId, this.of(conId) + news)
    // Where a row may have it, the next row is not put aside for it.
    if (executed.isPushed) this.#movedAt.set(conId, this.#clock.monotonicMs())
  }

  comboMoved(key: string): void {
    this.#movedAt.set(key, this.#clock.monotonicMs())
  }

  /** So old that the last row of its contract has it. */
  #isCounted(conId: string, { at }: Executed): boolean {
    if (at === null || this.#brokerAskedAt === null) return !this.#ahead.has(conId)
    // Of another day or of now: of a first list nobody knows, and all are taken to be in it.
    if (this.#lists === 1) return !this.#ahead.has(conId)
    return at < (this.#rowsAt.get(conId) ?? this.#listAt) - NEW_MS
  }

  #brokerNow(): number {
    if (this.#askedAt === null || this.#brokerAskedAt === null) return -Infinity
    return this.#brokerAskedAt + this.#clock.monotonicMs() - this.#askedAt
  }

  #set(conId: string, position: number): void {
    const more = position - this.of(conId)
    this.#aheadBy(this.#early, conId, more)
    this.#aheadBy(this.#unheard, conId, more)
    this.#held.set(conId, position)
  }

  /** A row that says the same again is as far ahead as the one before it. */
  #aheadBy(of: Map<string, Ahead>, conId: string, more: number): void {
    const units = this.#aheadOf(of, conId) + more
    of.set(conId, { units, at: this.#clock.monotonicMs() })
  }

  #aheadOf(of: Map<string, Ahead>, conId: string): number {
    const ms = of === this.#early ? TRAILS_MS : UNHEARD_MS
    const ahead = of.get(conId)
    return ahead !== undefined && this.#clock.monotonicMs() - ahead.at < ms ? ahead.units : 0
  }

  /** Of an execution what no row has counted before. */
  #news(conId: string, { units, isPushed }: Executed): number {
    const counted = common(units, this.#aheadOf(isPushed ? this.#early : this.#unheard, conId))
    const early = common(counted, this.#aheadOf(this.#early, conId))
    this.#less(this.#early, conId, early)
    this.#less(this.#unheard, conId, counted)
    return units - counted
  }

  /** So much less of a row is still to be told. */
  #less(of: Map<string, Ahead>, conId: string, units: number): void {
    const ahead = of.get(conId)
    if (ahead !== undefined) of.set(conId, { ...ahead, units: ahead.units - units })
  }

  #isAhead(conId: string, askedAt: number): boolean {
    const movedAt = this.#movedAt.get(conId)
    return movedAt !== undefined && askedAt - movedAt < TRAILS_MS
  }
}

/** What two of one sign have in common; of different signs nothing. */
function common(one: number, other: number): number {
  if (Math.sign(one) !== Math.sign(other)) return 0
  return Math.sign(one) * Math.min(Math.abs(one), Math.abs(other))
}
