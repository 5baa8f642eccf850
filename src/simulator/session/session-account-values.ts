import { amountOf } from '../../domain/money.ts'
import type { Money } from '../../domain/money.ts'
import type { SimAccount } from '../broker/state.ts'

export interface AccountValue {
  readonly key: string
  readonly value: string
  readonly currency: string
}

const BASE_CURRENCY = 'USD'

/** Account type and margin figures (protocol.md, section 11.4), one text per tag. */
function figures(account: SimAccount): Readonly<Record<string, Money>> {
  const { netLiquidation, cash, availableFunds, grossPositionValue, settledCash } = account
  const initial = (netLiquidation - availableFunds) as Money
  const none = 0 as Money
  return {
    AccruedCash: none,
    AvailableFunds: availableFunds,
    // Regulation T: stock may be bought for twice what is available on margin.
    BuyingPower: (account.kind === 'margin' ? 2 * availableFunds : availableFunds) as Money,
    EquityWithLoanValue: netLiquidation,
    ExcessLiquidity: availableFunds,
    FullAvailableFunds: availableFunds,
    FullExcessLiquidity: availableFunds,
    FullInitMarginReq: initial,
    FullMaintMarginReq: initial,
    GrossPositionValue: grossPositionValue,
    InitMarginReq: initial,
    LookAheadAvailableFunds: availableFunds,
    LookAheadExcessLiquidity: availableFunds,
    LookAheadInitMarginReq: initial,
    LookAheadMaintMarginReq: initial,
    MaintMarginReq: initial,
    NetLiquidation: netLiquidation,
    PreviousDayEquityWithLoanValue: (netLiquidation - account.dailyPnl) as Money,
    RegTEquity: netLiquidation,
    RegTMargin: initial,
    SMA: availableFunds,
    SettledCash: settledCash,
    TotalCashValue: cash,
  }
}

/** What is no amount. */
function facts({
  type,
  netLiquidation,
  availableFunds,
}: SimAccount): Readonly<Record<string, string>> {
  const cushion = netLiquidation === 0 ? 1 : availableFunds / netLiquidation
  return {
    AccountType: type,
    Cushion: String(Math.round(cushion * 1e6) / 1e6),
    DayTradesRemaining: '-1', // unlimited
    HighestSeverity: '0',
    LookAheadNextChange: '0',
  }
}

/** Of the one currency there is; sent for `BASE` and for the currency itself. */
function ledger(account: SimAccount): Readonly<Record<string, string>> {
  const { cash, netLiquidation, unrealizedPnl, realizedPnl } = account
  return {
    CashBalance: amountText(cash),
    ExchangeRate: '1.00',
    NetLiquidationByCurrency: amountText(netLiquidation),
    RealizedPnL: amountText(realizedPnl),
    TotalCashBalance: amountText(cash),
    UnrealizedPnL: amountText(unrealizedPnl),
  }
}

/** The full set of reqAccountUpdates, in alphabetical order of its keys. */
export function accountValues(account: SimAccount): readonly AccountValue[] {
  const rows: AccountValue[] = [
    { key: 'AccountCode', value: account.id, currency: '' },
    { key: 'AccountOrGroup', value: account.id, currency: 'BASE' },
    { key: 'AccountReady', value: 'true', currency: '' },
    { key: 'Currency', value: 'BASE', currency: 'BASE' },
    { key: 'Currency', value: BASE_CURRENCY, currency: BASE_CURRENCY },
  ]
  for (const [key, value] of Object.entries(facts(account))) rows.push({ key, value, currency: '' })
  for (const [key, amount] of Object.entries(figures(account))) {
    // The total, then the segment of securities: the only one there is.
    const row = { value: amountText(amount), currency: BASE_CURRENCY }
    rows.push({ key, ...row }, { key: `${key}-S`, ...row })
  }
  for (const [key, value] of Object.entries(ledger(account))) {
    rows.push({ key, value, currency: 'BASE' }, { key, value, currency: BASE_CURRENCY })
  }
  return rows.sort((one, other) => compare(one.key, other.key))
}

/** Of the tags of a summary; what is not known is left out, as a Gateway does. */
export function summaryValues(account: SimAccount, tags: string): readonly AccountValue[] {
  const known = { ...figures(account) }
  const texts = facts(account)
  return tags.split(',').flatMap((tag): readonly AccountValue[] => {
    const key = tag.trim()
    if (key.startsWith('$LEDGER')) return ledgerRows(account, key)
    const amount = known[key]
    if (amount !== undefined) {
      return [{ key, value: amountText(amount), currency: BASE_CURRENCY }]
    }
    const value = texts[key]
    return value === undefined ? [] : [{ key, value, currency: '' }]
  })
}

/** `$LEDGER` is in the base currency, `$LEDGER:ALL` in each and their sum. */
function ledgerRows(account: SimAccount, tag: string): readonly AccountValue[] {
  const named = tag.split(':')[1]
  const currencies =
    named === undefined ? ['BASE'] : named === 'ALL' ? [BASE_CURRENCY, 'BASE'] : [named]
  return currencies
    .filter((currency) => currency === 'BASE' || currency === BASE_CURRENCY)
    .flatMap((currency) =>
      Object.entries(ledger(account)).map(([key, value]) => ({ key, value, currency })),
    )
}

/** Cents, as a Gateway shows amounts. */
function amountText(amount: Money): string {
  return amountOf(amount).toFixed(2)
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
