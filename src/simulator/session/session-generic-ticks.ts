import type { EpochMs } from '../../base/clock.ts'
import { newYorkDate } from '../../domain/calendar.ts'
import type { Right } from '../../domain/contract.ts'
import { daysBetween } from '../../domain/date.ts'
import { amountOf } from '../../domain/money.ts'
import type { Price } from '../../domain/money.ts'
import type { Response } from '../../wire/responses.ts'
import { UNWATCHED } from '../market/market.ts'
import type { MarketQuote } from '../market/market.ts'
import type { House } from './session-client.ts'
import type { Listable } from './session-contract.ts'
import { dailyRange, historicalVolatility } from './session-daily.ts'

const OPTION_VOLUME = 100
const OPEN_INTEREST = 101
const HISTORICAL_VOLATILITY = 104
const IMPLIED_VOLATILITY = 106
const MISCELLANEOUS = 165
const MARK_PRICE = 221
const MARK_PRICE_TOO = 232
const RT_VOLUME = 233
const SHORTABLE = 236
const RT_TRADE_VOLUME = 375
const DIVIDENDS = 456

/** Generic ticks that are known; those without data here are accepted and stay silent. */
export const LEGAL_GENERIC_TICKS =
  '100,101,104,105,106,162,165,221,225,232,233,236,256,258,292,293,294,295,318,375,411,456,' +
  '460,577,586,587,588,595'
const LEGAL: ReadonlySet<number> = new Set(LEGAL_GENERIC_TICKS.split(',').map(Number))

/** `100,101,106`; null when one of them is not legal. */
export function parseGenericTicks(text: string): ReadonlySet<number> | null {
  const numbers = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => Number(part.split(':')[0])) // `292:BRFG` names a provider
  return numbers.every((number) => LEGAL.has(number)) ? new Set(numbers) : null
}

interface Line {
  readonly reqId: number
  readonly contract: Listable
}

/** What is said once, when a line begins. */
export function startingTicks(
  { reqId, contract, at }: Line & { readonly at: EpochMs },
  wanted: ReadonlySet<number>,
  house: House,
): readonly Response[] {
  const ticks: Response[] = []
  const generic = (tickType: number, value: number | null): void => {
    if (value !== null) ticks.push({ kind: 'tickGeneric', reqId, tickType, value })
  }
  const size = (tickType: number, value: number): void => {
    ticks.push({ kind: 'tickSize', reqId, tickType, size: value })
  }
  const { market } = house
  const isUnderlying = contract.kind !== 'option'
  if (isUnderlying && (wanted.has(OPTION_VOLUME) || wanted.has(OPEN_INTEREST))) {
    const calls = chainTotal(house, contract, { right: 'C', at })
    const puts = chainTotal(house, contract, { right: 'P', at })
    if (wanted.has(OPEN_INTEREST)) {
      size(27, calls.openInterest)
      size(28, puts.openInterest)
    }
    if (wanted.has(OPTION_VOLUME)) {
      size(29, calls.volume)
      size(30, puts.volume)
    }
  }
  if (isUnderlying && wanted.has(HISTORICAL_VOLATILITY)) {
    generic(23, historicalVolatility(market, contract.conId, at))
  }
  if (isUnderlying && wanted.has(IMPLIED_VOLATILITY))
    generic(24, nearVolatility(house, contract, at))
  if (wanted.has(SHORTABLE) && contract.kind === 'stock') generic(46, 3) // at least 1000 shares
  if (wanted.has(DIVIDENDS)) ticks.push({ kind: 'tickString', reqId, tickType: 59, value: ',,,' })
  if (wanted.has(MISCELLANEOUS) && isUnderlying) {
    for (const { lowType, highType, weeks } of RANGES) {
      const range = dailyRange(market, contract.conId, { at, weeks })
      if (range === null) continue
      const price = (tickType: number, value: Price): void => {
        ticks.push({ kind: 'tickPrice', reqId, tickType, price: amountOf(value), size: 0, mask: 0 })
      }
      price(lowType, range.low)
      price(highType, range.high)
      if (weeks === 13) size(21, range.averageVolume) // of 90 days
    }
  }
  return ticks
}

