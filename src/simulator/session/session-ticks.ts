import type { EpochMs } from '../../base/clock.ts'
import { amountOf } from '../../domain/money.ts'
import type { Price } from '../../domain/money.ts'
import type { Response } from '../../wire/responses.ts'
import type { MarketQuote } from '../market/market.ts'

/** The numbers a kind of data travels under (protocol.md, section 8.1). */
export interface TickNumbers {
  readonly bid: number
  readonly ask: number
  readonly last: number
  readonly bidSize: number
  readonly askSize: number
  readonly lastSize: number
  readonly high: number
  readonly low: number
  readonly open: number
  readonly close: number
  readonly volume: number
  readonly lastTime: number
  readonly halted: number
  /** Of computations: bid, ask, last, model. */
  readonly computations: readonly [bid: number, ask: number, last: number, model: number]
}

export const LIVE_TICKS: TickNumbers = {
  bid: 1,
  ask: 2,
  last: 4,
  bidSize: 0,
  askSize: 3,
  lastSize: 5,
  high: 6,
  low: 7,
  open: 14,
  close: 9,
  volume: 8,
  lastTime: 45,
  halted: 49,
  computations: [10, 11, 12, 13],
}

export const DELAYED_TICKS: TickNumbers = {
  bid: 66,
  ask: 67,
  last: 68,
  bidSize: 69,
  askSize: 70,
  lastSize: 71,
  high: 72,
  low: 73,
  open: 76,
  close: 75,
  volume: 74,
  lastTime: 88,
  halted: 90,
  computations: [80, 81, 82, 83],
}

const BID_EXCHANGE = 32
const ASK_EXCHANGE = 33
const LAST_EXCHANGE = 84
const CAN_AUTO_EXECUTE = 1

/** What a client must be told when a quote follows another; all of it when none came before. */
export function quoteTicks(
  reqId: number,
  { before, now }: { readonly before: MarketQuote | null; readonly now: MarketQuote },
  numbers: TickNumbers,
): readonly Response[] {
  const ticks: Response[] = []
  const price = (tickType: number, value: Price, size: number | null): void => {
    const mask = tickType === numbers.bid || tickType === numbers.ask ? CAN_AUTO_EXECUTE : 0
    ticks.push({ kind: 'tickPrice', reqId, tickType, price: amountOf(value), size, mask })
  }
  const size = (tickType: number, value: number): void => {
    ticks.push({ kind: 'tickSize', reqId, tickType, size: value })
  }
  const text = (tickType: number, value: string): void => {
    ticks.push({ kind: 'tickString', reqId, tickType, value })
  }
  if (before?.synthetic !== now.synthetic) {
    const [quoted, traded] = now.synthetic ? [SYNTHETIC, SYNTHETIC] : QUOTED_AT
    text(BID_EXCHANGE, quoted)
    text(ASK_EXCHANGE, quoted)
    text(LAST_EXCHANGE, traded)
  }
  for (const side of ['bid', 'ask'] as const) {
    const sizeName = `${side}Size` as const
    const moved = before?.[side] !== now[side]
    const sizeNow = now[side] === null ? 0 : now[sizeName]
    if (moved) price(numbers[side], now[side] ?? NO_QUOTE, sizeNow)
    if (sizeNow !== null && (moved || before?.[sizeName] !== sizeNow)) {
      size(numbers[sizeName], sizeNow)
    }
  }
  const traded = before === null || before.volume !== now.volume || before.last !== now.last
  if (now.last !== null && traded) {
    text(numbers.lastTime, String(Math.floor(now.changedAt / 1000)))
    price(numbers.last, now.last, now.lastSize)
    if (now.lastSize !== null) size(numbers.lastSize, now.lastSize)
  }
  if (now.volume !== null && before?.volume !== now.volume) size(numbers.volume, now.volume)
  for (const name of ['high', 'low', 'open'] as const) {
    const value = now[name]
    if (value !== null && before?.[name] !== value) price(numbers[name], value, 0)
  }
  if (now.previousClose !== null && before?.previousClose !== now.previousClose) {
    price(numbers.close, now.previousClose, 0)
  }
  if (before?.halted !== now.halted) {
    const value = now.halted ? 1 : 0
    ticks.push({ kind: 'tickGeneric', reqId, tickType: numbers.halted, value })
  }
  return ticks
}

/** What the exchange fields say of a quote that was derived, not recorded. */
export const SYNTHETIC = 'SYNTHETIC'
/** Letters of exchanges, as a Gateway sends them; their meaning is of no use here. */
const QUOTED_AT = ['PQZ', 'D'] as const
/** A price of -1 means no quote. */
const NO_QUOTE = -1_000_000 as Price

/** All that an underlying's snapshot waits for; an index has no sides (protocol.md, 12.11). */
export function isComplete(quote: MarketQuote, kind: 'stock' | 'option' | 'index'): boolean {
  const traded = quote.last !== null && quote.previousClose !== null
  if (kind === 'index') return traded
  return traded && quote.bid !== null && quote.ask !== null && quote.open !== null
}

/** When a stream that spoke at `last` may speak again about a change at `change`. */
export function notBefore(change: EpochMs, last: EpochMs, kind: string): EpochMs {
  return Math.max(change, last + (kind === 'option' ? OPTION_MS : STOCK_MS)) as EpochMs
}

/** TWS API, "Market Data Update Frequency": aggregated to so many milliseconds. */
const STOCK_MS = 250
const OPTION_MS = 100
