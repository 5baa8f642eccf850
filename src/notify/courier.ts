import type { Cancel, Clock } from '../base/clock.ts'
import { nextOf, type Batch } from './batch.ts'
import { later, type Delivery } from './delivery.ts'
import {
  attempted,
  EMPTY_OUTBOX,
  movedBack,
  offered,
  repeatIn,
  restored,
  sweptAt,
  without,
  withRepeats,
  type NotifyCommand,
  type Outbox,
  type OutboxRules,
  type Told,
} from './outbox.ts'
import type { QuietHours } from './quiet-hours.ts'

/** What keeps messages over a restart; `Spool`, as far as one channel sees it. */
export interface Keep {
  waiting(): readonly { readonly id: string; readonly told: Told }[]
  added(told: Told): string
  ended(ids: readonly string[]): void
}

export interface CourierOptions {
  readonly clock: Clock
  readonly rules: OutboxRules
  readonly quiet: QuietHours | null
  readonly keep: Keep
  /** One attempt. */
  readonly send: (parcel: Parcel) => Promise<Delivery>
  /** For the log: why an attempt failed, and what was given up. */
  readonly said: (level: 'info' | 'warning', text: string) => void
  /** Once until something arrives again: the receiver takes nothing that it is sent. */
  readonly refuses: (reason: string) => void
}

export interface Parcel {
  readonly batch: Batch
  /** The same for every attempt: receivers that look at it show it once. */
  readonly id: string
  /** What the receiver was never told of since the last that arrived. */
  readonly dropped: number
}

/** Beyond every bound within a channel: what has not ended by then has failed. */
const ATTEMPT_MS_MAX = 20_000
const RETRY_MS_MIN = 1_000
const RETRY_MS_MAX = 60_000
/** A receiver that asks for more patience than this has other troubles. */
const ASKED_MS_MAX = 3_600_000
/** What is critical waits no longer than this for what another message was told to wait. */
const CRITICAL_ASKED_MS_MAX = 60_000
/** What is critical and was refused: a person mends the channel meanwhile. */
const REFUSED_MS = 600_000
const REFUSED_MS_MAX = 24 * 3_600_000
/** When others arrive again, what was refused may as well, but not more often than this. */
const REFUSED_AGAIN_MS = 60_000
/** Then others go before it: they may fare better. */
const ATTEMPTS_IN_A_ROW = 10

/** What is critical and was refused; monotonic milliseconds. */
interface Refusal {
  readonly firstMs: number
  readonly lastMs: number
  readonly nextMs: number
}

/**
 * Carries notices to one receiver, one at a time, in its own time: whoever offers never waits, and
 * what does not arrive is kept and tried again, later each time, also by the next process.
 */
export class Courier {
  readonly #of: CourierOptions
  readonly #ids = new Map<Told, string>()
  #outbox: Outbox = EMPTY_OUTBOX
  #failures = 0
  #pausedAtMs = -Infinity
  #pausedUntilMs = -Infinity
  readonly #refused = new Map<Told, Refusal>()
  #refuses = false
  #lost = 0
  #sending = false
  #stopTimer: Cancel = () => undefined
  #idle: (() => void)[] = []
  #endsAtMs = Infinity
  #closed = false

  constructor(of: CourierOptions) {
    this.#of = of
    const kept = of.keep.waiting()
    for (const { id, told } of kept) this.#ids.set(told, id)
    const waiting = kept.map(({ told }) => told)
    this.#became(restored(EMPTY_OUTBOX, waiting, of.rules))
    if (kept.length > 0) this.#wake(0)
  }

