import type { Cancel, Clock, EpochMs } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import type { Fault } from '../../engine/ports.ts'

/** client-library.md section 4, milliseconds. */
const BUSY_EVERY_MS = 5_000 // the market is open, or orders or positions exist
const IDLE_EVERY_MS = 15_000
const LATE_MS = 2_000

export interface HeartbeatOptions {
  readonly clock: Clock
  readonly busy: () => boolean
  /** Asks the Gateway for its time; the ledger's deadline of 5 s ends it. */
  readonly ask: (done: (result: Result<EpochMs, Fault>) => void) => void
  /** True once an answer is late, false with the next one. */
  readonly late: (late: boolean) => void
  /** `skewMs`: the Gateway's clock less ours. */
  readonly answered: (skewMs: number) => void
  /** Two in a row were not answered: nothing comes back on this connection. */
  readonly dead: () => void
}

/**
 * Proves that requests are answered: any other frame only proves that something is read. One
 * question at a time; a missed one is asked again at once, a second miss is the detection (P10).
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions
  #timers: Cancel[] = []
  #stopped = false
  #late = false
  #answeredAt: number | null = null // monotonic
  #missed = 0

  constructor(options: HeartbeatOptions) {
    this.#options = options
  }

  /** In a row. */
  get missed(): number {
    return this.#missed
  }

  get isLate(): boolean {
    return this.#late
  }

  /** Milliseconds since the last answer; null before the first. */
  ageMs(): number | null {
    return this.#answeredAt === null ? null : this.#options.clock.monotonicMs() - this.#answeredAt
  }

  start(): void {
    this.#beat(0)
  }

  stop(): void {
    this.#stopped = true
    for (const cancel of this.#timers) cancel()
  }

  #beat(missed: number): void {
    const { clock, ask, busy } = this.#options
    const stopLate = clock.after(LATE_MS, () => this.#setLate(true))
    this.#timers = [stopLate]
    ask((result) => {
      stopLate()
      if (this.#stopped) return
      if (!result.ok) {
        this.#missed = missed + 1
        this.#setLate(true)
        if (missed > 0) this.#options.dead()
        else this.#beat(missed + 1)
        return
      }
      this.#missed = 0
      this.#answeredAt = clock.monotonicMs()
      this.#setLate(false)
      this.#options.answered(result.value - clock.now())
      const everyMs = busy() ? BUSY_EVERY_MS : IDLE_EVERY_MS
      this.#timers = [clock.after(everyMs, () => this.#beat(0))]
    })
  }

  #setLate(late: boolean): void {
    if (this.#late === late) return
    this.#late = late
    this.#options.late(late)
  }
}
