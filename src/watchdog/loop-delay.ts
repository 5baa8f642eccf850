import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks'
import type { Clock } from '../base/clock.ts'

const RESOLUTION_MS = 10
const WINDOW_MS = 10_000

/** How late the event loop runs, over the last 10 s (S13). For processes in real time only. */
export class LoopDelay {
  readonly #clock: Clock
  readonly #histogram: IntervalHistogram
  #sinceMs: number
  #p99Ms: number | null = null

  constructor(clock: Clock) {
    this.#clock = clock
    this.#histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
    this.#histogram.enable()
    this.#sinceMs = clock.monotonicMs()
  }

  /** Of the last full window, in milliseconds; null before the first has ended. */
  p99Ms(): number | null {
    const nowMs = this.#clock.monotonicMs()
    if (nowMs - this.#sinceMs >= WINDOW_MS) {
      this.#p99Ms = Math.max(0, this.#histogram.percentile(99) / 1e6 - RESOLUTION_MS)
      this.#sinceMs = nowMs
      this.#histogram.reset()
    }
    return this.#p99Ms
  }

  stop(): void {
    this.#histogram.disable()
  }
}
