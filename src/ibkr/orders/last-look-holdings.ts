import type { Clock } from '../../base/clock.ts'

/** A row and an execution that tell of one fill come so far apart, in either order. */
const TRAILS_MS = 3_000
/** A combo and its legs are told one by one, possibly in different seconds. */
const LEGS_MS = 15_000

/** What is held by contract id: as positions were told last, and executions have moved it since. */
export class LookHoldings {
  readonly #clock: Clock
  readonly #held = new Map<string, number>()
  /** Executions heard of late; of a combo by its key. */
  readonly #movedAt = new Map<string, number>()
  /** Contracts whose rows were put aside for newer executions when positions were told. */
  readonly #ahead = new Set<string>()
  /** By how much a row was ahead of the executions, and when: one may follow that it counts. */
  readonly #early = new Map<string, { units: number; readonly at: number }>()
  #rows: Map<string, number> | null = new Map()
  #askedAt: number | null = null
  #wasTold = false

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

  asked(): void {
    this.#askedAt = this.#clock.monotonicMs()
    this.#rows = new Map()
  }

  /** Beyond the end of a list it is what has changed. */
  row(conId: string, position: number): void {
    if (this.#rows !== null) this.#rows.set(conId, position)
    else if (!this.#isAhead(conId, this.#clock.monotonicMs())) this.#set(conId, position)
  }

  /** The list has ended. Answers when it was asked for; null: it was not. */
  told(): number | null {
    const rows = this.#rows
    if (rows === null) return null
    this.#rows = null
    this.#ahead.clear()
    // What a first list tells beyond our executions is of another day.
    const isFirst = !this.#wasTold
    this.#wasTold = true
    for (const conId of new Set([...this.#held.keys(), ...rows.keys()])) {
      if (this.#isAhead(conId, this.#askedAt ?? Infinity)) this.#ahead.add(conId)
      else if (isFirst) this.#held.set(conId, rows.get(conId) ?? 0)
      else this.#set(conId, rows.get(conId) ?? 0)
    }
    return this.#askedAt
  }

  /** What was asked for is counted in the positions that were asked for before it. */
  moved(conId: string, units: number, isPushed: boolean): void {
    if (!isPushed && !this.#ahead.has(conId) && this.#askedAt !== null) return
    this.#held.set(conId, this.of(conId) + this.#news(conId, units))
    if (isPushed) this.#movedAt.set(conId, this.#clock.monotonicMs())
  }

  comboMoved(key: string): void {
    this.#movedAt.set(key, this.#clock.monotonicMs())
  }

  #set(conId: string, position: number): void {
    const units = position - this.of(conId)
    this.#early.set(conId, { units, at: this.#clock.monotonicMs() })
    this.#held.set(conId, position)
  }

  /** Of an execution what no row has counted a moment before. */
  #news(conId: string, units: number): number {
    const early = this.#early.get(conId)
    if (early === undefined || this.#clock.monotonicMs() - early.at >= TRAILS_MS) return units
    if (Math.sign(early.units) !== Math.sign(units)) return units
    const counted = Math.sign(units) * Math.min(Math.abs(units), Math.abs(early.units))
    early.units -= counted
    return units - counted
  }

  #isAhead(conId: string, askedAt: number): boolean {
    const movedAt = this.#movedAt.get(conId)
    return movedAt !== undefined && askedAt - movedAt < TRAILS_MS
  }
}
