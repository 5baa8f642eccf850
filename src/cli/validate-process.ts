import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Clock } from '../base/clock.ts'
import type { Point } from '../validation/points.ts'

const SAMPLE_MS = 10
const MB = 1024 * 1024

export type ProcessFigures = Pick<Point, 'rssMb' | 'heapMb' | 'cpu' | 'loopMs'>

export interface Gauge {
  look(): ProcessFigures
  close(): void
}

/** What this process takes of the machine, from one look to the next. */
export class ProcessGauge implements Gauge {
  readonly #clock: Clock
  readonly #delays = monitorEventLoopDelay({ resolution: SAMPLE_MS })
  #cpu = process.cpuUsage()
  #at: number
  #loopMs = 0

  /** `clock`: of the run, against which the processor's time counts. */
  constructor(clock: Clock) {
    this.#clock = clock
    this.#at = clock.monotonicMs()
    this.#delays.enable()
  }

  look(): ProcessFigures {
    const { rss, heapUsed } = process.memoryUsage()
    const { user, system } = process.cpuUsage(this.#cpu)
    this.#cpu = process.cpuUsage()
    const now = this.#clock.monotonicMs()
    const passedMs = Math.max(1, now - this.#at)
    this.#at = now
    // The histogram counts from one sample to the next; what is over the sampling is delay.
    const { count } = this.#delays
    if (count > 0) this.#loopMs = Math.max(0, this.#delays.percentile(99) / 1e6 - SAMPLE_MS)
    this.#delays.reset()
    const cpu = (user + system) / 1_000 / passedMs
    return { rssMb: rss / MB, heapMb: heapUsed / MB, cpu, loopMs: this.#loopMs }
  }

  close(): void {
    this.#delays.disable()
  }
}
