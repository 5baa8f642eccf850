import type { Money } from '../../domain/money.ts'
import { amountOf, notional } from '../../domain/money.ts'
import { availableFunds, initialMargin } from './account.ts'
import { commissionOf } from './commission.ts'
import type { Desk } from './desk.ts'
import { isSimContract, isWorking, quoteOf, remainingOf } from './desk.ts'
import { allowance, parentOf } from './family.ts'
import type { SimOrder, SimTicket } from './state.ts'

/** Why the account cannot carry this order, as the text of a 201; null when it can. */
export function accountRefusal(desk: Desk, order: SimOrder): string | null {
  return coverRefusal(desk, order) ?? fundsRefusal(desk, order)
}

/**
 * What an order takes from the available funds when all of it fills: whatIf, and reservations. An
 * exit that waits for its parent closes what that one may still buy, so it opens nothing.
 */
export function marginOf(desk: Desk, ticket: SimTicket, quantity: number): Money {
  const { contract } = ticket
  if (!isSimContract(contract)) return 0 as Money
  const held = desk.state.positions.get(contract.conId)?.quantity ?? 0
  const closes =
    ticket.side === 'BUY' ? Math.max(0, -held) : Math.max(0, held) + coverByParent(desk, ticket)
  const opens = Math.max(0, quantity - closes)
  const quote = quoteOf(desk, contract.conId)
  // A market order without a quote cannot be valued; it rests until there is one.
  const each = ticket.limit ?? ticket.trigger ?? quote?.ask ?? quote?.last
  if (each === undefined || each === null || opens === 0) return 0 as Money
  return initialMargin(desk, contract.kind, notional(each, opens, contract.multiplier))
}

/** Buying power: new exposure must fit what is available less what working orders may take. */
function fundsRefusal(desk: Desk, order: SimOrder): string | null {
  const needed = withCommission(desk, order)
  if (needed === 0) return null
  let available: number = availableFunds(desk)
  for (const other of desk.state.orders.values()) {
    if (other.permId !== order.permId && isWorking(other)) available -= withCommission(desk, other)
  }
  if (needed <= available) return null
  return `YOUR ORDER IS NOT ACCEPTED. AVAILABLE FUNDS ARE INSUFFICIENT: NEEDED ${amountOf(
    needed,
  )} USD, AVAILABLE ${amountOf(available as Money)} USD`
}

function withCommission(desk: Desk, order: SimOrder): Money {
  const margin = marginOf(desk, order, remainingOf(order))
  if (margin === 0 || !isSimContract(order.contract)) return 0 as Money
  return (margin + commissionOf(order.contract.kind, order.filled, remainingOf(order))) as Money
}

/**
 * Nothing is sold without its cover: of options, and of stock in a cash account, the sells that may
 * fill never exceed what is held. Orders of one OCA group count once; a child counts with what its
 * parent has filled, and one whose parent has filled nothing is covered by that parent.
 */
function coverRefusal(desk: Desk, order: SimOrder): string | null {
  const { contract } = order
  if (order.side !== 'SELL' || !isSimContract(contract)) return null
  if (contract.kind === 'stock' && desk.accountKind === 'margin') return null
  const held = Math.max(0, desk.state.positions.get(contract.conId)?.quantity ?? 0)
  const bought = coverByParent(desk, order)
  const sells = new Map<string, number>()
  for (const other of [...desk.state.orders.values(), order]) {
    const same = isSimContract(other.contract) && other.contract.conId === contract.conId
    if (!same || other.side !== 'SELL') continue
    if (other.permId === order.permId ? other !== order : !isWorking(other)) continue
    const group =
      other.ocaGroup === '' ? String(other.permId) : `${other.clientId} ${other.ocaGroup}`
    const units = other === order ? remainingOf(order) : allowance(desk, other)
    sells.set(group, Math.max(sells.get(group) ?? 0, units))
  }
  const total = [...sells.values()].reduce((sum, units) => sum + units, 0)
  if (total <= held + bought) return null
  return contract.kind === 'option'
    ? 'No trading permission for uncovered options: the order would sell more than is held.'
    : 'A cash account may not sell short: the order would sell more than is held.'
}

/** What the parent of an exit may still buy of the same contract. */
function coverByParent(desk: Desk, order: SimTicket): number {
  const parent = parentOf(desk, order)
  if (parent === null || parent.side !== 'BUY' || !isSimContract(parent.contract)) return 0
  const same = isSimContract(order.contract) && parent.contract.conId === order.contract.conId
  return same && parent.completedAt === null ? remainingOf(parent) : 0
}
