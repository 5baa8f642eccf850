import type { Cancel } from '../base/clock.ts'

/**
 * Market-data lines in use. IBKR gives 100 to a login (L11); of the 90 we take, 20 are kept for the
 * few contracts of an entry or an exit, so that ranking many never starves deciding on one.
 */
export const RANKING_LINES = 70
export const RESERVED_LINES = 20

/** So many at a time; the others wait in order. */
export class Lines {
  readonly #limit: number
  readonly #waiting: (() => void)[] = []
  #used = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get used(): number {
    return this.#used
  }

  /** A line, when one is free; the cancel gives it back, once. Null: nobody waits any more. */
  take(signal: AbortSignal): Promise<Cancel | null> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(null)
      if (this.#used < this.#limit) return resolve(this.#grant())
      const granted = (): void => {
        signal.removeEventListener('abort', gone)
        resolve(this.#grant())
      }
      const gone = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(granted), 1)
        resolve(null)
      }
      this.#waiting.push(granted)
      signal.addEventListener('abort', gone, { once: true })
    })
  }

  #grant(): Cancel {
    this.#used++
    let held = true
    return () => {
      if (!held) return
      held = false
      this.#used--
      this.#waiting.shift()?.()
    }
  }
}