  offer(notice: NotifyCommand): void {
    if (this.#closed) return
    const { clock, rules } = this.#of
    const moment = { rules, nowMs: clock.monotonicMs(), at: clock.now() }
    this.#became(offered(this.#outbox, notice, moment))
    this.#wake(0)
  }

  /** How many messages never arrived: given up, refused so far, or pushed out of a full queue. */
  lost(): number {
    return this.#lost
  }

  /** Until what can be sent now is sent, or this time has passed; the rest waits in the spool. */
  async close(withinMs: number): Promise<void> {
    await this.settle(withinMs)
    this.#closed = true
    this.#stopTimer()
  }

  /** As `close`, but it goes on taking messages. */
  async settle(withinMs: number): Promise<void> {
    const { clock, rules } = this.#of
    this.#endsAtMs = clock.monotonicMs() + withinMs
    this.#became(withRepeats(this.#outbox, rules))
    const done = new Promise<void>((resolve) => {
      this.#idle.push(clock.after(withinMs, resolve), resolve)
    })
    this.#wake(0)
    await done
  }

  /** Whatever comes into the queue is kept, whatever leaves it is over. */
  #became(outbox: Outbox): void {
    const { keep } = this.#of
    const now = new Set(outbox.queue)
    const gone = [...this.#ids].filter(([told]) => !now.has(told))
    for (const [told] of gone) this.#ids.delete(told)
    for (const [told] of gone) this.#refused.delete(told)
    if (gone.length > 0) keep.ended(gone.map(([, id]) => id))
    for (const told of outbox.queue) {
      if (!this.#ids.has(told)) this.#ids.set(told, keep.added(told))
    }
    this.#lost += Math.max(0, outbox.dropped - this.#outbox.dropped)
    this.#outbox = outbox
  }

  #wake(inMs: number): void {
    this.#stopTimer()
    if (!this.#closed) this.#stopTimer = this.#of.clock.after(inMs, () => this.#pump())
  }

  #pump(): void {
    if (this.#sending || this.#closed) return
    const { clock, rules, quiet } = this.#of
    const nowMs = clock.monotonicMs()
    this.#became(sweptAt(this.#outbox, rules, nowMs))
    const due = this.#dueAt(nowMs)
    const paused = this.#pauseOf(due) - nowMs
    if (paused > 0) return this.#rest(paused, nowMs)
    const next = nextOf(due, { rules, quiet, nowMs, at: clock.now() })
    if (next.kind === 'wait') return this.#rest(earlier(next.ms, this.#refusedIn(nowMs)), nowMs)
    this.#outbox = attempted(this.#outbox, nowMs)
    this.#sending = true
    const { batch } = next
    const { dropped } = this.#outbox
    const id = this.#ids.get(batch.of[0]) ?? ''
    void this.#attempt({ batch, id, dropped }).then((delivery) => {
      this.#sending = false
      this.#sent(batch, delivery, dropped)
    })
  }

