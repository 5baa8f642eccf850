import type { Cancel, Clock } from '../../base/clock.ts'
import { MessageRate } from './limits.ts'
import type { GatewayLimits } from './limits.ts'

export type RateMode = 'reject' | 'pace'

export interface IntakeOptions {
  readonly clock: Clock
  readonly limits: GatewayLimits
  readonly mode: RateMode
  readonly accept: (payload: Uint8Array) => void
  /** P1 in reject mode: the frame is dropped, and with the last strike the connection. */
  readonly refuse: (isLast: boolean) => void
}

/** What comes in after startApi, at no more than the rate a connection may have (P1). */
export class Intake {
  readonly #options: IntakeOptions
  readonly #rate: MessageRate
  readonly #held: Uint8Array[] = []
  #wake: Cancel | null = null

  constructor(options: IntakeOptions) {
    this.#options = options
    this.#rate = new MessageRate(options.limits)
  }

  push(payload: Uint8Array): void {
    if (this.#options.mode === 'pace') {
      this.#held.push(new Uint8Array(payload)) // its chunk may be gone when its turn comes
      if (this.#wake === null) this.#drain()
      return
    }
    const verdict = this.#rate.take(this.#options.clock.monotonicMs())
    if (verdict === 'fits') this.#options.accept(payload)
    else this.#options.refuse(verdict === 'last-strike')
  }

  close(): void {
    this.#wake?.()
    this.#held.length = 0
  }

  #drain(): void {
    this.#wake = null
    const { clock, accept } = this.#options
    for (let next = this.#held[0]; next !== undefined; next = this.#held[0]) {
      const holdMs = this.#rate.holdMs(clock.monotonicMs())
      if (holdMs > 0) {
        this.#wake = clock.after(holdMs, () => this.#drain())
        return
      }
      this.#held.shift()
      this.#rate.take(clock.monotonicMs())
      accept(next)
    }
  }
}
