import { describe, expect, test } from 'vitest'
import { atNewYork } from '../../domain/calendar.ts'
import type { CalendarDate, OptionContract, Ticker } from '../../domain/contract.ts'
import { tickAt } from '../../domain/contract.ts'
import { amountOf } from '../../domain/money.ts'
import { generatedMarket } from './generated-market.ts'
import type { Market, MarketQuote } from './market.ts'

const TODAY = '2026-03-10' as CalendarDate
const SPY = 'SPY' as Ticker
const market = generatedMarket({ seed: 5, start: TODAY })
const at = atNewYork(TODAY, '10:30')

function quoteOf(contract: OptionContract, moment = at, of: Market = market): MarketQuote {
  const quote = of.quote(contract.conId, moment, 'low-first')
  if (quote === null) throw new Error(`expected a quote of ${contract.conId}`)
  return quote
}

const quoted = (['SPY', 'QQQ', 'AAPL'] as Ticker[]).flatMap((symbol) =>
  market.options(symbol, TODAY).map((contract) => ({ contract, quote: quoteOf(contract) })),
)
const spot = (symbol: string): number =>
  quoted.find(({ contract }) => contract.symbol === symbol)?.quote.model?.underlyingPrice ?? NaN

function grouped<Key>(
  contracts: readonly OptionContract[],
  keyOf: (contract: OptionContract) => Key,
): ReadonlyMap<Key, readonly OptionContract[]> {
  const groups = new Map<Key, OptionContract[]>()
  for (const contract of contracts) {
    const key = keyOf(contract)
    groups.set(key, [...(groups.get(key) ?? []), contract])
  }
  return groups
}

describe('a generated chain', () => {
  test('has hundreds of strikes and several expiries, one of them today', () => {
    const chain = market.options(SPY, TODAY)
    const today = chain.filter(({ expiry }) => expiry === TODAY)
    expect(new Set(chain.map(({ expiry }) => expiry)).size).toBeGreaterThan(15)
    expect(new Set(today.map(({ strike }) => strike)).size).toBeGreaterThan(200)
  })

  test('is listed by expiry, strike and right, each contract once', () => {
    const keys = market
      .options(SPY, TODAY)
      .map(({ expiry, strike, right }) => `${expiry} ${String(strike).padStart(12, '0')} ${right}`)
    expect(keys).toEqual([...new Set(keys)].sort())
  })

  test('lists nothing that has expired, and still knows what it was', () => {
    const [first] = market.options(SPY, TODAY)
    const later = market.options(SPY, '2026-03-11' as CalendarDate)
    if (first === undefined) throw new Error('expected a chain')
    expect(later.every(({ expiry }) => expiry >= '2026-03-11')).toBe(true)
    expect(market.contract(first.conId)).toEqual(first)
    expect(market.quote(first.conId, first.lastTradingAt, 'low-first')).toBeNull()
  })

  test("on a half day ends at one o'clock", () => {
    const eve = '2026-12-24' as CalendarDate
    const [first] = market.options(SPY, eve)
    expect(first?.lastTradingAt).toBe(atNewYork(eve, '13:00'))
  })

  test('of an index trades a quarter of an hour longer', () => {
    const index = generatedMarket({ seed: 5, start: TODAY, symbols: ['SPX' as Ticker] })
    const [first] = index.options('SPX' as Ticker, TODAY)
    expect(first?.tradingClass).toBe('SPXW')
    expect(first?.lastTradingAt).toBe(atNewYork(TODAY, '16:15'))
    expect(first && index.session(first.conId, TODAY)?.close).toBe(atNewYork(TODAY, '16:15'))
  })
})

