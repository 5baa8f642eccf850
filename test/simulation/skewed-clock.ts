import type { Cancel, Clock, EpochMs } from '../../src/base/clock.ts'

/** Milliseconds since 1970 are no finer than a quarter of this: less would never pass. */
const FINEST_MS = 0.001
/** A process that does not run for so long has stopped: two beats of its engine. */
const STOP_MS = 2_000

const NOTHING: Cancel = () => undefined

interface Waiting {
  readonly callback: () => void | Promise<void>
  readonly dueMs: number
  stop: Cancel
}

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
  #awokeAtMs: number | null = null

  constructor(of: Clock) {
    this.#of = of
  }

  /** How long nothing of the process runs from now on. */
  get frozenMs(): number {
    return Math.max(0, this.#thawsAtMs - this.#of.monotonicMs())
  }

  /** Since when its process runs without a stop that was worth the name; null: all along. */
  get awakeSince(): EpochMs | null {
    if (this.#awokeAtMs === null) return null
    const sinceMs = Math.max(0, this.#of.monotonicMs() - this.#awokeAtMs)
    return (this.#of.now() - sinceMs) as EpochMs
  }

  /** In a turn that takes long, what it sees is its end. */
  now(): EpochMs {
    return (this.#of.now() + this.frozenMs + this.#wallMs) as EpochMs
  }

  monotonicMs(): number {
    return this.#of.monotonicMs() + this.frozenMs - this.#sleptMs
  }

  after(delayMs: number, callback: () => void | Promise<void>): Cancel {
    const waiting = { callback, dueMs: this.monotonicMs() + Math.max(0, delayMs), stop: NOTHING }
    this.#wait(delayMs, waiting)
    return () => waiting.stop()
  }

  #wait(ms: number, waiting: Waiting): void {
    waiting.stop = this.#of.after(ms, () => {
      const asleepMs = Math.max(this.#wakesAtMs - this.#of.monotonicMs(), this.frozenMs)
      const leftMs = asleepMs > 0 ? asleepMs : waiting.dueMs - this.monotonicMs()
      if (leftMs >= FINEST_MS) return this.#wait(leftMs, waiting)
      void waiting.callback()
    })
  }

  /** As NTP or a person does it. */
  step(byMs: number): void {
    this.#wallMs += byMs
  }

  /** The machine sleeps for so long. */
  sleep(ms: number): void {
    this.#wakesAtMs = this.#of.monotonicMs() + ms
    this.#stopped(ms, this.#wakesAtMs)
    this.#of.after(ms, () => {
      this.#sleptMs += ms
    })
  }

  /** The process stands for so long, from the moment at which it would go on. */
  freeze(ms: number): void {
    this.#thawsAtMs = this.#of.monotonicMs() + this.frozenMs + ms
    this.#stopped(this.frozenMs, this.#thawsAtMs)
  }

  #stopped(ms: number, untilMs: number): void {
    if (ms > STOP_MS) this.#awokeAtMs = Math.max(this.#awokeAtMs ?? 0, untilMs)
  }
}
