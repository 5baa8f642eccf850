import { addMoney, notional } from '../domain/money.ts'
import type { Money } from '../domain/money.ts'
import { legsOf } from '../domain/contract.ts'
import type { ConId } from '../domain/contract.ts'
import type { ExecId, Fill } from '../domain/fill.ts'

export interface Realized {
  /** Profit and loss of what was closed, commissions of opening and closing included. */
  readonly pnl: Money
  /** All that were reported, also of what is still open. */
  readonly commissions: Money
}

interface Holding {
  readonly quantity: number
  /** Signed like the quantity, commissions included: what the broker calls cost. */
  readonly cost: Money
}

const NONE: Holding = { quantity: 0, cost: 0 as Money }

/** By average cost, contract by contract, in the order of the fills: as the broker counts it. */
export function realized(fills: Iterable<Fill>, commissions: ReadonlyMap<ExecId, Money>): Realized {
  const held = new Map<ConId, Holding>()
  let pnl = 0 as Money
  for (const fill of fills) {
    if (fill.contract.kind === 'combo') continue // its legs are reported apart and counted there
    const [leg] = legsOf(fill.contract)
    if (leg === undefined) continue
    const { conId } = leg.contract
    const commission = commissions.get(fill.execId) ?? (0 as Money)
    const after = applied(held.get(conId) ?? NONE, fill, commission)
    held.set(conId, after.holding)
    pnl = addMoney(pnl, after.realized)
  }
  return { pnl, commissions: addMoney(...commissions.values()) }
}

function applied(
  before: Holding,
  fill: Fill,
  commission: Money,
): { readonly holding: Holding; readonly realized: Money } {
  const signed = fill.side === 'BUY' ? fill.quantity : -fill.quantity
  const value = notional(fill.price, signed, fill.contract.multiplier)
  if (before.quantity * signed >= 0) {
    const cost = addMoney(before.cost, value, commission)
    return { holding: { quantity: before.quantity + signed, cost }, realized: 0 as Money }
  }
  const closed = Math.min(Math.abs(signed), Math.abs(before.quantity))
  const share = closed / Math.abs(signed)
  const costOut = Math.round((before.cost * closed) / Math.abs(before.quantity))
  const valueOut = Math.round(value * share)
  const paidOut = Math.round(commission * share)
  const cost = before.cost - costOut + (value - valueOut) + (commission - paidOut)
  return {
    holding: { quantity: before.quantity + signed, cost: cost as Money },
    realized: (0 - costOut - valueOut - paidOut) as Money,
  }
}
