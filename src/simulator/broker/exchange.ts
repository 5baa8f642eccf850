import { contractsOf, isOpen, marketOf, takeLegs } from './combos.ts'
import type { Desk } from './desk.ts'
import { covers, used } from './conditions.ts'
import { current, draw, isWorking, liveKeys, update } from './desk.ts'
import { allowance, isHeldByParent, liveChildren } from './family.ts'
import { fill } from './fills.ts'
import { elects, tradesAt, waitsForTrigger } from './matching.ts'
import type { Offer, Quoted } from './matching.ts'
import type { SimOrder } from './state.ts'

/** In a generated market a fill of several units takes only a part of them once in so many. */
const SPLIT_ONE_IN = 4

/** Whether the market by itself could fill some of it. */
export function isMatchable(desk: Desk, order: SimOrder): boolean {
  return isWorking(order) && order.stuck !== true && allowance(desk, order) > 0
}

/** Every working order once against the quotes of this moment. */
export function matchAll(desk: Desk): void {
  for (const key of liveKeys(desk)) {
    const order = desk.state.orders.get(key)
    if (order !== undefined && isMatchable(desk, order)) attempt(desk, order, false)
  }
}

/** One order against the quote of this moment; `arriving` when it has just come to the market. */
export function attempt(desk: Desk, order: SimOrder, arriving: boolean): void {
  const { contract } = order
  if (!isOpen(desk, contract) || !isMatchable(desk, order)) return
  const quote = marketOf(desk, contract)
  if (quote === null) return
  const waits = waitsForTrigger(order)
  if (waits && (!elects(order, quote) || used(desk, 'stops-late') !== null)) return
  const ready = waits ? elected(desk, order) : order
  const offer = tradesAt(ready, quote, arriving || waits)
  const isDead = (of: Parameters<typeof covers>[0]): boolean =>
    contractsOf(contract).some((each) => covers(of, each))
  if (offer === null || used(desk, 'illiquid', isDead) !== null) return
  const quantity = take(desk, ready, { quote, offer })
  if (quantity === 0) return
  const after = fill(desk, ready, { quantity, price: offer.price, synthetic: quote.synthetic })
  activateChildren(desk, after)
}

function elected(desk: Desk, order: SimOrder): SimOrder {
  const status = order.status === 'PendingCancel' ? order.status : 'Submitted'
  const triggered = update(desk, order, { triggered: true, status, whyHeld: '' })
  desk.emit({ kind: 'open-order', order: triggered })
  return triggered
}

/**
 * How many units this quote gives the order. What is displayed is there once: our orders share it
 * until the quote changes.
 */
function take(desk: Desk, order: SimOrder, at: { quote: Quoted; offer: Offer }): number {
  const { contract, side } = order
  if (contract.kind === 'combo') {
    const { quantity, spent } = share(desk, allowance(desk, order), at.offer.size)
    takeLegs(desk, { contract, side }, spent)
    return quantity
  }
  const { size } = at.offer
  const before = desk.state.taken.get(contract.conId)
  const fresh = before?.changedAt !== at.quote.changedAt
  const taken = fresh ? { changedAt: at.quote.changedAt, BUY: 0, SELL: 0 } : before
  const left = size === null ? null : size - taken[side]
  const { quantity, spent } = share(desk, allowance(desk, order), left)
  desk.state.taken.set(contract.conId, { ...taken, [side]: taken[side] + spent })
  return quantity
}

/** Of what is left of a display, in units; in a part fill nobody else gets the rest of it. */
function share(desk: Desk, wanted: number, left: number | null) {
  const lot = used(desk, 'lots')?.units ?? Infinity
  const quantity = Math.min(wanted, lot, Math.max(0, Math.floor(left ?? Infinity)))
  const parts = desk.splits && quantity > 1 && draw(desk, 1, SPLIT_ONE_IN) === 1
  if (!parts) return { quantity, spent: quantity }
  return { quantity: draw(desk, 1, quantity - 1), spent: left ?? quantity }
}

/** With the first fill of the parent its children come to the market. */
export function activateChildren(desk: Desk, parent: SimOrder): void {
  for (const each of liveChildren(desk, parent)) {
    const child = current(desk, each)
    if (!isWorking(child) || !child.whyHeld.startsWith('child') || child.stuck === true) continue
    const active = update(desk, child, restingStatus(desk, child))
    desk.emit({ kind: 'open-order', order: active })
    attempt(desk, active, true)
  }
}

/** The status of an acknowledged order, and why it is held back (12.4, 12.5). */
export function restingStatus(desk: Desk, order: SimOrder): Pick<SimOrder, 'status' | 'whyHeld'> {
  const waits = waitsForTrigger(order)
  if (isHeldByParent(desk, order)) {
    return { status: 'PreSubmitted', whyHeld: waits ? 'child,trigger' : 'child' }
  }
  if (waits) return { status: 'PreSubmitted', whyHeld: 'trigger' }
  return { status: isOpen(desk, order.contract) ? 'Submitted' : 'PreSubmitted', whyHeld: '' }
}
