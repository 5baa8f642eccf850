import type { EpochMs } from '../../base/clock.ts'
import { newYorkDate } from '../../domain/calendar.ts'
import type { Hours } from '../../domain/calendar.ts'
import type { Bar, BarSize } from '../../domain/bar.ts'
import type { ConId } from '../../domain/contract.ts'
import { dayNumber } from '../../domain/date.ts'
import type { Price } from '../../domain/money.ts'
import { UNWATCHED } from '../market/market.ts'
import type { Market, MarketQuote } from '../market/market.ts'
import { sessionsBack } from './session-history-window.ts'

const MINUTE_MS = 60_000
const HOUR_SECONDS = 3_600
const DAY_SECONDS = 86_400
const WEEK_SECONDS = 7 * DAY_SECONDS
/** How often a quote is looked at for one bar that no trade makes. */
const LOOKS_PER_BAR = 12

export type WhatToShow = 'TRADES' | 'MIDPOINT' | 'BID' | 'ASK' | 'BID_ASK'

/** Bars with from <= start < to as far as they are known at `at`; the last may still be forming. */
export interface BarsWanted {
  readonly contract: ConId
  readonly seconds: number
  readonly what: WhatToShow
  readonly from: EpochMs
  readonly to: EpochMs
  readonly at: EpochMs
  /** Default: regular. */
  readonly hours?: Hours
}

export function historyBars(market: Market, wanted: BarsWanted): readonly Bar[] {
  return wanted.what === 'TRADES' && wanted.seconds * 1000 >= MINUTE_MS
    ? tradeBars(market, wanted)
    : quotedBars(market, wanted)
}

/** Made of the market's own bars, which are of three sizes. */
function tradeBars(
  market: Market,
  { contract, seconds, from, to, at, hours = 'regular' }: BarsWanted,
): readonly Bar[] {
  const size: BarSize = seconds % HOUR_SECONDS === 0 ? '1h' : seconds % 300 === 0 ? '5m' : '1m'
  const bars = [...market.bars(contract, { size, from, to, at, hours })]
  const forming = market.formingBar(contract, { size, at, hours })
  const isNew = forming !== null && forming.start !== bars.at(-1)?.start
  if (isNew && forming.start >= from && forming.start < to) bars.push(forming)
  return grouped(bars, (bar) => groupOf(bar.start, seconds))
}

/** Bars of one group share a number; a day is New York's, and so is the grid of larger hours. */
function groupOf(start: EpochMs, seconds: number): number {
  if (seconds < DAY_SECONDS) {
    // One hour and less are on the clock's grid, but for 09:30-10:00, which the market keeps apart.
    return seconds === HOUR_SECONDS ? start : Math.floor(start / (seconds * 1000))
  }
  const date = newYorkDate(start)
  if (seconds === DAY_SECONDS) return dayNumber(date)
  if (seconds === WEEK_SECONDS) return Math.floor((dayNumber(date) + 3) / 7) // weeks from Monday
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7))
}

function grouped(bars: readonly Bar[], groupOf: (bar: Bar) => number): readonly Bar[] {
  const joined: Bar[] = []
  let group: number | null = null
  for (const bar of bars) {
    const last = joined.at(-1)
    const number = groupOf(bar)
    if (last === undefined || number !== group) joined.push(bar)
    else joined[joined.length - 1] = followedBy(last, bar)
    group = number
  }
  return joined
}

function followedBy(earlier: Bar, later: Bar): Bar {
  return {
    start: earlier.start,
    open: earlier.open,
    high: Math.max(earlier.high, later.high) as Price,
    low: Math.min(earlier.low, later.low) as Price,
    close: later.close,
    volume: earlier.volume + later.volume,
  }
}

/** Made by looking at the quote, a dozen times a bar and at every bar's start. */
function quotedBars(market: Market, wanted: BarsWanted): readonly Bar[] {
  const { contract, from, to, at, hours = 'regular' } = wanted
  const until = Math.min(to, at + 1) as EpochMs
  const spans: { readonly from: EpochMs; readonly to: number }[] = []
  for (const { open, close } of sessionsBack({ market, contract, hours }, until)) {
    if (close <= from) break
    spans.unshift({ from: Math.max(open, from) as EpochMs, to: Math.min(close, until) })
  }
  const looks = spans.flatMap((span) => looksIn(market, wanted, span))
  return grouped(looks, (look) => look.start)
}

/** Each look as a bar of its own, on the grid of the bars it will be part of. */
function looksIn(
  market: Market,
  wanted: BarsWanted,
  span: { readonly from: EpochMs; readonly to: number },
): readonly Bar[] {
  const { contract, seconds, what } = wanted
  const looks: Bar[] = []
  let counted = market.quote(contract, (span.from - 1) as EpochMs, UNWATCHED)?.volume ?? 0
  for (let now = span.from; now < span.to; now = nextLook(market, wanted, now)) {
    const quote = market.quote(contract, now, UNWATCHED)
    const look = quote === null ? null : lookAt(quote, what)
    if (quote === null || look === null) continue
    const total = quote.volume ?? counted
    // A new day counts from nothing.
    const volume = total < counted ? total : total - counted
    looks.push({ ...look, start: gridStart(now, seconds * 1000), volume })
    counted = total
  }
  return looks
}

function nextLook(market: Market, { contract, seconds }: BarsWanted, now: EpochMs): EpochMs {
  const stepMs = seconds * 1000
  const soonest = now + Math.max(1, Math.floor(stepMs / LOOKS_PER_BAR))
  const change = market.nextChange(contract, now) ?? Infinity
  return Math.min(Math.max(soonest, change), gridStart(now, stepMs) + stepMs) as EpochMs
}

function gridStart(at: number, stepMs: number): EpochMs {
  return (Math.floor(at / stepMs) * stepMs) as EpochMs
}

interface Look {
  readonly open: Price
  readonly high: Price
  readonly low: Price
  readonly close: Price
}

/** BID_ASK: bid as open and low, ask as close and high (TWS API, "Historical Data Types"). */
function lookAt({ bid, ask, last }: MarketQuote, what: WhatToShow): Look | null {
  switch (what) {
    case 'TRADES':
      return flat(last)
    case 'BID':
      return flat(bid)
    case 'ASK':
      return flat(ask)
    default:
      if (bid === null || ask === null) return null
      if (what === 'BID_ASK') return { open: bid, high: ask, low: bid, close: ask }
      return flat(((bid + ask) / 2) as Price)
  }
}

function flat(price: Price | null): Look | null {
  return price === null ? null : { open: price, high: price, low: price, close: price }
}
