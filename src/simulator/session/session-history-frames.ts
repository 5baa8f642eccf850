import type { EpochMs } from '../../base/clock.ts'
import { newYorkDate } from '../../domain/calendar.ts'
import type { Bar } from '../../domain/bar.ts'
import { compactDate } from '../../domain/date.ts'
import { formatIbTime } from '../../domain/ib-time.ts'
import { amountOf } from '../../domain/money.ts'
import type { Price } from '../../domain/money.ts'
import type { Response, ResponseOf } from '../../wire/responses.ts'
import type { HistoryQuery } from './session-history-query.ts'

const DAY_SECONDS = 86_400
/** From this version on times on the wire name their zone (protocol.md, section 3). */
const ZONED_TIMES = 174
/** From this version on the end of an answer is a message of its own. */
const SEPARATE_END = 196
/** A trade of a US stock is of about this many shares: only for the count of trades in a bar. */
const SHARES_A_TRADE = 100

type Row = ResponseOf<'historicalData'>['bars'][number]

/** Bars as one request wants them written. */
export class HistoryFrames {
  readonly #reqId: number
  readonly #query: HistoryQuery
  readonly #version: number

  constructor(reqId: number, query: HistoryQuery, version: number) {
    this.#reqId = reqId
    this.#query = query
    this.#version = version
  }

  answer(bars: readonly Bar[]): readonly Response[] {
    const reqId = this.#reqId
    const start = this.#time(this.#query.from)
    const end = this.#time(this.#query.to)
    const data: Response = {
      kind: 'historicalData',
      reqId,
      start,
      end,
      bars: bars.map((bar) => this.#row(bar)),
    }
    return this.#version < SEPARATE_END
      ? [data]
      : [data, { kind: 'historicalDataEnd', reqId, start, end }]
  }

  update(bar: Bar): Response {
    return { kind: 'historicalDataUpdate', reqId: this.#reqId, ...this.#row(bar) }
  }

  #row(bar: Bar): Row {
    const traded = this.#query.what === 'TRADES'
    return {
      date: this.#date(bar.start),
      open: amountOf(bar.open),
      high: amountOf(bar.high),
      low: amountOf(bar.low),
      close: amountOf(bar.close),
      volume: traded ? bar.volume : -1,
      wap: traded ? amountOf(typicalPrice(bar)) : -1,
      count: traded ? Math.ceil(bar.volume / SHARES_A_TRADE) : -1,
    }
  }

  #date(start: EpochMs): string {
    if (this.#query.seconds >= DAY_SECONDS) return compactDate(newYorkDate(start))
    return this.#query.epochDates ? String(Math.floor(start / 1000)) : this.#time(start)
  }

  #time(at: EpochMs): string {
    return formatIbTime(at, this.#version >= ZONED_TIMES ? 'eastern' : 'zoneless')
  }
}

/** In place of the average price of a bar's trades, which is not kept. */
export function typicalPrice({ high, low, close }: Bar): Price {
  return Math.round((high + low + close) / 3) as Price
}
