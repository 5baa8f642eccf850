import type { Money } from '../domain/money.ts'
import { addMoney, notional } from '../domain/money.ts'
import type { TrackedOrder } from '../domain/order.ts'
import type { RiskView } from './limits.ts'
import { maxLoss } from './max-loss.ts'

/**
 * What is spoken for and not yet in the account's funds: entries that may still fill, at their
 * worst case, and entries that filled since the account was observed. Null when it is unbounded.
 */
export function reservation(view: Pick<RiskView, 'orders' | 'spentSinceAccount'>): Money | null {
  const inFlight = view.orders.filter((order) => order.role === 'entry').map(worstCost)
  if (inFlight.some((cost) => cost === null)) return null
  return addMoney(view.spentSinceAccount, ...inFlight.filter((cost) => cost !== null))
}

function worstCost(order: TrackedOrder): Money | null {
  const { contract, side, terms, worst, pendingChange } = order
  // No entry has another type; if one had, its cost is unknown.
  if (terms.type !== 'LMT') return null
  const units = Math.max(order.quantity, pendingChange?.quantity ?? 0) - order.filled
  const price = worst ?? terms.limit
  const each = maxLoss({ contract, side, price }, [])
  if (each === null) return null
  const cost = notional(price, 1, contract.multiplier)
  return (Math.max(each, side === 'BUY' ? cost : 0) * Math.max(0, units)) as Money
}
