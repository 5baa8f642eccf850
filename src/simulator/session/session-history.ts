import type { Cancel } from '../../base/clock.ts'
import type { RequestOf } from '../../wire/requests.ts'
import type { Answers, Client, Subject } from './session-client.ts'
import { historyBars } from './session-history-bars.ts'
import { HistoryFrames } from './session-history-frames.ts'
import { headTimestamp } from './session-history-head.ts'
import { queryOf } from './session-history-query.ts'
import type { HistoryQuery } from './session-history-query.ts'
import { scheduleOf } from './session-history-schedule.ts'
import { BarStream } from './session-history-stream.ts'
import { oneContract } from './session-lookup.ts'

/** The history farm falls asleep so long after the last request; a live stream keeps it awake. */
const IDLE_MS = 360_000
/** A typical answer takes 60 to 300 ms (protocol.md, section 12.12). */
const ANSWER_MS = 100
/** From the request that wakes it up to 2106 (seen in the log of a live Gateway). */
const WAKE_MS = 300
/** The text of 162 for all limits of history. */
export const HISTORY_PACING =
  'Historical Market Data Service error message:Historical data request pacing violation'
const QUERY_CANCELLED =
  'Historical Market Data Service error message:API historical data query cancelled: '

interface Open {
  readonly kind: 'bars' | 'head'
  readonly symbol: string
  readonly stop: Cancel
}

/** Bars of the past, and those that follow them; one client's. */
export class History implements Subject {
  readonly #client: Client
  readonly #open = new Map<number, Open>()
  #isAsleep = false
  #awakeAt = 0
  #sleep: Cancel = () => undefined

  constructor(client: Client) {
    this.#client = client
  }

  readonly answers: Answers = {
    reqHistoricalData: (request) => this.#bars(request),
    cancelHistoricalData: ({ reqId }) => this.#cancelBars(reqId),
    reqHeadTimestamp: (request) => this.#head(request),
    cancelHeadTimestamp: ({ reqId }) => this.#end(reqId),
    reqHistoricalTicks: ({ reqId }) =>
      this.#client.error(reqId, 10187, 'Failed to request historical ticks:not simulated'),
  }

  close(): void {
    this.forget()
  }

