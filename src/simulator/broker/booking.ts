import type { Money, Price } from '../../domain/money.ts'
import type { Desk } from './desk.ts'
import { schedule } from './desk.ts'
import { book } from './ledger.ts'
import type { Booked } from './ledger.ts'
import type { SimContract, SimPosition } from './state.ts'

/** Moves position, cash and the ledger's totals; tells nobody. */
export function bookTrade(
  desk: Desk,
  contract: SimContract,
  trade: { quantity: number; price: Price; commission: Money; execId?: string },
): Booked {
  const { state } = desk
  const held = state.positions.get(contract.conId) ?? { quantity: 0, cost: 0 as Money }
  const booked = book(held, { ...trade, multiplier: contract.multiplier })
  state.booked.push({ ...trade, contract, execId: trade.execId ?? null })
  state.cash = (state.cash + booked.cash) as Money
  state.commissions = (state.commissions + trade.commission) as Money
  state.realizedPnl = (state.realizedPnl + (booked.realized ?? 0)) as Money
  if (booked.holding.quantity === 0) state.positions.delete(contract.conId)
  else state.positions.set(contract.conId, { contract, ...booked.holding })
  if (held.quantity === 0 && contract.kind === 'option') {
    schedule(desk, desk.hours.settlesAt(contract), { kind: 'settle', contract: contract.conId })
  }
  return booked
}

/** As it is now; quantity 0 once it is closed. */
export function tellPosition(desk: Desk, contract: SimContract): void {
  const closed: SimPosition = { contract, quantity: 0, cost: 0 as Money }
  const position = desk.state.positions.get(contract.conId) ?? closed
  desk.emit({ kind: 'position', position })
  desk.emit({ kind: 'account' })
}
