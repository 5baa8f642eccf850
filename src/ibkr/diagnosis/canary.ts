import type { Cancel } from '../../base/clock.ts'
import { ok } from '../../base/result.ts'
import type { Fault } from '../../engine/ports.ts'
import { Connection } from '../session/connection.ts'
import type { ConnectionOptions } from '../session/connection-listener.ts'
import type { LinkOptions } from '../session/link.ts'
import { askProbe } from './probe-question.ts'
import type { ProbeBudgets } from './probe-question.ts'
import type { Question } from '../session/question.ts'
import type { RequestRecord } from './request-log.ts'

/** `answered` null: what was to be asked was not. */
export type CanaryAnswer = { readonly answered: boolean | null; readonly ms: number }

export type CanaryOptions = { readonly budgets: ProbeBudgets } & Omit<
  ConnectionOptions<Connection>,
  'transport' | 'startedAt' | 'epoch' | 'listener'
> &
  Pick<LinkOptions, 'connect'>

/** From the connect to the answer. Ours have been silent for a while; who is well needs no more. */
const PATIENCE_MS = 10_000
const CLOCKS: Question<void> = {
  kind: 'currentTime',
  lane: 1,
  request: () => ({ kind: 'reqCurrentTime' }),
  answer: (response) => (response.kind === 'currentTime' ? ok(undefined) : null),
}

/**
 * A third connection, with an id of its own and an encoder that refuses orders. It lives for one
 * question, which is what our own session got no answer to: is it us, or the Gateway?
 */
export class Canary {
  readonly #options: CanaryOptions
  #epoch = 0
  #connection: Connection | null = null
  #closed = false
  #isAsking = false
  /** Who asks meanwhile has its turn: one client, one connection. */
  readonly #waiting: (() => void)[] = []

  constructor(options: CanaryOptions) {
    this.#options = options
  }

  get isOpen(): boolean {
    return this.#connection !== null
  }

  /** `of`: the request that was not answered; null: whether anything is answered. */
  async ask(of: RequestRecord | null, done: (answer: CanaryAnswer) => void): Promise<void> {
    if (this.#isAsking) return void this.#waiting.push(() => void this.ask(of, done))
    this.#isAsking = true
    const { clock, connect, budgets } = this.#options
    const startedAt = clock.monotonicMs()
    let told = false
    const tell = (answered: boolean | null): void => {
      if (told) return
      told = true
      stop()
      this.#connection?.end(DONE)
      this.#connection = null
      this.#isAsking = false
      if (!this.#closed) done({ answered, ms: clock.monotonicMs() - startedAt })
      if (!this.#closed) this.#waiting.shift()?.()
    }
    const stop: Cancel = clock.after(PATIENCE_MS, () => tell(false))
    const dialled = await connect()
    if (!dialled.ok) return tell(false)
    if (told || this.#closed) return dialled.value.close()
    this.#connection = new Connection({
      ...this.#options,
      transport: dialled.value,
      startedAt,
      epoch: ++this.#epoch,
      listener: {
        up: (connection) => {
          const { requests } = connection
          if (of === null) requests.share(CLOCKS, (result) => tell(result.ok))
          else if (!askProbe({ ...budgets, requests }, { of, minutes: 3, done: tell })) tell(null)
          return null
        },
        said: nothing,
        orderError: nothing,
        noticed: nothing,
        heartbeatLate: nothing,
        skewed: nothing,
        drifted: nothing,
        ended: () => tell(false),
      },
    })
    this.#connection.start()
  }

  close(): void {
    this.#closed = true
    this.#connection?.end(DONE)
    this.#connection = null
  }
}

function nothing(): void {
  // A canary listens to its answer alone.
}

const DONE: Fault = {
  code: 'not-connected',
  retry: 'never',
  detail: 'the canary was answered, or gave up',
  vendorCode: null,
}
