import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'
import type { Contract } from '../../domain/contract.ts'
import type { Fault } from '../../engine/ports.ts'
import type { Response } from '../../wire/responses.ts'
import { ask } from '../session/ask.ts'
import type { Question } from '../session/question.ts'
import { contractToWire } from '../translate/translate-contract.ts'
import { quoteRequest } from '../translate/translate-quote-request.ts'
import type { Visit } from './visit.ts'

/** What a short-lived quote line says about the right to see live data. */
export interface LineFacts {
  /** 58: 1 live, 2 frozen, 3 delayed, 4 delayed and frozen; null: it was not said. */
  readonly dataType: number | null
  /** Prices above zero that came. */
  readonly prices: number
  /** Any of them, for who needs to know about where the market is. */
  readonly price: number | null
  /** Errors and notices under the request's id. */
  readonly codes: readonly { readonly code: number; readonly text: string }[]
  /** Why the line ended, if it did not end because enough was said. */
  readonly fault: Fault | null
}

/** Bid, ask, last, close and their delayed counterparts (protocol.md 8.1). */
const PRICE_TICKS: ReadonlySet<number> = new Set([1, 2, 4, 9, 66, 67, 68, 75])

/** One line, closed as soon as its data type and a price are known. */
export async function lineFacts(
  visit: Visit,
  contract: Contract,
  signal: AbortSignal,
): Promise<LineFacts> {
  const line = new LineQuestion(contract)
  const result = await ask(visit.connection.requests, line, signal)
  return {
    dataType: line.dataType,
    prices: line.prices,
    price: line.price,
    codes: visit.errors.filter(({ id }) => id === line.reqId),
    fault: result.ok ? null : result.error,
  }
}

class LineQuestion implements Question<null> {
  readonly kind = 'streamingQuote'
  readonly lane = 4
  readonly subscribes = true
  dataType: number | null = null
  prices = 0
  price: number | null = null
  reqId = -1
  readonly #contract: Contract

  constructor(contract: Contract) {
    this.#contract = contract
  }

  request(reqId: number): ReturnType<Question<null>['request']> {
    this.reqId = reqId
    return quoteRequest(contractToWire(this.#contract)).request(reqId)
  }

  cancel(reqId: number): ReturnType<Question<null>['request']> {
    return quoteRequest(contractToWire(this.#contract)).cancel(reqId)
  }

  answer(response: Response): Result<null, Fault> | null {
    if (response.kind === 'marketDataType') this.dataType = response.type
    if (response.kind === 'tickPrice' && PRICE_TICKS.has(response.tickType)) {
      if (response.price > 0) {
        this.prices++
        this.price = response.price
      }
    }
    return this.dataType !== null && this.prices > 0 ? ok(null) : null
  }

  empty(): Result<null, Fault> {
    return fail({ code: 'no-data', retry: 'never', detail: 'no data', vendorCode: null })
  }
}
