import { amountOf } from '../domain/money.ts'
import type { Money } from '../domain/money.ts'
import type { LookLimits } from '../ibkr/orders/last-look-limits.ts'
import type { RiskLimits } from '../risk/limits.ts'

type Row = readonly [name: string, value: string]

/** Every limit as it counts, units named. */
export function limitRows(of: RiskLimits): readonly Row[] {
  const { from, to } = of.entryHours
  const windows = of.noEntryWindows.map(({ text }) => text).join('; ')
  return [
    ['risk per trade', `${percent(of.riskPerTradePct)} of net liquidation`],
    ['loss of a day', `${percent(of.dailyLossPctMax)} of the baseline`],
    ['baseline may differ by', dollars(of.baselineDifferenceMax)],
    ['premium of one entry', `${percent(of.premiumPctMax)} of net liquidation`],
    ['order cost, structure loss', `${dollars(of.orderCostMax)}, ${dollars(of.structureLossMax)}`],
    ['size of one entry', `${of.quantityMax} units`],
    ['what is opened', of.longOnly ? 'long options only' : 'structures with a known loss'],
    ['quote age at most', `${of.quoteAgeMsMax / 1000} s`],
    ['limit through the quote', `${percent(of.collarPctMax)} of the far side`],
    ['quote size at least', `${of.quoteSizeMin} contracts on the side taken`],
    ['days to expiry', `${of.daysToExpiry.min} to ${of.daysToExpiry.max} days`],
    ['hours of entries', `${time(from)} to ${time(to)} New York`],
    ['windows without entries', windows === '' ? 'none' : windows],
    ['open structures', `${of.openStructuresMax} structures`],
    [
      'of an underlying, a date',
      `${of.perUnderlyingMax} structures, ${of.perExpiryMax} structures`,
    ],
    ['open orders', `${of.openOrdersMax} orders`],
    ['orders sent', `${of.ordersPerMinuteMax} a minute, ${of.ordersPerDayMax} a day`],
    ['day trades', of.dayTrades.map(policyText).join('; ')],
    ['delta, gamma', `${dollars(of.greeks.delta)}, ${dollars(of.greeks.gamma)} for a 1% move`],
    ['vega, theta', `${dollars(of.greeks.vega)} a point, ${dollars(of.greeks.theta)} a day`],
    ['worst shock', `${dollars(of.shocks.lossMax)}; ${shocksText(of.shocks)}`],
    ['halts after', `${of.repeats.max} entries alike within ${of.repeats.withinMs / 1000} s`],
  ]
}

export function lookText(of: LookLimits): string {
  return (
    `${of.quantityMax} units and ${dollars(of.notionalMax)} an entry, ${of.outstandingMax} out, ` +
    `${of.ordersPerMinuteMax} orders a minute, ${of.childrenMax} children, ` +
    `quotes of ${of.quoteAgeMsMax / 1000} s`
  )
}

function policyText(of: RiskLimits['dayTrades'][number]): string {
  const from = of.from === null ? '' : ` from ${of.from} on`
  const dates = `${from}${of.until === null ? '' : ` until ${of.until}`}`
  if (of.kind !== 'count') return `${of.kind === 'off' ? 'off' : 'as the broker says'}${dates}`
  const where = `below ${dollars(of.belowEquity)}, of what is not known to be a cash account`
  return `${of.max} in ${of.sessions} sessions ${where}${dates}`
}

function shocksText({ movesPct, volatilityPct }: RiskLimits['shocks']): string {
  return `moves of ${movesPct.map(percent).join(', ')}, volatility by ${percent(volatilityPct)}`
}

export function percent(ratio: number | null): string {
  return ratio === null ? 'none' : `${Number((ratio * 100).toFixed(4))}%`
}

function dollars(amount: Money): string {
  return `$${amountOf(amount)}`
}

function time(minutes: number): string {
  const two = (of: number) => String(of).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
