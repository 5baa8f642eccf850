import type { Cancel } from '../../base/clock.ts'
import type { Input } from '../../trading/input.ts'

/** Before somebody listens; a start that takes an hour has few incidents. */
const KEPT = 100

/** What the connections tell the core. The first listener hears what came before it. */
export class Inputs {
  readonly #listeners = new Set<(input: Input) => void>()
  #early: Input[] = []

  tell(input: Input): void {
    if (this.#listeners.size === 0 && this.#early.length < KEPT) this.#early.push(input)
    for (const listener of this.#listeners) listener(input)
  }

  listen(listener: (input: Input) => void): Cancel {
    this.#listeners.add(listener)
    for (const input of this.#early.splice(0)) listener(input)
    return () => this.#listeners.delete(listener)
  }
}
