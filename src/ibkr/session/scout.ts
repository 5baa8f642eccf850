import type { Cancel, Clock } from '../../base/clock.ts'
import type { Link } from './link.ts'
import { BACKOFF_TO_MS, turnOf } from './reconnect.ts'

export interface ScoutOptions {
  readonly clock: Clock
  readonly links: () => readonly Pick<Link, 'dueAt' | 'waitMs' | 'retryNow'>[]
  /** Whether anything is answered, on a connection of its own. */
  readonly ask: (done: (answered: boolean) => void) => void
}

/** From this wait on two links alone would leave the Gateway unasked for too long. */
const WAIT_MS_MIN = 30_000

/**
 * While every link waits for half a minute or more after handshakes that failed, a third client
 * takes its turn between theirs, no more often than they: whoever is answered first wakes the
 * others, so that nobody waits for more than a third of the longest wait. It wakes them once; if
 * they fail all the same, what is wrong is theirs, and they wait as they would without it.
 */
export class Scout {
  readonly #of: ScoutOptions
  #stop: Cancel = () => undefined
  #dueAt: number | null = null
  #isAsking = false
  #hasWoken = false

  constructor(of: ScoutOptions) {
    this.#of = of
  }

  /** When it tries, monotonic; null: it does not. */
  get dueAt(): number | null {
    return this.#dueAt
  }

  /** An attempt of a link has failed; what is held by another client says nothing of a third. */
  failed(cause: string): void {
    if (cause === 'client-id-in-use') return this.close()
    if (this.#dueAt !== null || this.#isAsking || this.#hasWoken || !this.#isWanted()) return
    const now = this.#of.clock.monotonicMs()
    this.#goAt(Math.min(...this.#dues(), now + WAIT_MS_MIN) / 2 + now / 2)
  }

  up(): void {
    this.#hasWoken = false
    this.close()
  }

  close(): void {
    this.#stop()
    this.#dueAt = null
  }

  #isWanted(): boolean {
    return this.#of.links().every(({ waitMs }) => waitMs >= WAIT_MS_MIN)
  }

  #dues(): readonly number[] {
    return this.#of.links().flatMap(({ dueAt }) => dueAt ?? [])
  }

  #goAt(at: number): void {
    const { clock } = this.#of
    const now = clock.monotonicMs()
    this.#dueAt = Math.max(now, at)
    this.#stop = clock.after(this.#dueAt - now, () => this.#go())
  }

  #go(): void {
    const { clock, links, ask } = this.#of
    this.#dueAt = null
    if (!this.#isWanted()) return
    const askedAt = clock.monotonicMs()
    this.#isAsking = true
    ask((answered) => {
      this.#isAsking = false
      if (!this.#isWanted()) return
      const next = askedAt + BACKOFF_TO_MS
      if (!answered) return this.#goAt(turnOf(this.#dues(), next, BACKOFF_TO_MS))
      this.#hasWoken = true
      for (const link of links()) link.retryNow()
    })
  }
}