describe('every generated quote', () => {
  test('is on the grid of its contract, never crossed, and its bid is above nothing', () => {
    for (const { contract, quote } of quoted) {
      const { bid, ask } = quote
      if (ask === null) throw new Error('expected an ask')
      expect(ask % tickAt(contract, ask)).toBe(0)
      if (bid === null) continue
      expect(bid).toBeGreaterThan(0)
      expect(bid % tickAt(contract, bid)).toBe(0)
      expect(bid).toBeLessThan(ask)
    }
  })

  test('holds the value of the model', () => {
    for (const { quote } of quoted) {
      const value = quote.model?.price ?? NaN
      expect(amountOf(quote.ask ?? (0 as never))).toBeGreaterThanOrEqual(value)
      if (quote.bid !== null) expect(amountOf(quote.bid)).toBeLessThanOrEqual(value)
    }
  })

  test('of a worthless option has no bid and asks one tick', () => {
    const worthless = quoted.filter(({ quote }) => (quote.model?.price ?? 1) < 0.004)
    expect(worthless.length).toBeGreaterThan(10)
    for (const { quote } of worthless) {
      expect([quote.bid, quote.bidSize, quote.ask]).toEqual([null, null, 10_000])
    }
  })

  test('at the money is 1 to 3 % wide, more only where the tick is coarse', () => {
    const widths = quoted.flatMap(({ contract, quote: { bid, ask } }) => {
      const away = Math.abs(amountOf(contract.strike) / spot(contract.symbol) - 1)
      return away > 0.003 || bid === null || ask === null ? [] : [(2 * (ask - bid)) / (ask + bid)]
    })
    const mean = widths.reduce((sum, each) => sum + each, 0) / widths.length
    expect(mean).toBeGreaterThan(0.01)
    expect(mean).toBeLessThan(0.03)
    expect(Math.max(...widths)).toBeLessThan(0.05)
  })

  test('keeps put-call parity: the mids differ from it by less than their spreads', () => {
    const puts = new Map(
      quoted
        .filter(({ contract }) => contract.right === 'P')
        .map(({ contract, quote }) => [
          `${contract.symbol} ${contract.expiry} ${contract.strike}`,
          quote,
        ]),
    )
    let pairs = 0
    for (const { contract, quote } of quoted) {
      const put = puts.get(`${contract.symbol} ${contract.expiry} ${contract.strike}`)
      if (contract.right === 'P' || put === undefined) continue
      const [call, strike] = [quote, amountOf(contract.strike)]
      if (call.bid === null || call.ask === null || put.bid === null || put.ask === null) continue
      const mids = (call.bid + call.ask - put.bid - put.ask) / 2e6
      const spreads = (call.ask - call.bid + put.ask - put.bid) / 2e6
      expect(Math.abs(mids - (spot(contract.symbol) - strike))).toBeLessThanOrEqual(spreads)
      pairs += 1
    }
    expect(pairs).toBeGreaterThan(1000)
  })

  test('has volume and open interest that are known at the time, and most near the money', () => {
    const today = market.options(SPY, TODAY).filter(({ expiry }) => expiry === TODAY)
    const volumeNear = (distance: number): number =>
      today
        .filter(({ strike }) => Math.abs(amountOf(strike) - spot('SPY')) < distance)
        .reduce((sum, contract) => sum + (quoteOf(contract).volume ?? 0), 0)
    expect(volumeNear(10)).toBeGreaterThan(volumeNear(1000) / 2)
  })
})

describe('option values follow the market', () => {
  test('calls fall and are convex in the strike; later expiries cost no less', () => {
    const calls = market.options(SPY, TODAY).filter(({ right }) => right === 'C')
    const value = (contract: OptionContract): number => quoteOf(contract).model?.price ?? NaN
    const byExpiry = grouped(calls, ({ expiry }) => expiry)
    for (const chain of byExpiry.values()) {
      for (const [index, contract] of chain.entries()) {
        const [next, third] = [chain[index + 1], chain[index + 2]]
        if (next === undefined || third === undefined) break
        const [low, middle, high] = [contract, next, third].map(value)
        const [one, two, three] = [contract, next, third].map(({ strike }) => amountOf(strike))
        const before = ((middle ?? NaN) - (low ?? NaN)) / ((two ?? NaN) - (one ?? NaN))
        const after = ((high ?? NaN) - (middle ?? NaN)) / ((three ?? NaN) - (two ?? NaN))
        expect(before).toBeLessThanOrEqual(1e-9)
        expect(after).toBeGreaterThanOrEqual(before - 1e-9)
      }
    }
    const byStrike = grouped(calls, ({ strike }) => strike)
    for (const sameStrike of byStrike.values()) {
      const values = sameStrike.map(value)
      expect(values).toEqual([...values].sort((a, b) => a - b))
    }
  })

  test('change when the underlying does: once a second at the most', () => {
    const [contract] = market.options(SPY, TODAY)
    if (contract === undefined) throw new Error('expected a chain')
    const now = quoteOf(contract)
    expect(quoteOf(contract, (at + 999) as typeof at)).toEqual(now)
    expect(market.nextChange(contract.conId, at)).toBe(at + 1000)
  })

  test('an expired option settles at the last price of its underlying', () => {
    const underlying = market.underlyings[0]?.contract.conId
    if (underlying === undefined) throw new Error('expected an underlying')
    const close = market.quote(underlying, atNewYork(TODAY, '16:00'), 'low-first')?.last
    expect(market.settlement(SPY, TODAY)).toBe(close)
  })

  test('are what they were, whatever was asked about later in the day before', () => {
    const fresh = generatedMarket({ seed: 5, start: TODAY })
    const asked = generatedMarket({ seed: 5, start: TODAY })
    const chain = fresh.options(SPY, TODAY)
    const early = atNewYork(TODAY, '09:30:05')
    for (const contract of chain) asked.quote(contract.conId, at, 'low-first')
    const untraded = chain.filter((contract) => quoteOf(contract, early, fresh).volume === 0)
    const lasts = untraded.map((contract) => quoteOf(contract, early, asked).last)
    expect(lasts.length).toBeGreaterThan(10)
    expect(new Set(lasts)).toEqual(new Set([null]))
  })

  test('the last trade lies within the quotes of its second, and trades make bars', () => {
    const contract = market
      .options(SPY, TODAY)
      .find(({ strike }) => Math.abs(amountOf(strike) - spot('SPY')) < 1)
    if (contract === undefined) throw new Error('expected a chain')
    const from = atNewYork(TODAY, '09:30')
    const bars = market.bars(contract.conId, { size: '1m', from, to: at, at })
    const volume = bars.reduce((sum, bar) => sum + bar.volume, 0)
    const before = quoteOf(contract, (at - 1) as typeof at)
    expect(volume).toBe(before.volume)
    expect(bars.at(-1)?.close).toBe(before.last)
  })
})
