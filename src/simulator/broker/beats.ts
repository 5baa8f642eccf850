import type { Cancel, Clock, EpochMs } from '../../base/clock.ts'

/**
 * Callbacks at moments of the wall clock, those of one moment together: a hundred quote lines that
 * change at one second cost the clock one step.
 */
export class Beats {
  readonly #clock: Clock
  readonly #due = new Map<number, Set<() => void>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** In the order of asking; a moment that has passed is now, but never at once. */
  at(moment: EpochMs, callback: () => void): Cancel {
    let due = this.#due.get(moment)
    if (due === undefined) {
      due = new Set()
      this.#due.set(moment, due)
      this.#clock.after(Math.max(0, moment - this.#clock.now()), () => this.#run(moment))
    }
    const asked = due
    const entry = (): void => callback()
    asked.add(entry)
    return () => asked.delete(entry)
  }

  #run(moment: number): void {
    const due = this.#due.get(moment)
    this.#due.delete(moment)
    for (const callback of due ?? []) callback()
  }
}
