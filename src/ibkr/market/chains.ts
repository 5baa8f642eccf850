import { ok } from '../../base/result.ts'
import type { OptionChain } from '../../domain/chain.ts'
import type { IndexContract, StockContract, UnderlyingKey } from '../../domain/contract.ts'
import { parseDate } from '../../domain/date.ts'
import { price } from '../../domain/money.ts'
import type { Currency } from '../../domain/money.ts'
import type { ResponseOf } from '../../wire/responses.ts'
import type { Question } from '../session/question.ts'
import { SMART } from '../translate/translate-contract.ts'

type Row = ResponseOf<'secDefOptParam'>

/** What is listed on an underlying: one row for each exchange and trading class. */
export function chainQuestion(underlying: StockContract | IndexContract): Question<readonly Row[]> {
  const rows: Row[] = []
  return {
    kind: 'chain',
    lane: 5,
    request: (reqId) => ({
      kind: 'reqSecDefOptParams',
      reqId,
      symbol: underlying.symbol,
      futFopExchange: '', // `SMART` here is answered with an empty chain (trap 18)
      secType: underlying.kind === 'stock' ? 'STK' : 'IND',
      conId: underlying.conId,
    }),
    answer: (response) => {
      if (response.kind === 'secDefOptParam') rows.push(response)
      return response.kind === 'secDefOptParamEnd' ? ok(rows) : null
    },
  }
}

/** Every trading class on the one exchange we send to. */
export function chainsFrom(
  rows: readonly Row[],
  underlying: UnderlyingKey,
  currency: Currency,
): readonly OptionChain[] {
  return rows
    .filter((row) => row.exchange === SMART && Number(row.multiplier) > 0)
    .map((row) => ({
      underlying,
      exchange: SMART,
      currency,
      tradingClass: row.tradingClass,
      multiplier: Number(row.multiplier),
      expiries: row.expirations.flatMap((text) => parseDate(text) ?? []).sort(),
      strikes: row.strikes
        .filter((strike) => strike > 0)
        .map((strike) => price(strike))
        .sort((a, b) => a - b),
    }))
}
