import type { Result } from '../../base/result.ts'
import { fail } from '../../base/result.ts'
import type { Fault } from '../../engine/ports.ts'
import { ABORTED } from '../session/ask.ts'

interface Shared<T> {
  readonly answer: Promise<Result<T, Fault>>
  readonly controller: AbortController
  waiters: number
}

/** Questions that are the same while one of them is under way: one request, and a shared answer. */
export class Coalesced<T> {
  readonly #shared = new Map<string, Shared<T>>()

  /** When the last who waits gives up, the request is given up too. */
  ask(
    key: string,
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<Result<T, Fault>>,
  ): Promise<Result<T, Fault>> {
    if (signal.aborted) return Promise.resolve(fail(ABORTED))
    const shared = this.#shared.get(key) ?? this.#start(key, start)
    shared.waiters++
    return new Promise((resolve) => {
      const gone = (): void => {
        if (--shared.waiters === 0) {
          this.#forget(key, shared)
          shared.controller.abort()
        }
        resolve(fail(ABORTED))
      }
      signal.addEventListener('abort', gone, { once: true })
      void shared.answer.then((answer) => {
        signal.removeEventListener('abort', gone)
        resolve(answer)
      })
    })
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<Result<T, Fault>>): Shared<T> {
    const controller = new AbortController()
    const shared: Shared<T> = { answer: start(controller.signal), controller, waiters: 0 }
    this.#shared.set(key, shared)
    void shared.answer.then(() => this.#forget(key, shared))
    return shared
  }

  #forget(key: string, shared: Shared<T>): void {
    if (this.#shared.get(key) === shared) this.#shared.delete(key)
  }
}
