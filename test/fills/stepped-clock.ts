import type { Cancel, Clock, EpochMs } from '../../src/base/clock.ts'

interface Due {
  readonly at: number
  callback: (() => unknown) | null
}

/** Time that a loop moves by itself, callbacks included: thousands of orders are played one by one. */
export class SteppedClock implements Clock {
  #now: number
  readonly #start: number
  #due: Due[] = []

  constructor(start: EpochMs) {
    this.#now = start
    this.#start = start
  }

  now(): EpochMs {
    return this.#now as EpochMs
  }

  monotonicMs(): number {
    return this.#now - this.#start
  }

  after(delayMs: number, callback: () => unknown): Cancel {
    const due: Due = { at: this.#now + Math.max(0, delayMs), callback }
    this.#due.push(due)
    return () => {
      due.callback = null
    }
  }

  /** Everything that is due by then, in its order. */
  runUntil(until: number): void {
    for (;;) {
      this.#due = this.#due.filter(({ callback }) => callback !== null)
      const [first] = this.#due.toSorted((a, b) => a.at - b.at)
      if (first === undefined || first.at > until) break
      this.#now = Math.max(this.#now, first.at)
      const { callback } = first
      first.callback = null
      callback?.()
    }
    this.#now = Math.max(this.#now, until)
  }
}
