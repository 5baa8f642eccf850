import { createHash, randomBytes } from 'node:crypto'
import type { Clock, EpochMs } from '../base/clock.ts'

/** 256 bits, for a header, a cookie or the part of an address behind `#`. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What is kept of a secret: a look-up by it takes the same time whatever was guessed. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

export interface OneTimeRules {
  readonly lifeMs: number
  /** The oldest makes room. */
  readonly max: number
}

/** Secrets that are good once and not for long: links, tickets of the stream, confirmations. */
export class OneTime<T> {
  readonly #clock: Clock
  readonly #rules: OneTimeRules
  readonly #open = new Map<string, { readonly value: T; readonly until: number }>()

  constructor(clock: Clock, rules: OneTimeRules) {
    this.#clock = clock
    this.#rules = rules
  }

  issue(value: T): { readonly secret: string; readonly expiresAt: EpochMs } {
    const { lifeMs, max } = this.#rules
    for (const [oldest] of this.#open) {
      if (this.#open.size < max) break
      this.#open.delete(oldest)
    }
    const secret = newSecret()
    this.#open.set(digest(secret), { value, until: this.#clock.monotonicMs() + lifeMs })
    return { secret, expiresAt: (this.#clock.now() + lifeMs) as EpochMs }
  }

  /** Null: it never was, is over, or was used. */
  take(secret: string): T | null {
    const key = digest(secret)
    const found = this.#open.get(key)
    this.#open.delete(key)
    if (found === undefined || found.until <= this.#clock.monotonicMs()) return null
    return found.value
  }
}
