import { keyOf } from '../../domain/contract-key.ts'
import { legsOf } from '../../domain/contract.ts'
import type { ComboContract } from '../../domain/contract.ts'
import type { Money } from '../../domain/money.ts'
import { amountOf, notional } from '../../domain/money.ts'
import { availableFunds, initialMargin } from './account.ts'
import { legSide, marketOf } from './combos.ts'
import { commissionFor } from './commission.ts'
import { used } from './conditions.ts'
import type { Desk } from './desk.ts'
import { isSimContract, isWorking, quoteOf, remainingOf } from './desk.ts'
import { allowance, parentOf } from './family.ts'
import { shortRequirement, uncoveredCalls } from './requirement.ts'
import type { Held } from './requirement.ts'
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
  if (contract.kind === 'combo') return comboMargin(desk, { ...ticket, contract }, quantity)
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
  if (margin === 0) return 0 as Money
  return (margin + commissionFor(order.contract, order.filled, remainingOf(order))) as Money
}

/**
 * Nothing is sold without its cover: of options, and of stock in a cash account, the sells that may
 * fill never exceed what is held. Orders of one OCA group count once; a child counts with what its
 * parent has filled, and one whose parent has filled nothing is covered by that parent.
 */
function coverRefusal(desk: Desk, order: SimOrder): string | null {
  const { contract } = order
  if (used(desk, 'writes') !== null) return null
  const bare = uncoveredRefusal(desk, order)
  if (bare !== null || order.side !== 'SELL' || !isSimContract(contract)) return bare
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

/**
 * What a combo takes: what it costs, shares at half, and what its sold legs may come to owe. A
 * credit takes the width of the spread less the credit; what closes takes nothing.
 */
function comboMargin(
  desk: Desk,
  ticket: SimTicket & { readonly contract: ComboContract },
  quantity: number,
): Money {
  const { contract, side, limit } = ticket
  if (closesParent(desk, ticket)) return 0 as Money
  const quote = marketOf(desk, contract)
  const each = limit ?? (side === 'BUY' ? quote?.ask : quote?.bid)
  if (each === undefined || each === null) return 0 as Money
  const before = heldBy(desk)
  const after = withLegs(before, ticket, quantity)
  const owed = shortRequirement(after) - shortRequirement(before)
  const cost = (side === 'BUY' ? 1 : -1) * notional(each, quantity, contract.multiplier)
  return Math.max(0, cost + owed - lentOn(desk, ticket, quantity)) as Money
}

/** What the broker lends on shares that are bought with it. */
function lentOn(desk: Desk, { contract, side }: SimTicket, quantity: number): number {
  return legsOf(contract).reduce((sum, leg) => {
    if (leg.contract.kind !== 'stock' || legSide(leg, side) !== 'BUY') return sum
    const last = quoteOf(desk, leg.contract.conId)?.last ?? null
    if (last === null) return sum
    const value = notional(last, quantity * leg.ratio, 1)
    return sum + value - initialMargin(desk, 'stock', value)
  }, 0)
}

/** A call that is sold is covered by another one that lives as long, or by shares; never bare. */
function uncoveredRefusal(desk: Desk, order: SimOrder): string | null {
  const { contract } = order
  if (contract.kind !== 'combo' && order.side === 'BUY') return null
  if (closesParent(desk, order)) return null
  const before = heldBy(desk)
  const after = withLegs(before, order, remainingOf(order))
  const { symbol } = contract
  if (uncoveredCalls(after, symbol) <= uncoveredCalls(before, symbol)) return null
  return 'No trading permission for uncovered options: a call would be sold without its cover.'
}

function closesParent(desk: Desk, order: SimTicket): boolean {
  const parent = parentOf(desk, order)
  if (parent === null || parent.side === order.side) return false
  return keyOf(parent.contract) === keyOf(order.contract)
}

function heldBy(desk: Desk): readonly Held[] {
  return [...desk.state.positions.values()]
}

function withLegs(
  held: readonly Held[],
  { contract, side }: Pick<SimTicket, 'contract' | 'side'>,
  quantity: number,
): readonly Held[] {
  const after = new Map(held.map((each) => [each.contract.conId, each]))
  for (const leg of legsOf(contract)) {
    const before = after.get(leg.contract.conId)?.quantity ?? 0
    const moved = quantity * leg.ratio * (legSide(leg, side) === 'BUY' ? 1 : -1)
    after.set(leg.contract.conId, { contract: leg.contract, quantity: before + moved })
  }
  return [...after.values()]
}
