import type { Cancel } from '../../base/clock.ts'
import { amountOf } from '../../domain/money.ts'
import type { Response } from '../../wire/responses.ts'
import { portfolioValueOf } from './session-account.ts'
import type { Answers, Client, Subject } from './session-client.ts'

/** "About once per second" (protocol.md, section 12.14). */
const EVERY_MS = 1_000

/** Profit and loss of one client's subscriptions: at once, then every second while it changes. */
export class ProfitAndLoss implements Subject {
  readonly #client: Client
  readonly #open = new Map<number, Cancel>()

  constructor(client: Client) {
    this.#client = client
  }

  readonly answers: Answers = {
    reqPnL: ({ reqId, account }) => this.#subscribe(reqId, account, () => this.#total(reqId)),
    cancelPnL: ({ reqId }) => this.#cancel(reqId),
    reqPnLSingle: ({ reqId, account, conId }) =>
      this.#subscribe(reqId, account, () => this.#single(reqId, conId)),
    cancelPnLSingle: ({ reqId }) => this.#cancel(reqId),
  }

  #subscribe(reqId: number, account: string, figures: () => Response | null): void {
    if (this.#open.has(reqId)) {
      return this.#client.error(reqId, 322, "Error processing request.-'dM' : Duplicate request id")
    }
    if (account !== this.#client.house.core.accountId) {
      const cause = 'Invalid account code'
      return this.#client.error(reqId, 321, `Error validating request.-'dM' : cause - ${cause}`)
    }
    this.#tell(reqId, figures, '')
  }

  #tell(reqId: number, figures: () => Response | null, said: string): void {
    const response = figures()
    const text = JSON.stringify(response)
    if (response !== null && text !== said) this.#client.send(response)
    this.#open.set(
      reqId,
      this.#client.after(EVERY_MS, () => this.#tell(reqId, figures, text)),
    )
  }

  #total(reqId: number): Response {
    const { dailyPnl, unrealizedPnl, realizedPnl } = this.#client.house.core.account()
    return {
      kind: 'pnl',
      reqId,
      dailyPnl: amountOf(dailyPnl),
      unrealizedPnl: amountOf(unrealizedPnl),
      realizedPnl: amountOf(realizedPnl),
    }
  }

  /** Null while nothing is held. The day's profit of a position: what it made since it opened. */
  #single(reqId: number, conId: number): Response | null {
    const { house } = this.#client
    const held = house.core.positions().find((position) => position.contract.conId === conId)
    if (held === undefined) return null
    const { position, unrealizedPnl, realizedPnl, marketValue } = portfolioValueOf(held, house)
    const dailyPnl = unrealizedPnl + realizedPnl
    const figures = { position, dailyPnl, unrealizedPnl, realizedPnl, value: marketValue }
    return { kind: 'pnlSingle', reqId, ...figures }
  }

  #cancel(reqId: number): void {
    this.#open.get(reqId)?.()
    this.#open.delete(reqId)
  }
}