const RANGES = [
  { lowType: 15, highType: 16, weeks: 13 },
  { lowType: 17, highType: 18, weeks: 26 },
  { lowType: 19, highType: 20, weeks: 52 },
] as const

/** What is said again whenever it changes. */
export function changingTicks(
  { reqId, contract }: Line,
  wanted: ReadonlySet<number>,
  { before, now }: { readonly before: MarketQuote | null; readonly now: MarketQuote },
): readonly Response[] {
  const ticks: Response[] = []
  if (contract.kind === 'option') {
    const isCall = contract.right === 'C'
    const size = (tickType: number, value: number | null): void => {
      if (value !== null) ticks.push({ kind: 'tickSize', reqId, tickType, size: value })
    }
    if (wanted.has(OPEN_INTEREST) && before?.openInterest !== now.openInterest) {
      size(isCall ? 27 : 28, now.openInterest)
    }
    if (wanted.has(OPTION_VOLUME) && before?.volume !== now.volume) {
      size(isCall ? 29 : 30, now.volume)
    }
  }
  if (wanted.has(MARK_PRICE) || wanted.has(MARK_PRICE_TOO)) {
    const mark = markOf(now)
    if (mark !== null && mark !== (before === null ? null : markOf(before))) {
      ticks.push({
        kind: 'tickPrice',
        reqId,
        tickType: 37,
        price: amountOf(mark),
        size: 0,
        mask: 0,
      })
    }
  }
  const traded = now.last !== null && now.volume !== null && before?.volume !== now.volume
  if (traded && wanted.has(RT_VOLUME)) ticks.push(tape(reqId, 48, now))
  if (traded && wanted.has(RT_TRADE_VOLUME)) ticks.push(tape(reqId, 77, now))
  return ticks
}

/** price;size;time;total volume;vwap;single trade. The day's average price is not kept. */
function tape(reqId: number, tickType: number, now: MarketQuote): Response {
  const price = amountOf(now.last ?? (0 as Price))
  const value = [price, now.lastSize ?? 0, now.changedAt, now.volume ?? 0, price, true].join(';')
  return { kind: 'tickString', reqId, tickType, value }
}

function markOf({ bid, ask, last }: MarketQuote): Price | null {
  return bid !== null && ask !== null ? (Math.round((bid + ask) / 2) as Price) : last
}

/** Over the whole chain: asked for once per line. */
function chainTotal(
  { market }: House,
  { symbol }: Listable,
  { right, at }: { readonly right: Right; readonly at: EpochMs },
): { readonly openInterest: number; readonly volume: number } {
  let openInterest = 0
  let volume = 0
  for (const option of market.options(symbol, newYorkDate(at))) {
    if (option.right !== right) continue
    const quote = market.quote(option.conId, at, UNWATCHED)
    openInterest += quote?.openInterest ?? 0
    volume += quote?.volume ?? 0
  }
  return { openInterest, volume }
}

/** At the money, of the expiry nearest to 30 days. */
function nearVolatility(
  { market }: House,
  { symbol, conId }: Listable,
  at: EpochMs,
): number | null {
  const spot = market.quote(conId, at, UNWATCHED)?.last ?? null
  if (spot === null) return null
  const today = newYorkDate(at)
  let best: { readonly distance: number; readonly volatility: number } | null = null
  for (const option of market.options(symbol, today)) {
    const days = Math.abs(daysBetween(today, option.expiry) - 30)
    const distance = days * 1000 + Math.abs(option.strike - spot) / spot
    if (best !== null && best.distance <= distance) continue
    const volatility = market.quote(option.conId, at, UNWATCHED)?.model?.impliedVolatility
    if (volatility !== undefined) best = { distance, volatility }
  }
  return best?.volatility ?? null
}
