import { ok } from '../../base/result.ts'
import type { StockKey } from '../../domain/contract.ts'
import { emptyContract } from '../../wire/contract.ts'
import type { Request, RequestOf } from '../../wire/requests.ts'
import type { Budgets } from '../pacing/budgets.ts'
import type { Question } from '../session/question.ts'
import type { RequestRecord } from './request-log.ts'
import type { RequestLedger } from '../session/requests.ts'
import { keyToWire } from '../translate/translate-contract.ts'
import { quoteRequest } from '../translate/translate-quote-request.ts'

export interface Probe {
  /** What was not answered. */
  readonly of: Pick<RequestRecord, 'kind' | 'lane' | 'request' | 'connection'>
  /** History is asked for so much of it, so that no two probes are identical (P3). */
  readonly minutes: number
  readonly done: (answered: boolean) => void
}

/** What a probe takes its place of, as every other request does. */
export type ProbeBudgets = Pick<Budgets, 'history' | 'lines'>

/** For a timeline: the question was not sent. */
export const NO_LINE = 'no market-data line is free for a probe'

/**
 * Asks the same service once more, for its being answered alone: an error under the request's id is
 * an answer too. It has its turn at the same desk as every other request for history, and a quote
 * takes a line (P8), though none that is kept for an entry or an exit. False: there was none, and
 * it is not asked.
 */
export function askProbe(
  { history, lines, requests }: ProbeBudgets & { readonly requests: RequestLedger },
  { of, minutes, done }: Probe,
): boolean {
  const question = probeQuestion(of, minutes)
  const open = (asked: Question<void>): void => {
    requests.open(asked, (result) => done(result.ok || result.error.vendorCode !== null))
  }
  const request = question.request(0)
  if (request.kind === 'reqMktData') {
    const freed = lines.tryTake('underlying')
    if (freed !== null) open({ ...question, freed })
    return freed !== null
  }
  if (request.kind !== 'reqHistoricalData') {
    open(question)
    return true
  }
  const { symbol, exchange } = request.contract
  const tape = `${symbol} ${exchange} TRADES`
  const identity = `${tape} 1m probe ${request.duration}`
  history.offer(
    { identity, tape, series: null, urgency: 'waited-for' },
    { run: ({ sent, freed }) => open({ ...question, sent, freed }), aged: () => undefined },
  )
  return true
}

/** Its answer says whose it is: only such a question can be asked once more beside others. */
export function isNumbered(request: Request): boolean {
  return 'reqId' in request
}

export function probeQuestion(of: Probe['of'], minutes: number): Question<void> {
  const request = (reqId: number): Request => renamed(of.request, reqId, minutes)
  const { kind } = request(0)
  const cancel = cancelOf(kind)
  return {
    kind: kind === 'reqHistoricalData' ? 'shortHistory' : of.kind,
    lane: of.lane,
    request,
    answer: () => ok(undefined),
    probe: true,
    empty: () => ok(undefined),
    ...(cancel && { cancel, subscribes: true }),
  }
}

/** The price of a stock, where nothing was asked of quotes yet. */
export function firstQuote(key: StockKey): Probe['of'] {
  const { request } = quoteRequest({ ...emptyContract, ...keyToWire(key) }, { snapshot: true })
  return { kind: 'snapshotQuote', lane: 4, connection: 'data', request: request(0) }
}

function renamed(request: Request, reqId: number, minutes: number): Request {
  if (request.kind === 'reqHistoricalData') return historyOf(request.contract, reqId, minutes)
  // A stream of 5-second bars that is silent: whether there are bars is asked of their history.
  if (request.kind === 'reqRealTimeBars') return historyOf(request.contract, reqId, minutes)
  return 'reqId' in request ? { ...request, reqId } : request
}

function historyOf(
  contract: RequestOf<'reqHistoricalData' | 'reqRealTimeBars'>['contract'],
  reqId: number,
  minutes: number,
): RequestOf<'reqHistoricalData'> {
  return {
    kind: 'reqHistoricalData',
    reqId,
    contract: { ...emptyContract, ...contract },
    endDateTime: '',
    barSize: '1 min',
    duration: `${minutes * 60} S`,
    useRTH: true,
    whatToShow: 'TRADES',
    formatDate: 2,
    comboLegs: [],
    keepUpToDate: false,
    options: [],
  }
}

function cancelOf(kind: Request['kind']): ((reqId: number) => Request) | null {
  if (kind === 'reqHistoricalData') return (reqId) => ({ kind: 'cancelHistoricalData', reqId })
  return kind === 'reqMktData' ? (reqId) => ({ kind: 'cancelMktData', reqId }) : null
}
