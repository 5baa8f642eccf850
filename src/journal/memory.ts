import type { EpochMs } from '../base/clock.ts'
import { ok } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import type { Journal, Latch, Latched, OrderIdStore } from '../engine/ports.ts'
import type { Event } from '../trading/event.ts'
import { EMPTY, rowsOf, tailOf } from './rows.ts'
import type { Entry, Row } from './rows.ts'

/**
 * For backtests and simulation tests. Chained like the file, so that hashes can be compared; the
 * chain is written down when somebody asks for it, which few do.
 */
export class MemoryJournal implements Journal {
  readonly #entries: Entry[] = []
  readonly #rows: Row[] = []

  /** `prefix`: what a crash left behind. */
  constructor(prefix: Iterable<Entry> = []) {
    for (const { at, event } of prefix) this.append(at, [event])
  }

  append(at: EpochMs, events: readonly Event[]): Result<'journal', never> {
    for (const event of events) this.#entries.push({ seq: this.#entries.length + 1, at, event })
    return ok('journal')
  }

  read(): readonly Entry[] {
    return this.#entries
  }

  /** As another process would read them. */
  rows(): readonly Row[] {
    for (const { at, event } of this.#entries.slice(this.#rows.length)) {
      this.#rows.push(...rowsOf(tailOf(this.#rows.slice(-1), EMPTY), at, [event]))
    }
    return this.#rows
  }

  /** Of the last row, and through it of all. */
  journalHash(): string {
    return tailOf(this.rows().slice(-1), EMPTY).hash
  }
}

export class MemoryLatch implements Latch {
  #latched: Latched | null = null

  set(latched: Latched): void {
    if (latched.by === 'panic' || this.#latched === null) this.#latched = latched
  }

  read(): Latched | null {
    return this.#latched
  }

  clear(): Result<void, never> {
    this.#latched = null
    return ok(undefined)
  }
}

export class MemoryOrderIds implements OrderIdStore {
  readonly #highest = new Map<number, number>()

  load(clientId: number): number {
    return this.#highest.get(clientId) ?? 0
  }

  reserve(clientId: number, upTo: number): void {
    this.#highest.set(clientId, Math.max(upTo, this.load(clientId)))
  }
}
