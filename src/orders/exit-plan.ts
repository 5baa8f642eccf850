import type { Side, Tradable } from '../domain/contract.ts'
import { tickAt } from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import { roundToTick } from '../domain/money.ts'
import type { Order, OrderTerms } from '../domain/order.ts'
import type { ExitPlan, PlannedExit } from '../domain/position.ts'

export interface ExitRules {
  readonly takeProfitPct: number | null
  readonly stopLossPct: number | null
  readonly timeInForce: ExitPlan['timeInForce']
}

export interface Opened {
  readonly contract: Tradable
  readonly side: Side
  readonly price: Price
}

/**
 * Exits from the price of the contract itself (R7), on its own ticks: a sell limit rounds up, a
 * sell trigger down. Null when a stop that is wanted has no price on the grid above zero.
 */
export function exitPlan(opened: Opened, rules: ExitRules): ExitPlan | null {
  const { contract, side, price } = opened
  const gain = side === 'BUY' ? 1 : -1
  const at = (to: number, pct: number): Price => {
    const moved = Math.round(price + gain * Math.abs(price) * pct) as Price
    return onTick(contract, moved, to > 0 ? 'up' : 'down')
  }
  const { takeProfitPct, stopLossPct, timeInForce } = rules
  const takeProfit: PlannedExit | null =
    takeProfitPct === null ? null : { price: at(gain, takeProfitPct), watchedBy: 'broker' }
  // The broker cannot rest the stop of a combo.
  const watchedBy = contract.kind === 'combo' ? 'local' : 'broker'
  const stopLoss: PlannedExit | null =
    stopLossPct === null ? null : { price: at(-gain, -stopLossPct), watchedBy }
  const unpriced = stopLoss !== null && contract.kind !== 'combo' && stopLoss.price <= 0
  return unpriced ? null : { takeProfit, stopLoss, timeInForce }
}

/** A stop this far behind a price; null when there is none on the grid above zero. */
export function stopPrice(behind: Opened, pct: number): Price | null {
  const { contract, side, price } = behind
  const gain = side === 'BUY' ? 1 : -1
  const moved = Math.round(price - gain * Math.abs(price) * pct) as Price
  const at = onTick(contract, moved, gain > 0 ? 'down' : 'up')
  return contract.kind !== 'combo' && at <= 0 ? null : at
}

/** Of an entry: a buy limit rounds down, a sell limit up. */
export function entryLimit({ contract, side, price }: Opened): Price {
  return onTick(contract, price, side === 'BUY' ? 'down' : 'up')
}

export type ExitRole = 'take-profit' | 'stop-loss'

/** The exits of a plan that rest at the broker, with the terms they rest at. */
export function restingExits(
  plan: ExitPlan,
): readonly { readonly role: ExitRole; readonly terms: OrderTerms }[] {
  const { takeProfit, stopLoss } = plan
  return [
    ...(takeProfit?.watchedBy === 'broker'
      ? [{ role: 'take-profit', terms: { type: 'LMT', limit: takeProfit.price } } as const]
      : []),
    ...(stopLoss?.watchedBy === 'broker'
      ? [{ role: 'stop-loss', terms: { type: 'STP', trigger: stopLoss.price } } as const]
      : []),
  ]
}

/** Cancel with block for one unit; reduce for more, or a partial take-profit strips the stop. */
export function ocaGroup(name: string, quantity: number): NonNullable<Order['oca']> {
  return { name, type: quantity === 1 ? 'cancel-with-block' : 'reduce-with-block' }
}

export function opposite(side: Side): Side {
  return side === 'BUY' ? 'SELL' : 'BUY'
}

function onTick(contract: Tradable, price: Price, to: 'up' | 'down'): Price {
  return roundToTick(price, tickAt(contract, price), to)
}
