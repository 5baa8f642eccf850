import type { Cancel, Clock } from '../../base/clock.ts'
import type { UnderlyingKey } from '../../domain/contract.ts'
import { dailyPnl } from '../orders/account-values.ts'
import { ask, askShared } from '../session/ask.ts'
import {
  isFirstOfKind,
  accountOf,
  accountRows,
  lastBarOf,
  symbolFacts,
} from './doctor-questions.ts'
import { optionFacts } from './doctor-options.ts'
import { streamQuestion } from '../market/history.ts'
import type { Question } from '../session/question.ts'
import {
  allOpenOrders,
  completedOrders,
  executions,
  positions,
} from '../orders/snapshot-questions.ts'
import { contractFrom, contractToWire } from '../translate/translate-contract.ts'
import { quoteRequest } from '../translate/translate-quote-request.ts'
import type { Visit } from './visit.ts'

export interface TourOptions {
  readonly clock: Clock
  readonly symbols: readonly UnderlyingKey[]
  readonly account: string | null
  readonly signal: AbortSignal
}

/**
 * Asks once for everything that the bot ever reads, so that each of its messages is seen. Nothing
 * that places, changes or cancels is among it. Answers the names of what was not answered.
 */
export async function wireTour(visit: Visit, of: TourOptions): Promise<readonly string[]> {
  const { connection } = visit
  const { signal, symbols } = of
  const account = accountOf(connection.accounts, of.account)
  const silent: string[] = []
  const noted = async (name: string, asked: Promise<{ readonly ok: boolean }>): Promise<void> => {
    if (!(await asked).ok) silent.push(name)
  }
  const data = async (): Promise<void> => {
    const seen = await symbolFacts(visit, { symbols, signal })
    await noted('bars', lastBarOf(visit, seen, { symbols, signal }))
    for (const each of seen) if (!each.details.ok) silent.push(`contract of ${each.symbol}`)
    const firsts = seen.filter((each, index) => isFirstOfKind(each, seen.slice(0, index)))
    for (const each of firsts) {
      const option = await optionFacts(visit, each, of)
      if (option.line === null) silent.push(`an option of ${each.symbol}`)
    }
  }
  const { requests } = connection
  await Promise.all([
    data(),
    noted('account values', accountRows(visit, account, signal)),
    noted('positions', askShared(requests, positions(account ?? ''))),
    noted('open orders', askShared(requests, allOpenOrders())),
    noted('completed orders', askShared(requests, completedOrders())),
    noted(
      'executions',
      ask(
        requests,
        executions(account ?? '', () => undefined),
        signal,
      ),
    ),
    noted('profit', ask(requests, dailyPnl(account ?? ''), signal)),
  ])
  return silent
}

/** Quotes and bars of some symbols, as long as it is not cancelled: what a session is made of. */
export async function openStreams(visit: Visit, of: TourOptions): Promise<Cancel> {
  const { connection } = visit
  const stops: Cancel[] = []
  const seen = await symbolFacts(visit, of)
  for (const { details } of seen) {
    const contract = details.ok ? contractFrom(details.value, []) : details
    if (!contract.ok) continue
    const asked = { contract: contract.value, size: '1m', version: connection.version } as const
    const listener = { bar: () => undefined, ended: () => undefined }
    const bars = streamQuestion(asked, { listener, now: () => of.clock.now() })
    const quotes = quoteStream(contractToWire(contract.value))
    stops.push(connection.requests.open(bars, () => undefined))
    stops.push(connection.requests.open(quotes, () => undefined))
  }
  return () => {
    for (const stop of stops) stop()
  }
}

function quoteStream(contract: ReturnType<typeof contractToWire>): Question<never> {
  return {
    kind: 'streamingQuote',
    lane: 4,
    streams: true,
    ...quoteRequest(contract),
    answer: () => null,
  }
}
