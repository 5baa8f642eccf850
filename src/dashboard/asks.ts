import type { Clock } from '../base/clock.ts'
import type { Limits } from './options.ts'
import { refusal } from './refusal.ts'

/** Questions to the cockpit: so many at once, and so long. */
export class Asks {
  readonly #clock: Clock
  readonly #limits: Limits
  #waiting = 0

  constructor(clock: Clock, limits: Limits) {
    this.#clock = clock
    this.#limits = limits
  }

  /** What is not answered in time is refused; its answer is not waited for. */
  async read<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.#limits.asksMax) {
      throw refusal(503, 'too many questions wait for an answer', 'ask again in a moment')
    }
    this.#waiting++
    const answer = ask().finally(() => void this.#waiting--)
    return this.within(answer, () => refusal(503, TOO_LATE, 'ask for less, or again in a moment'))
  }

  /** Of what must not be turned away for others. */
  within<T>(answer: Promise<T>, late: () => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(this.#limits.askMs, () => reject(late()))
      answer.then(resolve, reject).finally(cancel)
    })
  }
}

const TOO_LATE = 'no answer within 5 s'
