import type { FastifyRateLimitStore, FastifyRateLimitStoreCtor } from '@fastify/rate-limit'
import type { Clock } from '../base/clock.ts'

/** Sessions and addresses are few; past this the oldest count is forgotten. */
const COUNTED_MAX = 2_000

/** Counts requests by our clock, each key in windows of its own. */
export function storeOn(clock: Clock): FastifyRateLimitStoreCtor {
  return class Store implements FastifyRateLimitStore {
    readonly #counts = new Map<string, { count: number; readonly since: number }>()

    // The shape of the plug-in's interface.
    // oxlint-disable-next-line max-params
    incr(
      key: string,
      done: (error: Error | null, result?: { current: number; ttl: number }) => void,
      windowMs: number,
    ): void {
      const now = clock.monotonicMs()
      const known = this.#counts.get(key)
      const isOver = known === undefined || now - known.since >= windowMs
      const counted = isOver ? { count: 0, since: now } : known
      counted.count++
      if (isOver) this.#keep(key, counted)
      done(null, { current: counted.count, ttl: windowMs - (now - counted.since) })
    }

    child(): FastifyRateLimitStore {
      return new Store()
    }

    #keep(key: string, counted: { count: number; readonly since: number }): void {
      this.#counts.delete(key)
      const [oldest] = this.#counts.keys()
      if (this.#counts.size >= COUNTED_MAX && oldest !== undefined) this.#counts.delete(oldest)
      this.#counts.set(key, counted)
    }
  }
}
