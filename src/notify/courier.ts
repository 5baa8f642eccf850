import type { Cancel, Clock } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import {
  EMPTY_OUTBOX,
  nextIn,
  offered,
  takenFrom,
  triedAgain,
  type NotifyCommand,
  type Outbox,
  type OutboxRules,
  type Told,
} from './outbox.ts'

export interface CourierOptions {
  readonly clock: Clock
  readonly rules: OutboxRules
  /** One attempt; `dropped` is what the receiver was never told of since the last that arrived. */
  readonly send: (told: Told, dropped: number) => Promise<Result<void, string>>
  /** For the log: why an attempt failed, and what was given up. */
  readonly said: (level: 'info' | 'warning', text: string) => void
}

const RETRY_MS_MIN = 1_000
const RETRY_MS_MAX = 60_000
/** About five minutes: then this one is counted as dropped, and the next may fare better. */
const ATTEMPTS_MAX = 10

/**
 * Carries notices to one receiver, one at a time, in its own time: whoever offers never waits, and
 * what does not arrive is tried again, later each time, and given up in the end.
 */
export class Courier {
  readonly #of: CourierOptions
  #outbox: Outbox = EMPTY_OUTBOX
  #busy: { readonly told: Told; attempts: number } | null = null
  #sending = false
  #stopTimer: Cancel = () => undefined
  #idle: (() => void)[] = []
  #closed = false

  constructor(of: CourierOptions) {
    this.#of = of
  }

  offer(notice: NotifyCommand): void {
    if (this.#closed) return
    const { clock, rules } = this.#of
    const moment = { rules, nowMs: clock.monotonicMs(), at: clock.now() }
    this.#outbox = offered(this.#outbox, notice, moment)
    this.#wake(0)
  }

  /** Until everything was sent or given up, or this time has passed; nothing is sent after it. */
  async close(withinMs: number): Promise<void> {
    const done = new Promise<void>((resolve) => {
      this.#idle.push(resolve)
      this.#of.clock.after(withinMs, resolve)
    })
    this.#wake(0)
    await done
    this.#closed = true
    this.#stopTimer()
  }

  #wake(inMs: number): void {
    this.#stopTimer()
    if (!this.#closed) this.#stopTimer = this.#of.clock.after(inMs, () => this.#pump())
  }

  #pump(): void {
    if (this.#sending || this.#closed) return
    const { clock, rules } = this.#of
    const nowMs = clock.monotonicMs()
    if (this.#busy === null) {
      const taken = takenFrom(this.#outbox, rules, nowMs)
      if (taken === null) return this.#rest(nowMs)
      this.#outbox = taken.rest
      this.#busy = { told: taken.told, attempts: 0 }
    } else {
      const again = triedAgain(this.#outbox, this.#busy.told, { rules, nowMs })
      if (again === null) return this.#wake(RETRY_MS_MIN)
      this.#outbox = again
    }
    this.#sending = true
    const { dropped } = this.#outbox
    void this.#of.send(this.#busy.told, dropped).then((result) => this.#sent(result, dropped))
  }

  #rest(nowMs: number): void {
    const inMs = nextIn(this.#outbox, this.#of.rules, nowMs)
    if (inMs !== null) this.#wake(inMs)
    if (this.#outbox.queue.length > 0) return
    for (const idle of this.#idle.splice(0)) idle()
  }

  #sent(result: Result<void, string>, dropped: number): void {
    this.#sending = false
    const busy = this.#busy
    if (busy === null) return
    busy.attempts++
    if (result.ok) {
      this.#busy = null
      this.#outbox = { ...this.#outbox, dropped: this.#outbox.dropped - dropped }
      return this.#pump()
    }
    const { told } = busy
    if (busy.attempts >= ATTEMPTS_MAX) {
      this.#busy = null
      this.#outbox = { ...this.#outbox, dropped: this.#outbox.dropped + 1 }
      this.#of.said('warning', `given up after ${busy.attempts} attempts: "${told.message}"`)
      return this.#wake(RETRY_MS_MAX)
    }
    this.#of.said('info', `attempt ${busy.attempts} failed: ${result.error}`)
    this.#wake(Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** (busy.attempts - 1)))
  }
}
