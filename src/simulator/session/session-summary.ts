import type { RequestOf } from '../../wire/requests.ts'
import { summaryValues } from './session-account-values.ts'
import type { Answers, Client, Subject } from './session-client.ts'

/** protocol.md, section 12.14. */
const REFRESH_MS = 180_000

/** Account summaries of one client: two at a time (P11), refreshed every three minutes. */
export class Summaries implements Subject {
  readonly #client: Client
  readonly #open = new Map<number, () => void>()

  constructor(client: Client) {
    this.#client = client
  }

  readonly answers: Answers = {
    reqAccountSummary: (request) => this.#start(request),
    cancelAccountSummary: ({ reqId }) => {
      this.#open.get(reqId)?.()
      this.#open.delete(reqId)
    },
  }

  #start(request: RequestOf<'reqAccountSummary'>): void {
    const { reqId } = request
    if (this.#open.has(reqId)) {
      const cause = 'Duplicate request id'
      return this.#client.error(reqId, 322, `Error processing request.-'bO' : cause - ${cause}`)
    }
    if (this.#open.size >= this.#client.house.login.limits.summaries) {
      const cause = 'Maximum number of account summary requests exceeded'
      return this.#client.violation(reqId, 322, `Error processing request.-'bO' : cause - ${cause}`)
    }
    const said = new Map<string, string>()
    this.#tell(request, said)
    this.#client.send({ kind: 'accountSummaryEnd', reqId })
  }

  #tell(request: RequestOf<'reqAccountSummary'>, said: Map<string, string>): void {
    const { reqId, tags } = request
    const { core } = this.#client.house
    for (const { key, value, currency } of summaryValues(core.account(), tags)) {
      const name = `${key} ${currency}`
      if (said.get(name) === value) continue
      said.set(name, value)
      const row = { reqId, account: core.accountId, tag: key, value, currency }
      this.#client.send({ kind: 'accountSummary', ...row })
    }
    this.#open.set(
      reqId,
      this.#client.after(REFRESH_MS, () => this.#tell(request, said)),
    )
  }
}
