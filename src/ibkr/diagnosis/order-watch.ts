import type { Clock } from '../../base/clock.ts'
import type { Request } from '../../wire/requests.ts'
import type { Response, ResponseOf } from '../../wire/responses.ts'
import { isRefusalOnMerits } from '../session/error-codes.ts'

interface Asked {
  readonly orderId: number
  readonly what: 'order' | 'cancel' | 'what-if'
  readonly at: number
  /** When it was asked last: who still asks has not learned it by other means. */
  readonly askedAt: number
  readonly times: number
}

/** So long without an answer is silence. */
export const ORDER_MS = 30_000
/** What a cancel waits for; everything else an order may say means that it still lives. */
const CANCEL_ENDS = new Set(['PendingCancel', 'ApiCancelled', 'Cancelled', 'Filled', 'Inactive'])
/** By then the broker's picture has told what became of it, or order queries are silent as well. */
const SETTLED_MS = 120_000
/** From so many cancels of one order on the next comes up to 300 s later (cancel-pace.ts). */
const PACED_FROM = 3
const PACED_MS = 330_000
/** A question ends without an answer after this long (what-if.ts). */
const QUESTION_MS = 8_000
/** Unanswered frames that are kept; a connection that has more has one trouble, not many. */
const KEPT = 200

/** Order frames of one connection that had no answer yet, by what each is answered with. */
export class OrderWatch {
  readonly #clock: Clock
  readonly #asked = new Map<string, Asked>()
  /** Cancels that were silent when their connection ended, by order id: that is no answer. */
  readonly #owed = new Map<number, Asked>()
  #proofs: string[] = []
  /** Of the first what-if in a row without an answer to any; monotonic. */
  #questionsSilentSince: number | null = null
  /**
   * When the Gateway last took an order that was sent to it, or refused it on its merits: either
   * proves that it lets orders of the API through. Monotonic.
   */
  acceptedAt: number | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  sent(request: Request): void {
    if (request.kind !== 'placeOrder' && request.kind !== 'cancelOrder') return
    const { kind, orderId } = request
    const what = kind === 'cancelOrder' ? 'cancel' : request.order.whatIf ? 'what-if' : 'order'
    this.#drop()
    const key = `${what} ${orderId}`
    const known = this.#asked.get(key)
    if (known === undefined && this.#asked.size >= KEPT) return
    const askedAt = this.#clock.monotonicMs()
    if (what === 'what-if') this.#questionsSilentSince ??= askedAt
    const times = (known?.times ?? 0) + 1
    // Asked again, it waits since it was asked first.
    this.#asked.set(key, { orderId, what, at: known?.at ?? askedAt, askedAt, times })
    const owed = what === 'cancel' ? this.#owed.get(orderId) : undefined
    if (owed !== undefined) this.#owed.set(orderId, { ...owed, askedAt, times: owed.times + 1 })
  }

  heard(response: Response): void {
    if (response.kind === 'openOrder') {
      this.#told(response.orderId)
      this.#stated(response.orderId, response.orderState.status)
    }
    if (response.kind === 'orderStatus') this.#stated(response.orderId, response.status)
    if (response.kind === 'execDetails') this.#asked.delete(`order ${response.orderId}`)
    if (response.kind === 'error') this.#refused(response)
  }

  #refused({ id, code, text }: ResponseOf<'error'>): void {
    const isOrder = this.#asked.has(`order ${id}`) || this.#asked.has(`what-if ${id}`)
    if (isOrder && isRefusalOnMerits(code, text)) {
      this.acceptedAt = this.#clock.monotonicMs()
    }
    this.#forget(id, String(code))
  }

  /** An error is an answer; what it means for the order is another question. */
  #forget(orderId: number, answer: string): void {
    this.#asked.delete(`order ${orderId}`)
    this.#cancelled(orderId, answer)
    if (this.#asked.delete(`what-if ${orderId}`)) this.#questionsSilentSince = null
  }

