import type { Cancel, Clock, EpochMs } from '../../src/base/clock.ts'

/** Milliseconds since 1970 are no finer than a quarter of this: less would never pass. */
const FINEST_MS = 0.001

/**
 * The clock of a bot whose machine has another opinion of the time (F70): its wall clock can be set,
 * and the machine can sleep, so that nothing runs, and monotonic time stands, while the world goes on.
 * And that of a process that is stopped, or busy, while its machine goes on (F83).
 */
export class SkewedClock implements Clock {
  readonly #of: Clock
  #wallMs = 0
  #sleptMs = 0
  #wakesAtMs = 0
  #thawsAtMs = 0

  constructor(of: Clock) {
    this.#of = of
  }

  /** How long nothing of the process runs from now on. */
  get frozenMs(): number {
    return Math.max(0, this.#thawsAtMs - this.#of.monotonicMs())
  }

  /** In a turn that takes long, what it sees is its end. */
  now(): EpochMs {
    return (this.#of.now() + this.frozenMs + this.#wallMs) as EpochMs
  }

  monotonicMs(): number {
    return this.#of.monotonicMs() + this.frozenMs - this.#sleptMs
  }

  after(delayMs: number, callback: () => void | Promise<void>): Cancel {
    let stop: Cancel = () => undefined
    const dueMs = this.monotonicMs() + Math.max(0, delayMs)
    const wait = (): void => {
      const asleepMs = Math.max(this.#wakesAtMs - this.#of.monotonicMs(), this.frozenMs)
      const leftMs = asleepMs > 0 ? asleepMs : dueMs - this.monotonicMs()
      if (leftMs < FINEST_MS) return void callback()
      stop = this.#of.after(leftMs, wait)
    }
    stop = this.#of.after(delayMs, wait)
    return () => stop()
  }

  /** As NTP or a person does it. */
  step(byMs: number): void {
    this.#wallMs += byMs
  }

  /** The machine sleeps for so long. */
  sleep(ms: number): void {
    this.#wakesAtMs = this.#of.monotonicMs() + ms
    this.#of.after(ms, () => {
      this.#sleptMs += ms
    })
  }

  /** The process stands for so long, from the moment at which it would go on. */
  freeze(ms: number): void {
    this.#thawsAtMs = this.#of.monotonicMs() + this.frozenMs + ms
  }
}
