import type { Worker } from 'node:worker_threads'
import type { Clock, EpochMs } from '../base/clock.ts'
import type { ReportPeriod } from '../dashboard/cockpit.ts'
import { refusal } from '../dashboard/refusal.ts'
import type { ReportAsked } from './period-report.ts'
import { ownThread } from './own-thread.ts'

/** A report is asked for again each half minute by every page; it is as new as that. */
const KEPT_MS = 30_000
/** A year of some symbols; what is larger is for the command `report`, which has a process. */
const HEAP_MB = 512

interface Kept {
  readonly seq: number
  readonly text: Promise<string>
  /** Of the monotonic clock; null: it is still being made. */
  atMs: number | null
}

/**
 * Reports read the whole journal, which takes seconds: each is made in a thread that lives for it
 * alone, one at a time, so that the thread that hears a kill never waits for one.
 */
export class Reports {
  readonly #journal: string
  readonly #clock: Clock
  readonly #kept = new Map<string, Kept>()
  #last: Promise<unknown> = Promise.resolve()
  #worker: Worker | null = null
  #closed = false

  constructor(of: { readonly journal: string; readonly clock: Clock }) {
    this.#journal = of.journal
    this.#clock = of.clock
  }

  /** As of `seq`, or of at most half a minute ago. */
  report(
    period: ReportPeriod,
    as: 'html' | 'json',
    of: { readonly seq: number; readonly now: EpochMs },
  ): Promise<string> {
    const key = `${period} ${as}`
    const before = this.#kept.get(key)
    if (before !== undefined && this.#isFresh(before, of.seq)) return before.text
    const text = this.#last.then(() => this.#made({ journal: this.#journal, period, as, ...of }))
    const kept: Kept = { seq: of.seq, text, atMs: null }
    this.#kept.set(key, kept)
    const done = (): void => void (kept.atMs = this.#clock.monotonicMs())
    this.#last = text.then(done, done)
    return text
  }

  close(): void {
    this.#closed = true
    void this.#worker?.terminate()
  }

  #isFresh({ seq, atMs }: Kept, now: number): boolean {
    return atMs === null || seq === now || this.#clock.monotonicMs() - atMs < KEPT_MS
  }

  #made(asked: ReportAsked): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(failure('the dashboard has ended'))
      const worker = ownThread('report-thread', asked, HEAP_MB)
      this.#worker = worker
      worker.once('message', (text: string) => resolve(text))
      worker.once('error', (error: unknown) => {
        reject(failure(error instanceof Error ? error.message : String(error)))
      })
      // After a message this is of no effect.
      worker.once('exit', () => {
        this.#worker = null
        reject(failure('its thread ended'))
      })
    })
  }
}

function failure(why: string): Error {
  return refusal(503, `no report: ${why}`, 'the command report makes it, in a process of its own')
}
