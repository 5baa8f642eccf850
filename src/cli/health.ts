import type { Clock } from '../base/clock.ts'
import { notice } from '../domain/alert.ts'
import type { HealthPort, OuterFacts, Vitals } from '../engine/health.ts'
import { Latencies, type Observed } from '../engine/latency.ts'
import type { Notifier } from '../engine/ports.ts'
import type { IbkrData } from '../ibkr/open.ts'
import { DEADLINE_MS } from '../ibkr/session/question.ts'

export interface HealthOptions {
  readonly clock: Clock
  readonly notifier: Notifier
  /** Of the event loop, in milliseconds; null in virtual time. */
  readonly loopDelayP99Ms: (() => number | null) | null
  /** Told the vitals each second. */
  readonly beat: (vitals: () => Vitals) => void
}

type Connections = Pick<IbkrData, 'lastAnswerAt' | 'breakers' | 'incident'>

/** S13: above this the loop is degraded. */
const LOOP_DELAY_MS_MAX = 100

/** What this process knows of itself and of its connections, for the engine's vitals. */
export class Health implements HealthPort {
  readonly #of: HealthOptions
  readonly #latencies: Latencies
  #connections: Connections | null = null
  #loopDegraded = false

  constructor(of: HealthOptions) {
    this.#of = of
    this.#latencies = new Latencies({
      clock: of.clock,
      deadlineMs: DEADLINE_MS,
      slow: (kind, text) => {
        of.notifier.notify(notice('requests-slow', text, { key: `slow ${kind}` }))
      },
    })
  }

  /** A request of the connections ended, or had its first answer. */
  readonly observed = (of: Observed): void => this.#latencies.observed(of)

  /** Once they are open: they come after what they report to. */
  of(connections: Connections): void {
    this.#connections = connections
  }

  facts(): OuterFacts {
    return {
      lastAnswerAt: this.#connections?.lastAnswerAt() ?? null,
      incident: this.#connections?.incident() ?? null,
      loopDelayMsP99: this.#of.loopDelayP99Ms?.() ?? null,
      requests: this.#latencies.figures(),
      breakers: this.#connections?.breakers() ?? [],
    }
  }

  beat(vitals: () => Vitals): void {
    this.#latencies.check()
    this.#watchLoop()
    this.#of.beat(vitals)
  }

  #watchLoop(): void {
    const p99Ms = this.#of.loopDelayP99Ms?.() ?? 0
    const degraded = p99Ms > LOOP_DELAY_MS_MAX
    if (degraded && !this.#loopDegraded) {
      const message =
        `the event loop is late: p99 ${p99Ms.toFixed(0)} ms over 10 s, ` +
        `expected at most ${LOOP_DELAY_MS_MAX} ms; is the machine busy?`
      this.#of.notifier.notify(notice('loop-late', message, { key: 'event loop' }))
    }
    this.#loopDegraded = degraded
  }
}
