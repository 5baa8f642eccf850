import type { Clock } from '../../base/clock.ts'
import type { Request } from '../../wire/requests.ts'
import type { Response, ResponseOf } from '../../wire/responses.ts'
import { isRefusalOnMerits } from '../session/error-codes.ts'

interface Asked {
  readonly orderId: number
  readonly what: 'order' | 'cancel'
  readonly at: number
  /** When it was asked last: who still asks has not learned it by other means. */
  readonly askedAt: number
}

/** What a cancel waits for; everything else an order may say means that it still lives. */
const CANCEL_ENDS = new Set(['PendingCancel', 'ApiCancelled', 'Cancelled', 'Filled', 'Inactive'])
/** By then the broker's picture has told what became of it, or order queries are silent as well. */
const SETTLED_MS = 120_000
/** Unanswered frames that are kept; a connection that has more has one trouble, not many. */
const KEPT = 200

/** Order frames of one connection that had no answer yet, by what each is answered with. */
export class OrderWatch {
  readonly #clock: Clock
  readonly #asked = new Map<string, Asked>()
  /**
   * When the Gateway last took an order that was sent to it, or refused it on its merits: either
   * proves that it lets orders of the API through. Monotonic.
   */
  acceptedAt: number | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  sent(request: Request): void {
    const what = request.kind === 'placeOrder' ? 'order' : 'cancel'
    if (request.kind !== 'placeOrder' && request.kind !== 'cancelOrder') return
    this.#drop()
    const key = `${what} ${request.orderId}`
    const known = this.#asked.get(key)
    if (known === undefined && this.#asked.size >= KEPT) return
    const askedAt = this.#clock.monotonicMs()
    // Asked again, it waits since it was asked first.
    this.#asked.set(key, { orderId: request.orderId, what, at: known?.at ?? askedAt, askedAt })
  }

  heard(response: Response): void {
    if (response.kind === 'openOrder') this.#stated(response.orderId, response.orderState.status)
    if (response.kind === 'orderStatus') this.#stated(response.orderId, response.status)
    if (response.kind === 'execDetails') this.#asked.delete(`order ${response.orderId}`)
    if (response.kind === 'error') this.#refused(response)
  }

  #refused({ id, code, text }: ResponseOf<'error'>): void {
    if (this.#asked.has(`order ${id}`) && isRefusalOnMerits(code, text)) {
      this.acceptedAt = this.#clock.monotonicMs()
    }
    this.forget(id)
  }

  /** An error is an answer; what it means for the order is another question. */
  forget(orderId: number): void {
    this.#asked.delete(`order ${orderId}`)
    this.#asked.delete(`cancel ${orderId}`)
  }

  /** Its connection is over: nothing will be said under it any more. */
  forgetAll(): void {
    this.#asked.clear()
  }

  /** Those that have waited so long, the oldest first. */
  silentFor(ms: number): readonly string[] {
    this.#drop()
    const now = this.#clock.monotonicMs()
    return [...this.#asked.values()]
      .filter(({ at }) => now - at >= ms)
      .map(({ what, orderId, at }) => `${what} ${orderId} unanswered for ${text(now - at)}`)
  }

  #drop(): void {
    const now = this.#clock.monotonicMs()
    for (const [key, { askedAt }] of this.#asked) {
      if (now - askedAt >= SETTLED_MS) this.#asked.delete(key)
    }
  }

  #stated(orderId: number, status: string): void {
    // Of one that rests already it says nothing about what is sent now.
    if (this.#asked.delete(`order ${orderId}`)) this.acceptedAt = this.#clock.monotonicMs()
    if (CANCEL_ENDS.has(status)) this.#asked.delete(`cancel ${orderId}`)
  }
}

function text(ms: number): string {
  return `${Math.round(ms / 1_000)} s`
}
