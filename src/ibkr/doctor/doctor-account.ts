import type { Result } from '../../base/result.ts'
import { accountKind } from '../orders/account-values.ts'
import type { AccountRow } from './doctor-facts.ts'
import { proven, unchecked, wrong } from './doctor-rows.ts'
import type { Finding } from './doctor-rows.ts'
import { amountText } from '../translate/translate.ts'

/** Of the account summary, beyond what a run asks for. */
export const DAY_TRADES_TAG = 'DayTradesRemaining'

const ROWS = ['account-type', 'settled-cash', 'base-currency', 'day-trades'] as const

/** What the account values show. Nothing that is missing is made up. */
export function accountFindings(read: Result<readonly AccountRow[], string>): readonly Finding[] {
  if (!read.ok) return ROWS.map((row) => unchecked(row, read.error))
  const value = (tag: string): AccountRow | undefined => read.value.find((row) => row.tag === tag)
  const type = value('AccountType')?.value ?? ''
  return [
    typeFinding(type),
    settledFinding(type, value('SettledCash')),
    currencyFinding(value('NetLiquidation')),
    dayTradesFinding(value(DAY_TRADES_TAG)?.value ?? null),
  ]
}

function typeFinding(type: string): Finding {
  if (type === '') {
    const detail = 'the account values say no AccountType: entries are blocked'
    return wrong({ row: 'account-type', detail })
  }
  if (isKnown(type)) return proven('account-type', type)
  const detail =
    `AccountType "${type}" says neither cash nor margin: it is held to settled cash, ` +
    'and its day trades are counted as those of a margin account, unless account_kind says it'
  return unchecked('account-type', detail)
}

function isKnown(type: string): boolean {
  return accountKind(type) !== 'unknown'
}

function settledFinding(type: string, row: AccountRow | undefined): Finding {
  if (accountKind(type) === 'margin') {
    return proven('settled-cash', 'a margin account: entries are paid from available funds')
  }
  const settled = amountText(row?.value)
  if (settled === null) {
    const detail = 'expected SettledCash, none came: nothing would be entered'
    return wrong({ row: 'settled-cash', detail })
  }
  const text = `${row?.value ?? ''} ${row?.currency ?? ''} are settled`
  if (settled > 0) return proven('settled-cash', text)
  return wrong({ row: 'settled-cash', detail: `${text}: nothing can be entered` })
}

function currencyFinding(row: AccountRow | undefined): Finding {
  const currency = row?.currency ?? ''
  if (currency === '') return wrong({ row: 'base-currency', detail: 'no NetLiquidation came' })
  if (currency === 'USD') return proven('base-currency', 'USD')
  const detail = `the base currency is ${currency}; this version has no conversion`
  return wrong({ row: 'base-currency', detail })
}

/**
 * FINRA's intraday margin rules replaced the count of day trades on 2026-06-04 (91 FR 20731), with
 * a phase-in until 2027-10-20 in which a broker may still count. -1 is unlimited.
 */
function dayTradesFinding(text: string | null): Finding {
  const remaining = text === null ? NaN : Number(text)
  if (!Number.isInteger(remaining)) {
    return unchecked('day-trades', `the account values say no ${DAY_TRADES_TAG}`)
  }
  if (remaining < 0) return proven('day-trades', 'the broker says unlimited')
  const detail =
    `the broker still counts: ${remaining} day trades remain, and no check of this version ` +
    'stops at the last'
  return wrong({ row: 'day-trades', detail })
}
