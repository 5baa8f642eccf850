import { atNewYork } from '../domain/calendar.ts'
import type { OptionChain } from '../domain/chain.ts'
import type { CalendarDate, ConId, OptionContract, Ticker } from '../domain/contract.ts'
import type { Currency } from '../domain/money.ts'
import { price } from '../domain/money.ts'
import type { Candidate, Quote } from '../domain/quote.ts'
import type { ChainView, SelectionRules } from './rules.ts'

const NOW = atNewYork('2026-03-10' as CalendarDate, '10:00') // a Tuesday
const VENUE = { exchange: 'SMART', currency: 'USD' as Currency }

export const RULES: SelectionRules = {
  structure: { kind: 'long-option' },
  expiry: { kind: 'weekly' },
  sameDayExpiry: false,
  allowDelayed: false,
  strike: { kind: 'offset', steps: 0 },
  spreadPctMax: 0.02,
  volumeMin: 50,
  openInterestMin: 100,
  candidates: 3,
}

export function liquidQuote(fields: Partial<Quote> = {}): Quote {
  return {
    bid: price(3),
    ask: price(3.05),
    last: price(3),
    bidSize: 10,
    askSize: 10,
    volume: 500,
    openInterest: 1_000,
    delta: 0.5,
    receivedAt: NOW,
    aliveAt: NOW,
    delayed: false,
    halted: false,
    synthetic: false,
    ...fields,
  }
}

export function chain(fields: Partial<OptionChain> = {}): OptionChain {
  return {
    ...VENUE,
    underlying: { ...VENUE, kind: 'stock', symbol: 'SPY' as Ticker },
    tradingClass: 'SPY',
    multiplier: 100,
    expiries: ['2026-03-10', '2026-03-11', '2026-03-13', '2026-03-20'].map(
      (date) => date as CalendarDate,
    ),
    strikes: Array.from({ length: 300 }, (_, index) => price(450 + index)),
    ...fields,
  }
}

export function chainView(fields: Partial<ChainView> = {}): ChainView {
  return {
    chains: [chain()],
    spot: price(600.4),
    signal: { kind: 'enter', outlook: 'rise', confidence: 1, reason: 'test' },
    today: '2026-03-10' as CalendarDate,
    now: NOW,
    ...fields,
  }
}

/** A candidate, told apart by its strike. */
export function candidate(strike: number, quote: Partial<Quote> = {}): Candidate {
  const contract: OptionContract = {
    ...VENUE,
    kind: 'option',
    symbol: 'SPY' as Ticker,
    tradingClass: 'SPY',
    expiry: '2026-03-13' as CalendarDate,
    strike: price(strike),
    right: 'C',
    multiplier: 100,
    conId: strike as ConId,
    priceIncrements: [{ from: price(0), tick: price(0.01) }],
    settlement: 'PM',
    lastTradingAt: NOW,
  }
  return { contract, quote: liquidQuote(quote) }
}
