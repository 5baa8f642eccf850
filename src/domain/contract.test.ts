import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { combo } from './combo.ts'
import { keyOf, nameOf, toKey } from './contract-key.ts'
import type {
  CalendarDate,
  ComboLeg,
  ConId,
  Listing,
  OptionContract,
  StockContract,
  Ticker,
} from './contract.ts'
import { legsOf, tickAt } from './contract.ts'
import type { Currency } from './money.ts'
import { price } from './money.ts'

const USD = 'USD' as Currency
const LISTING: Listing = {
  exchange: 'SMART',
  currency: USD,
  multiplier: 100,
  priceIncrements: [
    { from: price(0), tick: price(0.05) },
    { from: price(3), tick: price(0.1) },
  ],
}

test.each([
  [0.01, 0.05],
  [2.99, 0.05],
  [3, 0.1],
  [250, 0.1],
  [-2.5, 0.05], // a credit
  [-3.2, 0.1],
])('the tick at %d is %d', (at, tick) => {
  expect(tickAt(LISTING, price(at))).toBe(price(tick))
})

test('two contracts are told apart by everything but the exchange', () => {
  const base = option({})
  const others = [
    option({ tradingClass: 'SPXW' }),
    option({ strike: price(101) }),
    option({ right: 'P' }),
    option({ expiry: '2026-03-20' as CalendarDate }),
    option({ multiplier: 10 }),
    option({ symbol: 'XSP' as Ticker }),
    option({ currency: 'EUR' as Currency }),
    stock('SPX'),
    { kind: 'index', symbol: 'SPX' as Ticker, exchange: 'CBOE', currency: USD } as const,
  ]
  expect(new Set([base, ...others].map((contract) => keyOf(contract))).size).toBe(10)
  expect(keyOf(option({ exchange: 'CBOE', conId: 9 as ConId }))).toBe(keyOf(base))
})

test('the key of a contract is that of what was asked for', () => {
  const spread = vertical()
  for (const contract of [option({}), stock('SPY'), spread]) {
    expect(keyOf(toKey(contract))).toBe(keyOf(contract))
  }
  expect(toKey(option({}))).not.toHaveProperty('conId')
})

test('people read a short name', () => {
  expect(nameOf(stock('SPY'))).toBe('SPY')
  expect(nameOf(option({}))).toBe('SPX 2026-03-13 100 C')
  expect(nameOf(option({ tradingClass: 'SPXW', strike: price(102.5) }))).toBe(
    'SPXW:SPX 2026-03-13 102.5 C',
  )
  expect(nameOf(vertical())).toBe('+1 SPX 2026-03-13 100 C -1 SPX 2026-03-13 105 C')
})

test('the legs of a combo in any order are one combo', () => {
  const { legs } = vertical()
  const other = made(combo([...legs].reverse(), LISTING))
  expect(keyOf(other)).toBe(keyOf(vertical()))
})

test('a contract that is no combo is its own only leg', () => {
  expect(legsOf(stock('SPY'))).toEqual([{ contract: stock('SPY'), ratio: 1, side: 'BUY' }])
  expect(legsOf(vertical()).length).toBe(2)
})

test('a buy-write has one stock leg and one option leg', () => {
  expect(combo([leg(stock('SPX'), 100), leg(option({}), 1)], LISTING).ok).toBe(true)
})

const far = option({ strike: price(105) })
test.each<readonly [string, readonly ComboLeg[]]>([
  ['expected legs, were none', []],
  ['expected 2 to 4 option legs, were 1', [leg(option({}))]],
  ['expected at most one stock leg, were 2', [leg(stock('SPX')), leg(stock('SPX'))]],
  ['expected 1 to 4 option legs, were 0', [leg(stock('SPX'))]],
  ['expected every contract once', [leg(option({})), leg(option({}))]],
  [
    'expected 2 to 4 option legs, were 5',
    [1, 2, 3, 4, 5].map((strike) => leg(option({ strike: price(strike) }))),
  ],
  [
    'expected one underlying, were SPX, XSP',
    [leg(option({})), leg(option({ symbol: 'XSP' as Ticker }))],
  ],
  ['expected every leg in USD, was EUR', [leg(option({})), leg({ ...far, currency: EUR() })]],
  ['expected ratios in lowest terms, were 2:4', [leg(option({}), 2), leg(far, 4)]],
  ['expected positive whole ratios, were 1:0', [leg(option({}), 1), leg(far, 0)]],
])('no combo: %s', (error, legs) => {
  expect(combo(legs, LISTING)).toEqual({ ok: false, error })
})

function EUR(): Currency {
  return 'EUR' as Currency
}

function stock(symbol: string): StockContract {
  return { ...LISTING, kind: 'stock', symbol: symbol as Ticker, conId: 1 as ConId, multiplier: 1 }
}

function option(fields: Partial<OptionContract>): OptionContract {
  return {
    ...LISTING,
    kind: 'option',
    symbol: 'SPX' as Ticker,
    tradingClass: 'SPX',
    expiry: '2026-03-13' as CalendarDate,
    strike: price(100),
    right: 'C',
    conId: 2 as ConId,
    settlement: 'PM',
    lastTradingAt: 0 as EpochMs,
    ...fields,
  }
}

function leg(contract: ComboLeg['contract'], ratio = 1): ComboLeg {
  return { contract, ratio, side: 'BUY' }
}

function vertical(): ReturnType<typeof made> {
  return made(combo([leg(option({})), { ...leg(far), side: 'SELL' }], LISTING))
}

function made(result: ReturnType<typeof combo>) {
  if (!result.ok) throw new Error(result.error)
  return result.value
}