  /** Never rejects and always ends: no way to people may end the process or block its channel. */
  #attempt(parcel: Parcel): Promise<Delivery> {
    const { clock, send } = this.#of
    return new Promise((resolve) => {
      const done = (delivery: Delivery): void => {
        stop()
        resolve(delivery)
      }
      const failed = (error: unknown): void => {
        done(later(`could not be sent (${kindOf(error)})`))
      }
      const stop = clock.after(ATTEMPT_MS_MAX, () => {
        done(later(`no answer within ${ATTEMPT_MS_MAX / 1_000} s`))
      })
      try {
        send(parcel).then(done, failed)
      } catch (error) {
        failed(error)
      }
    })
  }

  /** Without what was refused a moment ago; what was refused long ago comes after all else. */
  #dueAt(nowMs: number): Outbox {
    const fresh = this.#outbox.queue.filter((told) => !this.#refused.has(told))
    const again = this.#outbox.queue.filter((told) => {
      const refusal = this.#refused.get(told)
      return refusal !== undefined && refusal.nextMs <= nowMs
    })
    return { ...this.#outbox, queue: [...fresh, ...again] }
  }

  #pauseOf(due: Outbox): number {
    const isCritical = due.queue.some(({ level }) => level === 'critical')
    if (!isCritical) return this.#pausedUntilMs
    return Math.min(this.#pausedUntilMs, this.#pausedAtMs + CRITICAL_ASKED_MS_MAX)
  }

  #refusedIn(nowMs: number): number | null {
    const waits = [...this.#refused.values()].map(({ nextMs }) => nextMs - nowMs)
    const later = waits.filter((ms) => ms > 0)
    return later.length === 0 ? null : Math.min(...later)
  }

  #rest(inMs: number | null, nowMs: number): void {
    const waits = [inMs, repeatIn(this.#outbox, nowMs)].filter((each) => each !== null)
    if (waits.length > 0) this.#wake(Math.min(...waits))
    if (inMs !== null && nowMs + inMs < this.#endsAtMs) return
    for (const idle of this.#idle.splice(0)) idle()
  }

  #sent(batch: Batch, delivery: Delivery, dropped: number): void {
    switch (delivery.kind) {
      case 'delivered':
        this.#failures = 0
        this.#refuses = false
        this.#became(without(this.#outbox, batch.of))
        this.#outbox = { ...this.#outbox, dropped: this.#outbox.dropped - dropped }
        for (const [told, refusal] of this.#refused) {
          const nextMs = Math.min(refusal.nextMs, refusal.lastMs + REFUSED_AGAIN_MS)
          this.#refused.set(told, { ...refusal, nextMs })
        }
        return this.#pump()
      case 'refused':
        this.#turnedAway(batch, delivery)
        return this.#wake(RETRY_MS_MIN)
      default:
        return this.#failed(batch, delivery)
    }
  }

  /** No repetition soon changes it: what is critical waits for a person, all else is given up. */
  #turnedAway(batch: Batch, delivery: Extract<Delivery, { kind: 'refused' }>): void {
    const reason = `${delivery.reason}; ${delivery.remedy}`
    const nowMs = this.#of.clock.monotonicMs()
    const [told] = batch.of
    const known = this.#refused.get(told)
    const firstMs = known?.firstMs ?? nowMs
    // That another channel refuses is worth one attempt: all of them may refuse.
    const isKept = batch.level === 'critical' && batch.alert !== 'channel-refuses'
    if (isKept && nowMs - firstMs < REFUSED_MS_MAX) {
      if (known === undefined) {
        this.#lost++
        this.#of.said('warning', `refused, kept and tried again: "${lineOf(batch)}": ${reason}`)
      }
      this.#refused.set(told, { firstMs, lastMs: nowMs, nextMs: nowMs + REFUSED_MS })
    } else {
      this.#of.said('warning', `given up: "${lineOf(batch)}": ${reason}`)
      if (known === undefined) this.#lost += batch.of.length
      this.#became(without(this.#outbox, batch.of))
      this.#outbox = { ...this.#outbox, dropped: this.#outbox.dropped + batch.of.length }
    }
    if (this.#refuses) return
    this.#refuses = true
    this.#of.refuses(reason)
  }

  #failed(batch: Batch, { reason, afterMs }: Extract<Delivery, { kind: 'later' }>): void {
    const times = ++this.#failures
    // A receiver that is away for a night must not fill the log.
    if (Number.isInteger(Math.log2(times))) {
      this.#of.said('info', `attempt ${times} failed: ${reason}; it is tried again`)
    }
    if (times % ATTEMPTS_IN_A_ROW === 0) this.#became(movedBack(this.#outbox, batch.of))
    const own = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(times - 1, 10))
    const waitMs = Math.max(own, Math.min(afterMs ?? 0, ASKED_MS_MAX))
    const nowMs = this.#of.clock.monotonicMs()
    this.#pausedAtMs = nowMs
    this.#pausedUntilMs = nowMs + waitMs
    this.#rest(this.#pauseOf(this.#dueAt(nowMs)) - nowMs, nowMs)
  }
}

function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other
  return Math.min(one, other)
}

/** Its code or its class: the words of an error may repeat a secret. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

function lineOf({ message }: Batch): string {
  return message.split('\n')[0] ?? ''
}