  forget(): void {
    for (const reqId of this.#open.keys()) this.#end(reqId)
  }

  symbols(): ReadonlyMap<number, string> {
    return new Map([...this.#open].map(([reqId, { symbol }]) => [reqId, symbol]))
  }

  #bars(request: RequestOf<'reqHistoricalData'>): void {
    const { reqId } = request
    const { house } = this.#client
    house.counters.historicalRequests++
    if (this.#open.has(reqId)) return this.#duplicate(reqId)
    const contract = oneContract(request.contract, house)
    if (!contract.ok) return this.#client.error(reqId, contract.error.code, contract.error.text)
    const query = queryOf(request, contract.value, house)
    if (!query.ok) return this.#client.error(reqId, query.error.code, query.error.text)
    if (!this.#admit(reqId, query.value.counted)) return
    const stop = this.#client.after(this.#answerMs(), () => this.#answer(reqId, query.value))
    this.#open.set(reqId, { kind: 'bars', symbol: contract.value.symbol, stop })
  }

  #answer(reqId: number, query: HistoryQuery): void {
    const { house, version } = this.#client
    const frames = new HistoryFrames(reqId, query, version)
    if (query.what === 'SCHEDULE') {
      this.#client.send(scheduleOf(reqId, query, house.market))
      return this.#end(reqId)
    }
    const { what, from, to, hours } = query
    const at = house.clock.now()
    const { conId } = query.contract
    const wanted = { contract: conId, seconds: query.seconds, what, from, to, at, hours }
    // What is asked for until now holds the bar that is forming as well.
    const bars = historyBars(house.market, { ...wanted, to: query.untilNow ? at : to })
    if (bars.length === 0 && !query.keepUpToDate) {
      this.#client.error(reqId, 162, noData(query))
      return this.#end(reqId)
    }
    for (const frame of frames.answer(bars)) this.#client.send(frame)
    if (!query.keepUpToDate) return this.#end(reqId)
    const stream = new BarStream(this.#client, frames, { ...query, what })
    const { symbol } = query.contract
    this.#open.set(reqId, { kind: 'bars', symbol, stop: () => stream.stop() })
    stream.start(bars.at(-1) ?? null)
  }

  #cancelBars(reqId: number): void {
    if (this.#open.get(reqId)?.kind !== 'bars') {
      const text = `No historical data query found for ticker id:${reqId}`
      return this.#client.error(reqId, 366, text)
    }
    this.#end(reqId)
    this.#client.error(reqId, 162, `${QUERY_CANCELLED}${reqId}`)
  }

  /** Stays open until it is cancelled, also after its answer (P2). */
  #head(request: RequestOf<'reqHeadTimestamp'>): void {
    const { reqId } = request
    const { house } = this.#client
    house.counters.historicalRequests++
    if (this.#open.has(reqId)) return this.#duplicate(reqId)
    const contract = oneContract(request.contract, house)
    if (!contract.ok) return this.#client.error(reqId, contract.error.code, contract.error.text)
    const { conId, exchange } = contract.value
    const tape = `${conId} ${exchange} ${request.whatToShow}`
    if (!this.#admit(reqId, { identity: `head ${tape}`, tape, weight: 1 })) return
    const stop = this.#client.after(this.#answerMs(), () => {
      const of = { at: house.clock.now(), formatDate: request.formatDate }
      const timestamp = headTimestamp(house.market, conId, of)
      if (timestamp === null) return this.#client.error(reqId, 162, NO_HEAD)
      this.#client.send({ kind: 'headTimestamp', reqId, timestamp })
    })
    this.#open.set(reqId, { kind: 'head', symbol: contract.value.symbol, stop })
  }

  /** P2 to P5. */
  #admit(reqId: number, counted: HistoryQuery['counted']): boolean {
    const { login, clock } = this.#client.house
    const owner = this.#client.owner(reqId)
    const fits =
      login.openHistory(owner) &&
      (counted === null || login.admitSmallBars(counted, clock.monotonicMs()))
    if (fits) {
      this.#wake()
      return true
    }
    login.closeHistory(owner)
    this.#client.violation(reqId, 162, HISTORY_PACING)
    return false
  }

  /** An answer waits until the farm is awake. */
  #answerMs(): number {
    return Math.max(0, this.#awakeAt - this.#client.house.clock.monotonicMs()) + ANSWER_MS
  }

  #wake(): void {
    if (this.#isAsleep) {
      this.#awakeAt = this.#client.house.clock.monotonicMs() + WAKE_MS
      this.#client.after(WAKE_MS, () => this.#client.error(-1, 2106, HMDS_AWAKE))
    }
    this.#isAsleep = false
    this.#sleep()
    this.#sleep = this.#client.after(IDLE_MS, () => {
      if (this.#open.size > 0) return this.#wake()
      this.#isAsleep = true
      this.#client.error(-1, 2107, HMDS_ASLEEP)
    })
  }

  #duplicate(reqId: number): void {
    this.#client.error(reqId, 386, `Duplicate ticker ID for API historical data query:${reqId}`)
  }

  #end(reqId: number): void {
    this.#open.get(reqId)?.stop()
    this.#open.delete(reqId)
    this.#client.house.login.closeHistory(this.#client.owner(reqId))
  }
}

/** Said when it falls asleep. */
export const HMDS_ASLEEP =
  'HMDS data farm connection is inactive but should be available upon demand.ushmds'
const HMDS_AWAKE = 'HMDS data farm connection is OK:ushmds'
const NO_HEAD = 'Historical Market Data Service error message:No head time stamp'

/** The text of 162 where there is nothing to tell. */
export function noData({
  contract,
  barSize,
  whatToShow,
}: Pick<HistoryQuery, 'barSize' | 'whatToShow'> & {
  readonly contract: { readonly symbol: string; readonly exchange: string }
}): string {
  const what = `${contract.symbol}@${contract.exchange} ${whatToShow} ${barSize}`
  return `Historical Market Data Service error message:HMDS query returned no data: ${what}`
}
