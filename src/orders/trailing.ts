import { amountText } from '../domain/money.ts'
import type { Price } from '../domain/money.ts'
import type { ExitPlan } from '../domain/position.ts'
import { stopPrice } from './exit-plan.ts'
import type { TriggerTerms, Watched } from './triggers.ts'
import { closingPrice } from './triggers.ts'

/**
 * A stop moves by at least this share of its distance. Of a price that triples behind a stop of
 * 20 % that is at most 22 changes; IBKR objects to more than 20 for every order that is executed.
 */
const STEP = 0.25

export interface Trailing extends Watched {
  /** Units that entries may still add: until none can, the price that was paid is not known. */
  readonly opening: number
}

/**
 * The plan with its stop brought after the best price that closing could have had since the fill,
 * which the plan itself keeps; null when it stays. Never looser, and never by a quote that is not
 * usable.
 */
export function trailed(
  view: Trailing,
  pct: number,
  terms: TriggerTerms,
): { readonly plan: ExitPlan; readonly reason: string } | null {
  const { structure, opening } = view
  const { plan, quantity, contract } = structure
  const { stopLoss } = plan
  if (stopLoss === null || quantity === 0 || opening > 0 || structure.triggered !== null) {
    return null
  }
  const price = closingPrice(view, terms)
  if (price === null) return null
  const gain = quantity > 0 ? 1 : -1
  const to = stopPrice({ contract, side: quantity > 0 ? 'BUY' : 'SELL', price }, pct)
  const step = Math.abs(price) * pct * STEP
  const known = stopLoss.best ?? null
  if (to === null || gain * (to - stopLoss.price) < step) return null
  if (known !== null && gain * (price - known) < step) return null
  const moved = `${amountText(stopLoss.price)} -> ${amountText(to)}`
  const behind = `trails ${Number((100 * pct).toFixed(2))}% behind ${amountText(price)}`
  const reason = `${behind}: stop ${moved}`
  return { plan: { ...plan, stopLoss: { ...stopLoss, price: to, best: price } }, reason }
}

/** Whether this stop has left the price that the fill gave it. */
export function hasTrailed(stop: { readonly best?: Price } | null): boolean {
  return stop?.best !== undefined
}
