import type { EpochMs } from '../../base/clock.ts'
import type { Price } from '../../domain/money.ts'
import type { OrderAddress } from '../session/answering.ts'
import { tell } from '../session/answering.ts'
import { tellPosition } from './booking.ts'
import { used } from './conditions.ts'
import type { Desk } from './desk.ts'
import { isLive, isSimContract, orderOf, quoteOf, remainingOf, update } from './desk.ts'
import { childrenFollow } from './ending.ts'
import { activateChildren } from './exchange.ts'
import { isHeldByParent } from './family.ts'
import { executed, fill } from './fills.ts'
import { opposite } from './matching.ts'
import { schedule } from './desk.ts'
import type { SimOrder, Work } from './state.ts'

/** F47: the order is not there for the cancel any more, or is said not to be. True: answered. */
export function cancelLost(desk: Desk, order: SimOrder, by: number): boolean {
  const race = used(desk, 'cancel-race')
  if (race === null) return false
  const { answer, outcome } = race
  const before = order.status
  if (isLive(order) && outcome === 'filled') fillWhole(desk, order)
  if (isLive(order) && outcome === 'cancelled') overUnsaid(desk, order)
  const now = orderOf(desk, order.clientId, order.orderId) ?? order
  const state = before === 'Filled' ? before : now.status
  tell(
    desk,
    { clientId: by, orderId: order.orderId },
    answerOf(desk, now, { answer, before, state }),
  )
  return true
}

const NOT_FOUND = (id: number) => `OrderId ${id} that needs to be cancelled is not found.`

/** 10148 is said once; every further attempt is answered with 10147 (ib_insync #656). */
function answerOf(
  _desk: Desk,
  { orderId, permId }: SimOrder,
  of: { readonly answer: number; readonly before: string; readonly state: string },
): { readonly code: number; readonly text: string } {
  const { answer, before, state } = of
  if (answer === 10148 && before !== 'Filled') {
    const which = `OrderId ${orderId} that needs to be cancelled`
    return { code: 10148, text: `${which} cannot be cancelled, state: ${state}.` }
  }
  if (answer === 161) {
    const why = 'Cancel attempted when order is not in a cancellable state.'
    return { code: 161, text: `${why} Order permId =${permId}` }
  }
  if (answer === 202) return { code: 202, text: 'Order Canceled - reason:' }
  return { code: 10147, text: NOT_FOUND(orderId) }
}

/** At what it would get now, or at its limit; what its parent holds back is at no market. */
function fillWhole(desk: Desk, order: SimOrder): void {
  const { contract } = order
  const price = priceOf(desk, order)
  if (!isSimContract(contract) || price === null || order.staged) return
  if (isHeldByParent(desk, order)) return
  const filled = fill(desk, order, { quantity: remainingOf(order), price, synthetic: false })
  activateChildren(desk, filled)
}

function priceOf(desk: Desk, order: SimOrder): Price | null {
  const { contract, limit, side } = order
  if (limit !== null) return limit
  const quote = isSimContract(contract) ? quoteOf(desk, contract.conId) : null
  return quote === null ? null : (opposite(side, quote)?.price ?? null)
}

/** R4: cancelled, and nobody says so. */
function overUnsaid(desk: Desk, order: SimOrder): void {
  const completedStatus = 'Cancelled by Trader'
  const over = { status: 'Cancelled', completedStatus, completedAt: desk.now, whyHeld: '' } as const
  childrenFollow(desk, update(desk, order, over))
}

/** F47: outside regular hours a cancel is looked at with the next open. Null: at once. */
export function cancelDelayed(desk: Desk, { contract }: SimOrder): EpochMs | null {
  if (!isSimContract(contract) || desk.hours.isOpen(contract, desk.now)) return null
  return used(desk, 'cancels-wait') === null ? null : desk.hours.nextOpen(contract, desk.now)
}

/** F42: what is cancelled now had filled before; its execution comes after a while. */
export function filledBefore(desk: Desk, order: SimOrder): void {
  const meant = used(desk, 'late-fills', ({ side }) => side === null || side === order.side)
  const price = meant === null ? null : priceOf(desk, order)
  if (meant === null || price === null) return
  const { clientId, orderId } = order
  const at = (desk.now + meant.afterMs) as EpochMs
  schedule(desk, at, { kind: 'late-fill', clientId, orderId, quantity: remainingOf(order), price })
}

export function lateFill(
  desk: Desk,
  of: Extract<Work, { kind: 'late-fill' }> & OrderAddress,
): void {
  const order = orderOf(desk, of.clientId, of.orderId)
  if (order === null || !isSimContract(order.contract)) return
  executed(desk, order, { quantity: of.quantity, price: of.price, synthetic: false })
  tellPosition(desk, order.contract)
}
