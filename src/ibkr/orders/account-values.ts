import type { EpochMs } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'
import type { Account } from '../../domain/account.ts'
import type { Currency, Money } from '../../domain/money.ts'
import type { Fault } from '../../engine/ports.ts'
import type { ResponseOf } from '../../wire/responses.ts'
import { RULES } from '../pacing/limits.ts'
import type { Question } from '../session/question.ts'
import { amount, amountText } from '../translate/translate.ts'

type Row = ResponseOf<'accountSummary'>

export const TAGS =
  'AccountType,NetLiquidation,AvailableFunds,SettledCash,TotalCashValue,' +
  'DayTradesRemaining,$LEDGER:ALL'

/** The account values, once: the subscription is cancelled with its last row (L17: two at most). */
export function accountSummary(account: string, tags: string = TAGS): Question<readonly Row[]> {
  const rows: Row[] = []
  return {
    kind: 'accountSummary',
    lane: 5,
    subscribes: true,
    openMax: RULES.P11.ours,
    request: (reqId) => ({ kind: 'reqAccountSummary', reqId, group: 'All', tags }),
    cancel: (reqId) => ({ kind: 'cancelAccountSummary', reqId }),
    answer: (response) => {
      if (response.kind === 'accountSummary' && response.account === account) rows.push(response)
      return response.kind === 'accountSummaryEnd' ? ok(rows) : null
    },
  }
}

/** The day's profit as IBKR counts it; unset until it is computed, about once a second. */
export function dailyPnl(account: string): Question<Money> {
  return {
    kind: 'pnl',
    lane: 5,
    subscribes: true,
    request: (reqId) => ({ kind: 'reqPnL', reqId, account, modelCode: '' }),
    cancel: (reqId) => ({ kind: 'cancelPnL', reqId }),
    answer: (response) => {
      const pnl = response.kind === 'pnl' ? amount(response.dailyPnl) : null
      return pnl === null ? null : ok(pnl)
    },
  }
}

export interface AccountRead {
  readonly id: string
  readonly at: EpochMs
  readonly dailyPnl: Money | null
}

/** Nothing that is missing is made up: then there is no account, and without it no entry. */
export function accountFrom(rows: readonly Row[], read: AccountRead): Result<Account, Fault> {
  const row = (tag: string): Row | undefined => rows.find((each) => each.tag === tag)
  const netLiquidation = amountText(row('NetLiquidation')?.value)
  const availableFunds = amountText(row('AvailableFunds')?.value)
  const kind = accountKind(row('AccountType')?.value ?? '')
  // A margin account may not say what is settled; there it is not what entries are paid from.
  const cash = kind === 'margin' ? row('TotalCashValue')?.value : undefined
  const settledCash = amountText(row('SettledCash')?.value) ?? amountText(cash)
  if (netLiquidation === null || availableFunds === null || settledCash === null) {
    const tags = rows.map(({ tag }) => tag).join(', ')
    return fail({
      code: 'no-data',
      retry: 'later',
      detail: `expected net liquidation, available funds and settled cash, came ${tags}`,
      vendorCode: null,
    })
  }
  return ok({
    ...read,
    kind,
    baseCurrency: (row('NetLiquidation')?.currency ?? '') as Currency,
    netLiquidation,
    availableFunds,
    settledCash,
    dayTradesLeft: countText(row('DayTradesRemaining')?.value),
    exchangeRates: exchangeRates(rows),
  })
}

/** -1 is without limit. */
function countText(text: string | undefined): number | null {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : null
}

/** IBKR also writes who owns the account here, which says nothing of either. */
export function accountKind(text: string): Account['kind'] {
  if (/margin|regt|portfolio|mrgn/i.test(text)) return 'margin'
  return /cash/i.test(text) ? 'cash' : 'unknown'
}

function exchangeRates(rows: readonly Row[]): ReadonlyMap<Currency, number> {
  const rates = new Map<Currency, number>()
  for (const { tag, currency, value } of rows) {
    const rate = Number(value)
    const known = tag === 'ExchangeRate' && currency !== 'BASE' && rate > 0
    if (known) rates.set(currency as Currency, rate)
  }
  return rates
}
