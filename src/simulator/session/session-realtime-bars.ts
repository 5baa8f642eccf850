import type { Cancel, EpochMs } from '../../base/clock.ts'
import type { Bar } from '../../domain/bar.ts'
import type { Hours } from '../../domain/calendar.ts'
import { amountOf } from '../../domain/money.ts'
import type { RequestOf } from '../../wire/requests.ts'
import type { Answers, Client, Subject } from './session-client.ts'
import type { Listable } from './session-contract.ts'
import { historyBars } from './session-history-bars.ts'
import type { WhatToShow } from './session-history-bars.ts'
import { typicalPrice } from './session-history-frames.ts'
import { oneContract } from './session-lookup.ts'

const BAR_MS = 5_000
const DATA: readonly string[] = ['TRADES', 'MIDPOINT', 'BID', 'ASK'] satisfies WhatToShow[]

interface Subscription {
  readonly reqId: number
  readonly contract: Listable
  readonly what: WhatToShow
  readonly hours: Hours
}

/** Bars of five seconds, each as soon as it is complete; one client's. */
export class RealTimeBars implements Subject {
  readonly #client: Client
  readonly #open = new Map<number, { readonly symbol: string; readonly stop: Cancel }>()

  constructor(client: Client) {
    this.#client = client
  }

  readonly answers: Answers = {
    reqRealTimeBars: (request) => this.#subscribe(request),
    cancelRealTimeBars: ({ reqId }) => this.#drop(reqId),
  }

  close(): void {
    this.forget()
  }

  forget(): void {
    for (const reqId of this.#open.keys()) this.#drop(reqId)
  }

  symbols(): ReadonlyMap<number, string> {
    return new Map([...this.#open].map(([reqId, { symbol }]) => [reqId, symbol]))
  }

  #subscribe(request: RequestOf<'reqRealTimeBars'>): void {
    const { reqId, whatToShow } = request
    const { house } = this.#client
    if (this.#open.has(reqId)) return this.#client.error(reqId, 102, 'Duplicate ticker ID.')
    if (!DATA.includes(whatToShow)) {
      return this.#client.error(reqId, 420, `Invalid Real-time Query:no data of type ${whatToShow}`)
    }
    const contract = oneContract(request.contract, house)
    if (!contract.ok) return this.#client.error(reqId, contract.error.code, contract.error.text)
    if (!house.login.admitRealTimeBars(house.clock.monotonicMs())) {
      const text = 'Invalid Real-time Query:Historical data request pacing violation'
      return this.#client.violation(reqId, 420, text)
    }
    if (!house.login.openLine(this.#client.owner(reqId))) {
      return this.#client.violation(reqId, 101, 'Max number of tickers has been reached.')
    }
    const hours = request.useRTH ? 'regular' : 'all'
    this.#await({ reqId, contract: contract.value, what: whatToShow as WhatToShow, hours })
  }

  #await(of: Subscription): void {
    const { clock, market } = this.#client.house
    const now = clock.now()
    const change = market.nextChange(of.contract.conId, now)
    if (change === null) {
      this.#open.set(of.reqId, { symbol: of.contract.symbol, stop: () => undefined })
      return
    }
    // The first whole bar after the next change: nothing is said while a market is closed.
    const due = (Math.floor(Math.max(now, change - 1) / BAR_MS) + 1) * BAR_MS
    const cancel = this.#client.at(due as EpochMs, () => {
      this.#say(of, due as EpochMs)
      this.#await(of)
    })
    this.#open.set(of.reqId, { symbol: of.contract.symbol, stop: cancel })
  }

  #say({ reqId, contract, what, hours }: Subscription, end: EpochMs): void {
    const from = (end - BAR_MS) as EpochMs
    const at = (end - 1) as EpochMs
    const seconds = BAR_MS / 1000
    const wanted = { contract: contract.conId, seconds, what, from, to: end, at, hours }
    const [bar] = historyBars(this.#client.house.market, wanted)
    if (bar !== undefined) this.#client.send({ kind: 'realTimeBar', reqId, ...rowOf(bar, what) })
  }

  #drop(reqId: number): void {
    this.#open.get(reqId)?.stop()
    this.#open.delete(reqId)
    this.#client.house.login.closeLine(this.#client.owner(reqId))
  }
}

function rowOf(bar: Bar, what: WhatToShow) {
  const traded = what === 'TRADES'
  return {
    time: Math.floor(bar.start / 1000),
    open: amountOf(bar.open),
    high: amountOf(bar.high),
    low: amountOf(bar.low),
    close: amountOf(bar.close),
    volume: traded ? bar.volume : -1,
    wap: traded ? amountOf(typicalPrice(bar)) : -1,
    count: traded ? Math.ceil(bar.volume / 100) : -1,
  }
}
