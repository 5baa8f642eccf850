import { seedOf } from '../../base/prng.ts'
import type { Ticker } from '../../domain/contract.ts'
import { noiseAt } from './generated-noise.ts'

/** What a generated underlying is like; the figures are orders of magnitude of 2024 and 2025. */
export interface Profile {
  readonly symbol: Ticker
  readonly kind: 'stock' | 'index'
  /** IBKR's own for the names everybody knows. */
  readonly conId: number
  readonly longName: string
  readonly primaryExchange: string
  /** Around which its price wanders, in dollars. */
  readonly price: number
  /** How far it follows the market. */
  readonly beta: number
  /** Annualised volatility that it does not share with the market. */
  readonly ownVolatility: number
  /** Implied volatility of its options as a multiple of the market's. */
  readonly impliedRatio: number
  readonly sharesPerDay: number
  /** Usual distance of bid and ask, in cents. */
  readonly spreadCents: number
  readonly options: OptionListing | null
}

export interface OptionListing {
  readonly tradingClass: string
  /** `daily`: an expiry on every session of the next two weeks; `weekly`: Fridays. */
  readonly expiries: 'daily' | 'weekly'
  /** Distance of strikes near the money, in dollars. */
  readonly strikeStep: number
  /** Ticks in cents below and from $3: 1 and 5 in the penny programme, 5 and 10 outside it. */
  readonly tickCents: readonly [below: number, from: number]
  /** Minutes after the stock session in which the options still trade: 15 for index options. */
  readonly lateMinutes: number
  /** Width of an at-the-money quote as a share of its value. */
  readonly spread: number
  /** Contracts a day over the whole chain. */
  readonly contractsPerDay: number
}

/** SPY, QQQ and IWM are quoted in pennies at every price. */
const ALL_PENNY = [1, 1] as const
const PENNY = [1, 5] as const
const NICKEL = [5, 10] as const

function etfOptions(tradingClass: string, contractsPerDay: number): OptionListing {
  return {
    tradingClass,
    expiries: 'daily',
    strikeStep: 1,
    tickCents: ALL_PENNY,
    lateMinutes: 0,
    spread: 0.009,
    contractsPerDay,
  }
}

const KNOWN: readonly Profile[] = [
  {
    symbol: 'SPY' as Ticker,
    kind: 'stock',
    conId: 756_733,
    longName: 'SPDR S&P 500 ETF TRUST',
    primaryExchange: 'ARCA',
    price: 590,
    beta: 1,
    ownVolatility: 0.02,
    impliedRatio: 1,
    sharesPerDay: 70e6,
    spreadCents: 1,
    options: etfOptions('SPY', 8e6),
  },
  {
    symbol: 'QQQ' as Ticker,
    kind: 'stock',
    conId: 320_227_571,
    longName: 'INVESCO QQQ TRUST SERIES 1',
    primaryExchange: 'NASDAQ',
    price: 510,
    beta: 1.1,
    ownVolatility: 0.1,
    impliedRatio: 1.3,
    sharesPerDay: 45e6,
    spreadCents: 1,
    options: etfOptions('QQQ', 4e6),
  },
  {
    symbol: 'AAPL' as Ticker,
    kind: 'stock',
    conId: 265_598,
    longName: 'APPLE INC',
    primaryExchange: 'NASDAQ',
    price: 225,
    beta: 1,
    ownVolatility: 0.19,
    impliedRatio: 1.65,
    sharesPerDay: 50e6,
    spreadCents: 1,
    options: {
      tradingClass: 'AAPL',
      expiries: 'weekly',
      strikeStep: 2.5,
      tickCents: PENNY,
      lateMinutes: 0,
      spread: 0.01,
      contractsPerDay: 1e6,
    },
  },
  {
    symbol: 'SPX' as Ticker,
    kind: 'index',
    conId: 416_904,
    longName: 'S&P 500 STOCK INDEX',
    primaryExchange: 'CBOE',
    price: 5900,
    beta: 1,
    ownVolatility: 0.002,
    impliedRatio: 1,
    sharesPerDay: 70e6, // an index has no volume; this paces the volume of its options
    spreadCents: 1,
    options: {
      tradingClass: 'SPXW',
      expiries: 'daily',
      strikeStep: 5,
      tickCents: NICKEL,
      lateMinutes: 15,
      spread: 0.009,
      contractsPerDay: 2e6,
    },
  },
  {
    symbol: 'VIX' as Ticker,
    kind: 'index',
    conId: 13_455_763,
    longName: 'CBOE VOLATILITY INDEX',
    primaryExchange: 'CBOE',
    price: 16,
    beta: 0,
    ownVolatility: 0,
    impliedRatio: 0,
    sharesPerDay: 0,
    spreadCents: 1,
    options: null,
  },
]

/** A single stock nobody described: its figures follow from its name. */
function unknown(symbol: Ticker): Profile {
  const name = seedOf(0, symbol)
  const price = 40 + (noiseAt(name, 0) % 260)
  return {
    symbol,
    kind: 'stock',
    conId: 1_000_000 + (name % 250_000_000), // below the ids of recorded and generated options
    longName: `${symbol} COMMON STOCK`,
    primaryExchange: 'NYSE',
    price,
    beta: 0.7 + (noiseAt(name, 1) % 80) / 100,
    ownVolatility: 0.16 + (noiseAt(name, 2) % 12) / 100,
    impliedRatio: 1.7,
    sharesPerDay: 2e6 + (noiseAt(name, 3) % 20e6),
    spreadCents: 2,
    options: {
      tradingClass: symbol,
      expiries: 'weekly',
      strikeStep: price < 50 ? 0.5 : price < 120 ? 1 : 2.5,
      tickCents: NICKEL,
      lateMinutes: 0,
      spread: 0.015,
      contractsPerDay: 1e5,
    },
  }
}

export function profileOf(symbol: Ticker): Profile {
  return KNOWN.find((each) => each.symbol === symbol) ?? unknown(symbol)
}

/** The volatility index: a reading of the market's surface, without a path of its own. */
export const VOLATILITY_INDEX = 'VIX' as Ticker
