import { assert } from '../base/assert.ts'
import { atNewYork } from './calendar.ts'
import { comboOf } from './combo.ts'
import type {
  CalendarDate,
  ComboContract,
  ComboLeg,
  ConId,
  OptionContract,
  Side,
  StockContract,
  Ticker,
} from './contract.ts'
import type { Currency } from './money.ts'
import { price } from './money.ts'

const CENT = [{ from: price(0), tick: price(0.01) }]
const venue = { symbol: 'SPY' as Ticker, exchange: 'SMART', currency: 'USD' as Currency }
const EXPIRY = '2026-03-13' as CalendarDate

/** An option on SPY for combos in tests; its con id is its strike, a put's 10,000 more. */
export function leg(strike: number, right: 'C' | 'P', expiry: CalendarDate = EXPIRY) {
  const option: OptionContract = {
    ...venue,
    kind: 'option',
    conId: (strike * 10 + (right === 'P' ? 100_000 : 0)) as ConId,
    expiry,
    strike: price(strike),
    right,
    tradingClass: 'SPY',
    multiplier: 100,
    priceIncrements: CENT,
    settlement: 'PM',
    lastTradingAt: atNewYork(expiry, '16:00'),
  }
  return option
}

export const shares: StockContract = {
  ...venue,
  kind: 'stock',
  conId: 1 as ConId,
  multiplier: 1,
  priceIncrements: CENT,
}

export function legs(
  ...of: readonly (readonly [Side, ComboLeg['contract'], number?])[]
): readonly ComboLeg[] {
  return of.map(([side, contract, ratio = 1]) => ({ contract, ratio, side }))
}

export function made(of: readonly ComboLeg[]): ComboContract {
  const combo = comboOf(of)
  assert(combo.ok, combo.ok ? '' : combo.error)
  return combo.value
}

/** Bought to open: a call spread that gains with a rise, five wide. */
export const callSpread = made(legs(['BUY', leg(600, 'C')], ['SELL', leg(605, 'C')]))
/** Opened for a credit: a put spread below the market, five wide. */
export const putCredit = made(legs(['SELL', leg(595, 'P')], ['BUY', leg(590, 'P')]))
export const buyWrite = made(legs(['BUY', shares, 100], ['SELL', leg(605, 'C')]))
