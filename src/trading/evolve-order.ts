import type { EpochMs } from '../base/clock.ts'
import type { ClientOrderId, Order, StructureId, TrackedOrder } from '../domain/order.ts'
import { asHeld } from '../orders/echoes.ts'
import { cancelsFor, isCancellable, isTerminal } from '../orders/lifecycle.ts'
import { walkedAfter } from '../orders/price-walk.ts'
import { isChanging } from '../orders/refused-change.ts'
import type { Event } from './event.ts'
import type { State } from './state.ts'

type Moved = Extract<Event, { type: 'OrderMoved' }>

export function withOrder(state: State, order: Order, at: EpochMs): State {
  const tracked: TrackedOrder = {
    ...order,
    status: 'intent',
    unknownFrom: null,
    filled: 0,
    pendingChange: null,
    permId: null,
    epoch: state.epoch,
    resentAt: null,
    parentMissedAt: null,
    intendedAt: at,
    statusSince: at,
  }
  return withTracked(state, tracked)
}

export function withChildResent(state: State, orderId: ClientOrderId, at: EpochMs): State {
  const order = state.orders.get(orderId)
  if (order === undefined) return state
  return withTracked(state, { ...order, resentAt: at, parentMissedAt: null, statusSince: at })
}

export function withCancelSent(
  state: State,
  { orderId, cause }: Extract<Event, { type: 'CancelIntended' }>,
  at: EpochMs,
): State {
  const order = state.orders.get(orderId)
  if (order === undefined) return state
  const times = cancelsFor(order, { cause: cause ?? null, epoch: state.epoch }) + 1
  const isHeardOf = isCancellable(order)
  const cancels = { times, at, cause: cause ?? null, epoch: state.epoch, isHeardOf }
  return withTracked(state, { ...order, cancels })
}

/** An answer that does not come is missed after seconds. */
const UNSENT_MS = 1_000
const REFUSALS: ReadonlySet<string> = new Set(['cancel-refused', 'reject-reported'])

/** The event states where to; this only records what goes with it. */
export function withOrderMoved(state: State, event: Moved, at: EpochMs): State {
  const order = state.orders.get(event.orderId)
  if (order === undefined) return state
  const { to, from, evidence } = event
  if (evidence.kind === 'echoed') return withTracked(state, asHeld(order, evidence))
  const changed =
    evidence.kind === 'reported' && from === 'replace-pending' && evidence.as !== 'cancel-pending'
      ? accepted(order)
      : order
  const refused = isChanging(order) && REFUSALS.has(evidence.kind)
  const isLost = evidence.kind === 'outcome-lost'
  const lost = from === 'replace-pending' && isLost
  const { cancels } = order
  // So soon it is no answer that failed to come: the order was not known, and nothing left.
  const isUnsent = from === 'cancel-pending' && isLost && at - (cancels?.at ?? 0) < UNSENT_MS
  const walkedTo =
    evidence.kind === 'replace-requested' ? walkedAfter(order, evidence.change) : order.walkedTo
  const next: TrackedOrder = {
    ...changed,
    ...(walkedTo !== undefined && { walkedTo }),
    status: to,
    statusSince: to === from ? order.statusSince : at,
    unknownFrom: unknownFromAfter(order, event),
    pendingChange: pendingAfter(order, event),
    parentMissedAt: evidence.kind === 'parent-missing' ? at : order.parentMissedAt,
    ...(evidence.kind === 'reported' && { cancelSeen: evidence.as === 'cancel-pending' }),
    ...(refused && { changeRefused: true }),
    ...(isUnsent && cancels !== undefined && { cancels: { ...cancels, isHeardOf: false } }),
    ...(lost && { changesLost: (order.changesLost ?? 0) + 1 }),
  }
  return withTracked(freed(state, next), next)
}

/** The change is in force. Its quantity and the order's fills are both totals. */
function accepted(order: TrackedOrder): TrackedOrder {
  const { pendingChange } = order
  if (pendingChange === null) return order
  const { quantity, terms } = pendingChange
  return { ...order, quantity, terms, changesLost: 0 }
}

/** The first status it was lost from counts until there is a sign of life. */
function unknownFromAfter(order: TrackedOrder, { from, to }: Moved): TrackedOrder['unknownFrom'] {
  if (to === 'unknown') return order.unknownFrom ?? (from === 'unknown' ? null : from)
  return to === 'cancel-pending' ? order.unknownFrom : null
}

/**
 * Both versions count while it is open which is in force. After a lost outcome the old one is taken
 * to be: `protect` then asks for the same change again, which does no harm.
 */
function pendingAfter(order: TrackedOrder, { to, evidence }: Moved): TrackedOrder['pendingChange'] {
  if (evidence.kind === 'replace-requested') return evidence.change
  const open = to === 'replace-pending' || to === 'unknown' || to === 'cancel-pending'
  return open ? order.pendingChange : null
}

/** An entry that is proven never to have lived frees its signal (P2). */
function freed(state: State, order: TrackedOrder): State {
  const never = order.status === 'rejected' || order.status === 'denied'
  if (order.role !== 'entry' || !never || order.filled > 0) return state
  const kept = [...state.signalKeys].filter(([, id]) => id !== order.structureId)
  return { ...state, signalKeys: new Map(kept) }
}

/**
 * What a fill in an OCA group with block leaves of the others; the Gateway sees to it at once. Less
 * than none: a fill that was only taken to have happened is taken back.
 */
export function siblingsReduced(
  orders: Map<ClientOrderId, TrackedOrder>,
  filled: TrackedOrder,
  units: number,
): void {
  if (filled.oca === null || units === 0) return
  for (const order of ofStructure(orders, filled.structureId)) {
    const tied = order.id !== filled.id && order.oca?.name === filled.oca.name
    if (!tied || (units > 0 && isTerminal(order.status))) continue
    const quantity = Math.max(order.filled, order.quantity - units)
    orders.set(order.id, { ...order, quantity })
  }
}

function ofStructure(
  orders: ReadonlyMap<ClientOrderId, TrackedOrder>,
  structureId: StructureId | null,
): readonly TrackedOrder[] {
  return [...orders.values()].filter((order) => order.structureId === structureId)
}

function withTracked(state: State, order: TrackedOrder): State {
  return { ...state, orders: new Map(state.orders).set(order.id, order) }
}
