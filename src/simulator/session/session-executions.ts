import type { EpochMs } from '../../base/clock.ts'
import { newYorkDate } from '../../domain/calendar.ts'
import type { Side } from '../../domain/contract.ts'
import { addDays, parseDate } from '../../domain/date.ts'
import type { RequestOf } from '../../wire/requests.ts'
import type { Answers, Client, Subject } from './session-client.ts'
import { parseEnd } from './session-history-window.ts'
import { commissionReportOf, execDetailsOf, namedContract } from './session-order-frames.ts'
import type { SimExecution } from '../broker/state.ts'

type Filter = RequestOf<'reqExecutions'>

/** Executions of all clients, again on every request, each with its commission. */
export class Executions implements Subject {
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  readonly answers: Answers = {
    reqExecutions: (request) => this.#tell(request),
  }

  #tell(filter: Filter): void {
    const { version, house } = this.#client
    const { reqId } = filter
    const since = filter.time === '' ? null : parseEnd(filter.time, house.clock.now())
    if (filter.time !== '' && since === null) {
      return this.#client.error(reqId, 10314, `Invalid time of an execution filter: ${filter.time}`)
    }
    const account = house.core.accountId
    for (const execution of house.core.executions()) {
      if (!matches(execution, filter, { since, account, now: house.clock.now() })) continue
      this.#client.send(execDetailsOf(execution, { reqId, version, account }))
      // A combo pays none: its legs do.
      if (execution.contract.kind !== 'combo') this.#client.send(commissionReportOf(execution))
    }
    this.#client.send({ kind: 'execDetailsEnd', reqId })
  }
}

function matches(
  execution: SimExecution,
  filter: Filter,
  at: { readonly since: EpochMs | null; readonly account: string; readonly now: EpochMs },
): boolean {
  const { symbol, secType } = namedContract(execution.contract)
  return (
    (filter.clientId === 0 || filter.clientId === execution.clientId) &&
    (filter.account === '' || filter.account === at.account) &&
    (filter.symbol === '' || filter.symbol === symbol) &&
    (filter.secType === '' || filter.secType === secType) &&
    (filter.exchange === '' || filter.exchange === execution.contract.exchange) &&
    (filter.side === '' || SIDES[execution.side].includes(filter.side)) &&
    (at.since === null || execution.at >= at.since) &&
    isOnDates(execution, filter, at.now)
  )
}

const SIDES: Readonly<Record<Side, readonly string[]>> = {
  BUY: ['BUY', 'BOT'],
  SELL: ['SELL', 'SLD', 'SSHORT'],
}

/** The window of the fields that came with version 200; without them, today. */
function isOnDates(execution: SimExecution, filter: Filter, now: EpochMs): boolean {
  const date = newYorkDate(execution.at)
  const today = newYorkDate(now)
  if (filter.specificDates.length > 0) {
    return filter.specificDates.some((text) => parseDate(text) === date)
  }
  return date >= addDays(today, 1 - Math.max(1, filter.lastNDays ?? 1))
}
