import type { Clock } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import type { CycleOutcome } from '../trading/input.ts'

export interface DeadManOptions {
  readonly clock: Clock
  readonly everyMs: number
  readonly send: () => Promise<Result<void, string>>
  readonly failed: (reason: string) => void
}

/**
 * The dead-man signal: its absence is the alarm. It goes out only after a cycle that came to a
 * decision, so that a bot that runs and decides nothing is missed. One that fails is not repeated:
 * the next cycle sends the next.
 */
export class DeadMan {
  readonly #of: DeadManOptions
  #lastMs: number | null = null
  #sending = false

  constructor(of: DeadManOptions) {
    this.#of = of
  }

  cycleEnded({ kind }: Pick<CycleOutcome, 'kind'>): void {
    const { clock, everyMs, send, failed } = this.#of
    if (kind === 'skipped' || this.#sending) return
    const nowMs = clock.monotonicMs()
    if (this.#lastMs !== null && nowMs - this.#lastMs < everyMs) return
    this.#lastMs = nowMs
    this.#sending = true
    void send().then((result) => {
      this.#sending = false
      if (!result.ok) failed(result.error)
    })
  }
}
