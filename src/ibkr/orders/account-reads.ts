import type { Clock } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import { ok } from '../../base/result.ts'
import type { Account } from '../../domain/account.ts'
import { withDeadline } from '../../engine/deadline.ts'
import type { Fault } from '../../engine/ports.ts'
import type { Lane } from '../pacing/pacing.ts'
import { ask } from '../session/ask.ts'
import type { Connection } from '../session/connection.ts'
import { accountFrom, accountSummary, dailyPnl } from './account-values.ts'

/**
 * So long a picture waits for them, and so long its exits do: a little more than the day's profit
 * may take (3 s).
 */
const WAIT_MS_MAX = 3_500
/** A part of the picture, which exits on a new connection wait for, and no value to be shown. */
const RECONCILE: Lane = 2

interface Reading {
  readonly connection: Connection
  readonly answer: Promise<Result<Account, Fault>>
}

/** The account values. A reading that outlasts its picture goes on, for the next one. */
export class AccountReads {
  readonly #clock: Clock
  readonly #account: string
  #reading: Reading | null = null
  /** Came when nobody waited any more. */
  #late: { readonly connection: Connection; readonly account: Account } | null = null

  constructor(clock: Clock, account: string) {
    this.#clock = clock
    this.#account = account
  }

  async read(connection: Connection): Promise<Result<Account, Fault>> {
    const deadline = { clock: this.#clock, ms: WAIT_MS_MAX, of: 'the account values' }
    const { answer } = this.#begun(connection)
    const now = await withDeadline(deadline, () => answer)
    const late = this.#late?.connection === connection ? this.#late.account : null
    this.#late = null
    return now.ok || late === null ? now : ok(late)
  }

  /** One at a time: the Gateway allows two summaries, and takes them one by one (L17). */
  #begun(connection: Connection): Reading {
    if (this.#reading?.connection === connection) return this.#reading
    const reading = { connection, answer: this.#ask(connection) }
    this.#reading = reading
    void reading.answer.then((result) => {
      if (this.#reading === reading) this.#reading = null
      if (result.ok) this.#late = { connection, account: result.value }
    })
    return reading
  }

  async #ask({ requests }: Connection): Promise<Result<Account, Fault>> {
    const [summary, pnl] = await Promise.all([
      ask(requests, { ...accountSummary(this.#account), lane: RECONCILE }),
      ask(requests, { ...dailyPnl(this.#account), lane: RECONCILE }),
    ])
    if (!summary.ok) return summary
    const at = this.#clock.now()
    return accountFrom(summary.value, {
      id: this.#account,
      at,
      dailyPnl: pnl.ok ? pnl.value : null,
    })
  }
}