  /** A question was answered: so is the next one, whatever became of those before. */
  #told(orderId: number): void {
    if (!this.#asked.delete(`what-if ${orderId}`)) return
    this.acceptedAt = this.#clock.monotonicMs()
    this.#questionsSilentSince = null
  }

  #cancelled(orderId: number, answer: string): void {
    const asked = this.#owed.get(orderId) ?? this.#asked.get(`cancel ${orderId}`)
    this.#owed.delete(orderId)
    this.#asked.delete(`cancel ${orderId}`)
    const waitedMs = asked === undefined ? 0 : this.#clock.monotonicMs() - asked.at
    if (waitedMs >= ORDER_MS)
      this.#prove(`cancel ${orderId} answered after ${text(waitedMs)}: ${answer}`)
  }

  #prove(what: string): void {
    if (this.#proofs.length < KEPT) this.#proofs.push(what)
  }

  /** What ended since this was asked last, of cancels that had been silent. */
  takeProofs(): readonly string[] {
    return this.#proofs.splice(0)
  }

  /** A cancel that has been silent is not answered yet, and somebody may still ask for it. */
  owesCancels(): boolean {
    this.#drop()
    return this.#owed.size > 0 || this.#silentCancels().length > 0
  }

  #silentCancels(): readonly Asked[] {
    const now = this.#clock.monotonicMs()
    return [...this.#asked.values()].filter(
      ({ what, at }) => what === 'cancel' && now - at >= ORDER_MS,
    )
  }

  /** Its connection is over: nothing will be said under it any more. */
  forgetAll(): void {
    for (const each of this.#silentCancels()) {
      const { orderId } = each
      this.#owed.set(orderId, this.#owed.get(orderId) ?? each)
    }
    this.#asked.clear()
    this.#questionsSilentSince = null
  }

  /** Those that have waited so long, the oldest first. */
  silentFor(ms: number): readonly string[] {
    this.#drop()
    const now = this.#clock.monotonicMs()
    const since = this.#questionsSilentSince
    const questions =
      since === null || now - since < ms ? [] : [`no what-if answered for ${text(now - since)}`]
    const frames = [...this.#asked.values()]
      .filter(({ what, at }) => what !== 'what-if' && now - at >= ms)
      .map(({ what, orderId, at }) => {
        const since = what === 'cancel' ? (this.#owed.get(orderId)?.at ?? at) : at
        return `${what} ${orderId} unanswered for ${text(now - since)}`
      })
    return [...frames, ...questions]
  }

  /** The last question was not answered: whether one is by now has to be asked. */
  isQuestionSilent(): boolean {
    this.#drop()
    const since = this.#questionsSilentSince
    return since !== null && this.#clock.monotonicMs() - since >= QUESTION_MS
  }

  #drop(): void {
    const now = this.#clock.monotonicMs()
    for (const [key, each] of this.#asked) {
      if (now - each.askedAt < settledMs(each)) continue
      this.#asked.delete(key)
      if (each.what === 'cancel') this.#prove(`cancel ${each.orderId} not asked for any more`)
    }
    for (const [orderId, each] of this.#owed) {
      if (now - each.askedAt < settledMs(each)) continue
      this.#owed.delete(orderId)
      this.#prove(`cancel ${orderId} not asked for any more`)
    }
    // Nobody asks any more: what is not asked is not silent.
    const asks = [...this.#asked.values()].some(({ what }) => what === 'what-if')
    if (!asks) this.#questionsSilentSince = null
  }

  #stated(orderId: number, status: string): void {
    // Of one that rests already it says nothing about what is sent now.
    if (this.#asked.delete(`order ${orderId}`)) this.acceptedAt = this.#clock.monotonicMs()
    if (CANCEL_ENDS.has(status)) this.#cancelled(orderId, status)
  }
}

/** Until then who still waits for a cancel asks once more. */
function settledMs({ what, times }: Asked): number {
  return what === 'cancel' && times >= PACED_FROM ? PACED_MS : SETTLED_MS
}

function text(ms: number): string {
  return `${Math.round(ms / 1_000)} s`
}
