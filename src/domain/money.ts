import { assert } from '../base/assert.ts'
import type { Brand } from '../base/brand.ts'

/** Integer millionths of its contract's currency, per share. Negative only as a combo's credit. */
export type Price = Brand<number, 'Price'>
/** Integer millionths of the base currency, in total: dollars unless a conversion is configured. */
export type Money = Brand<number, 'Money'>
/** `USD`. A price has the currency of its contract. */
export type Currency = Brand<string, 'Currency'>

const MICROS = 1_000_000

/** From units of the currency, to the nearest millionth. */
export function price(amount: number): Price {
  return micros(amount) as Price
}

/** From units of the currency, to the nearest millionth. */
export function money(amount: number): Money {
  return micros(amount) as Money
}

/** What `quantity` units cost or bring at this price. */
export function notional(of: Price, quantity: number, multiplier: number): Money {
  const total = of * quantity * multiplier
  assert(Number.isSafeInteger(total), 'a notional is a safe integer of millionths')
  return total as Money
}

/** To the grid of `tick`: a buy limit goes down, a sell limit up. */
export function roundToTick(of: Price, tick: Price, to: 'down' | 'up'): Price {
  assert(tick > 0, 'a tick is positive')
  const steps = of / tick
  return withoutNegativeZero((to === 'down' ? Math.floor(steps) : Math.ceil(steps)) * tick) as Price
}

/** Units of the currency, as a float: for statistics, the wire and the screen, never for sums. */
export function amountOf(of: Price | Money): number {
  return of / MICROS
}

/** "5.68", "-1751.405": exact, with two decimals at least and no zero behind them. */
export function decimalText(of: Price | Money): string {
  const size = Math.abs(of)
  const rest = String(size % MICROS).padStart(6, '0')
  const decimals = rest.slice(0, 2) + rest.slice(2).replace(/0+$/, '')
  return `${of < 0 ? '-' : ''}${Math.floor(size / MICROS)}.${decimals}`
}

/** "$5.68", "-$1,751.40": exact, for a sentence. */
export function amountText(of: Price | Money): string {
  const [whole = '', decimals = ''] = decimalText(of).replace('-', '').split('.')
  return `${of < 0 ? '-' : ''}$${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${decimals}`
}

export function addMoney(...amounts: readonly Money[]): Money {
  return amounts.reduce((sum, each) => sum + each, 0) as Money
}

/** Whether a number from outside can be an amount: finite, and below nine billion units. */
export function isAmount(amount: number): boolean {
  return Number.isSafeInteger(Math.round(amount * MICROS))
}

function micros(amount: number): number {
  assert(Number.isFinite(amount), 'an amount is finite')
  assert(isAmount(amount), 'an amount fits safe integers of millionths')
  return withoutNegativeZero(Math.round(amount * MICROS))
}

/** A journal would give it back as 0, and then memory and journal would differ. */
function withoutNegativeZero(value: number): number {
  return value === 0 ? 0 : value
}
