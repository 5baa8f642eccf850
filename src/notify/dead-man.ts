import type { Clock, EpochMs } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import type { Mode } from '../domain/account.ts'
import type { CycleOutcome } from '../trading/input.ts'

export interface DeadManOptions {
  readonly clock: Clock
  readonly everyMs: number
  readonly send: () => Promise<Result<void, string>>
  readonly failed: (reason: string) => void
}

/** What must be true of the whole way when a cycle ends. */
export interface WayProven {
  readonly mode: Mode
  readonly link: 'down' | 'reconciling' | 'up'
  /** Incidents that are not over. */
  readonly incidents: number
  /** When the broker's picture of orders was answered last; null: never in this run. */
  readonly pictureAt: EpochMs | null
  readonly now: EpochMs
}

/** A picture is asked for every five minutes at the latest, and may take one. */
const PICTURE_MS_MAX = 360_000

/**
 * Why this cycle proves nothing of data and orders; null: it does. A cycle that decided has read
 * fresh bars. In a dry run there is no order path: there the data path alone is proven.
 */
export function whyUnproven({ kind }: Pick<CycleOutcome, 'kind'>, of: WayProven): string | null {
  const { mode, link, incidents, pictureAt, now } = of
  if (kind === 'skipped') return 'the cycle was skipped'
  if (incidents > 0) return 'an incident is open'
  if (link !== 'up') return `the link is ${link}`
  if (mode === 'dry-run') return null
  if (pictureAt === null) return 'no picture of orders was answered yet'
  return now - pictureAt <= PICTURE_MS_MAX ? null : 'the last picture of orders is old'
}

/**
 * The dead-man signal: its absence is the alarm. It goes out only after a cycle that proved data
 * and order path, so that a bot that runs and could not trade is missed. One that fails is not
 * repeated: the next cycle sends the next.
 */
export class DeadMan {
  readonly #of: DeadManOptions
  #lastMs: number | null = null
  #sending = false

  constructor(of: DeadManOptions) {
    this.#of = of
  }

  cycleEnded(outcome: Pick<CycleOutcome, 'kind'>, way: WayProven): void {
    const { clock, everyMs, send, failed } = this.#of
    if (this.#sending || whyUnproven(outcome, way) !== null) return
    const nowMs = clock.monotonicMs()
    if (this.#lastMs !== null && nowMs - this.#lastMs < everyMs) return
    this.#lastMs = nowMs
    this.#sending = true
    const ended = (reason: string | null): void => {
      this.#sending = false
      if (reason !== null) failed(reason)
    }
    // Whatever comes of it, it ends no process: no rejection is left over.
    const sent = async (): Promise<Result<void, string>> => send()
    void sent().then(
      (result) => ended(result.ok ? null : result.error),
      () => ended('could not be sent'),
    )
  }
}
