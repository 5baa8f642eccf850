import type { EpochMs } from '../../base/clock.ts'
import { atNewYork, NEW_YORK, newYorkDate, nextSession } from '../../domain/calendar.ts'
import type { CalendarDate, Listing, OptionContract } from '../../domain/contract.ts'
import { addDays, compactDate } from '../../domain/date.ts'
import { formatLiquidHours } from '../../domain/liquid-hours.ts'
import type { DayHours } from '../../domain/liquid-hours.ts'
import { amountOf } from '../../domain/money.ts'
import type { ResponseOf } from '../../wire/responses.ts'
import type { Listed, Market } from '../market/market.ts'
import type { House } from './session-client.ts'
import { exchangesOf, lastTradeDateOf, tradingClassOf, wireContract } from './session-contract.ts'
import type { Listable } from './session-contract.ts'

/** "Roughly a week ahead" (protocol.md, section 11.1). */
const DAYS_AHEAD = 7
const STOCK_HOURS = { open: '04:00', close: '20:00' } as const
const ORDER_TYPES = 'ACTIVETIM,ALGO,DAY,GTC,IOC,LMT,MKT,OCA,STP,STPLMT,WHATIF'

/** All that a Gateway tells about a contract. */
export function detailsOf(
  contract: Listable,
  { reqId, house }: { readonly reqId: number; readonly house: House },
): ResponseOf<'contractDetails'> {
  const { market, clock, rules } = house
  const listed = market.underlyings.find((each) => each.contract.symbol === contract.symbol)
  const option = contract.kind === 'option' ? contract : null
  const lastTradeDate = option === null ? '' : lastTradeDateOf(option)
  const exchanges = exchangesOf(contract)
  const increments = contract.kind === 'index' ? null : contract.priceIncrements
  const rule = increments === null ? '' : String(rules.idOf(increments))
  const week = { market, contract, from: newYorkDate(clock.now()) }
  return {
    ...PLAIN,
    kind: 'contractDetails',
    reqId,
    contract: {
      ...wireContract(contract, contract.kind === 'index' ? contract.exchange : 'SMART'),
      primaryExchange: option === null ? (listed?.primaryExchange ?? '') : '',
    },
    lastTradeDate,
    marketName: tradingClassOf(contract),
    minTick: increments === null ? 0.01 : smallestTick(increments),
    orderTypes: contract.kind === 'index' ? '' : ORDER_TYPES,
    validExchanges: exchanges.join(','),
    underConId: option === null ? 0 : (listed?.contract.conId ?? 0),
    longName: listed?.longName ?? contract.symbol,
    contractMonth: lastTradeDate.slice(0, 6),
    tradingHours: hoursOf(week, contract.kind === 'stock' ? STOCK_HOURS : null),
    liquidHours: hoursOf(week, null),
    underSymbol: option?.symbol ?? '',
    underSecType: option === null ? '' : listed?.contract.kind === 'index' ? 'IND' : 'STK',
    marketRuleIds: rule === '' ? '' : exchanges.map(() => rule).join(','),
    realExpirationDate: option === null ? '' : compactDate(settlesOn(option)),
    stockType: contract.kind === 'stock' ? stockTypeOf(listed) : '',
  }
}

/** What is the same for everything listed here. */
const PLAIN = {
  mdSizeMultiplier: 1,
  priceMagnifier: 1,
  industry: '',
  category: '',
  subcategory: '',
  timeZoneId: 'US/Eastern',
  evRule: '',
  evMultiplier: 0,
  secIds: [],
  aggGroup: 1,
  sizeMinTick: 1,
  minSize: 1,
  sizeIncrement: 1,
  suggestedSizeIncrement: 1,
  fund: null,
  ineligibilityReasons: [],
} as const

interface Week {
  readonly market: Market
  readonly contract: Listable
  readonly from: CalendarDate
}

/** Regular hours, or those around them that a stock trades in on the same days. */
function hoursOf({ market, contract, from }: Week, wide: typeof STOCK_HOURS | null): string {
  const lateMs = contract.kind === 'option' ? latenessOf(market, contract) : 0
  const days: DayHours[] = []
  for (let ahead = 0; ahead < DAYS_AHEAD; ahead++) {
    const date = addDays(from, ahead)
    const session = market.session(contract.conId, date)
    const isOver = contract.kind === 'option' && date > newYorkDate(contract.lastTradingAt)
    if (session === null || isOver) days.push({ date, spans: [] })
    else if (wide !== null) days.push({ date, spans: [around(session.date, wide)] })
    else days.push({ date, spans: [{ ...session, close: (session.close + lateMs) as EpochMs }] })
  }
  return formatLiquidHours(days, NEW_YORK)
}

/** How long an option trades after the session, as on its last day: 15 minutes on an index. */
function latenessOf(market: Market, option: OptionContract): number {
  const last = market.session(option.conId, newYorkDate(option.lastTradingAt))
  return last === null ? 0 : option.lastTradingAt - last.close
}

function around(
  date: CalendarDate,
  { open, close }: typeof STOCK_HOURS,
): { readonly open: EpochMs; readonly close: EpochMs } {
  return { open: atNewYork(date, open), close: atNewYork(date, close) }
}

/** An option that settles by the opening stops trading on the day before. */
function settlesOn({ settlement, expiry, lastTradingAt }: OptionContract): CalendarDate {
  const last = newYorkDate(lastTradingAt)
  if (settlement === 'PM' || expiry > last) return expiry
  return nextSession(last)?.date ?? expiry
}

function smallestTick(increments: Listing['priceIncrements']): number {
  return Math.min(...increments.map(({ tick }) => amountOf(tick)))
}

function stockTypeOf(listed: Listed | undefined): string {
  return /\b(ETF|TRUST)\b/.test(listed?.longName ?? '') ? 'ETF' : 'COMMON'
}
