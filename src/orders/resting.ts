import type { EpochMs } from '../base/clock.ts'
import type {
  ClientOrderId,
  Order,
  OrderChange,
  OrderTerms,
  TrackedOrder,
} from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import { ocaGroup, restingExits } from './exit-plan.ts'
import { isCancellable, isDoubtful, isDying, mayStillFill } from './lifecycle.ts'
import { isStuck } from './refused-change.ts'

/** What to send, before it is approved. */
export interface Draft {
  readonly place: readonly Order[]
  readonly replace: readonly OrderChange[]
  readonly cancel: readonly ClientOrderId[]
}

export interface Held {
  readonly now: EpochMs
  readonly structure: Structure
  /** Units that entries of this structure may still add. */
  readonly opening: number
  /** Exits that may still fill. */
  readonly alive: readonly TrackedOrder[]
  readonly nextId: () => ClientOrderId
}

export const NOTHING: Draft = { place: [], replace: [], cancel: [] }

/** The exits of the plan that should rest, minus those that do. */
export function restingDraft(held: Held): Draft {
  const { structure, opening, alive } = held
  if (structure.quantity === 0) return opening > 0 ? NOTHING : cancelled(alive)
  const standing = standingOf(held)
  // IBKR changes no order from DAY to GTC: one with the wrong time in force is replaced by another
  // in its group, like one whose change is refused. A child that waits for its parent is left alone
  // until that is over.
  const isRight = ({ timeInForce }: TrackedOrder): boolean =>
    opening > 0 || timeInForce === structure.plan.timeInForce
  const wanted = restingExits(structure.plan).map(({ role, terms }) => {
    const able = standing.filter((order) => order.role === role && isRight(order))
    return { role, terms, ...relieved(held, able, terms) }
  })
  const missing = wanted.filter(({ rests }) => rests === undefined)
  const place = missing.length === 0 ? [] : joined(held, missing)
  const isTied = place.length === missing.length
  const resting = wanted.flatMap(({ rests, stuck }) => [
    ...(rests ? [rests] : []),
    ...(isTied && !isResting(rests) ? stuck : []),
  ])
  return {
    place,
    replace: wanted.flatMap(({ rests, terms }) => (rests ? adjusted(held, rests, terms) : [])),
    cancel: cancelled(alive.filter((order) => !resting.includes(order))).cancel,
  }
}

/**
 * The one of these that goes on, and those that the broker will not bring to what they should be:
 * they stay until it rests, for an exit is not given up for one that may never leave us.
 */
export function relieved(
  held: Held,
  able: readonly TrackedOrder[],
  terms: OrderTerms,
): { readonly rests: TrackedOrder | undefined; readonly stuck: readonly TrackedOrder[] } {
  const stuck = able.filter((order) =>
    adjusted(held, order, terms).some(({ quantity }) => isStuck(order, quantity)),
  )
  return { rests: able.find((order) => !stuck.includes(order)), stuck }
}

export function isResting(order: TrackedOrder | undefined): boolean {
  return order !== undefined && isAdjustable(order)
}

/** Exits that can be counted on. */
export function standingOf({ alive, now }: Held): readonly TrackedOrder[] {
  return alive.filter(
    (order) => !isDying(order.status) && !wasDying(order) && !isDoubtful(order, now),
  )
}

/**
 * Not heard of, and asked to end before: as long as that is so what rests beside it goes on. It
 * would be given up for one whose cancel waits for the open, and another placed, time and again.
 */
function wasDying({ status, cancels }: TrackedOrder): boolean {
  return status === 'unknown' && cancels !== undefined
}

/**
 * New exits, in the OCA group of every exit that may still fill: also of one that is said to be
 * cancelled, for should it fill after all, the group takes the new ones back. Where no one group
 * ties all of those there are none: they wait until what is in the way is proven dead.
 */
export function joined(
  { structure, alive, nextId }: Held,
  exits: readonly { readonly role: Order['role']; readonly terms: OrderTerms }[],
): readonly Order[] {
  const tie = alive[0]?.oca ?? null
  if (alive.some((order) => tie === null || order.oca?.name !== tie.name)) return []
  const quantity = Math.abs(structure.quantity)
  const ids = exits.map(() => nextId())
  const oca = tie ?? ocaGroup(`oca-${ids[0] ?? structure.id}`, quantity)
  return exits.flatMap(({ role, terms }, i) => {
    const id = ids[i]
    if (id === undefined) return []
    return {
      id,
      structureId: structure.id,
      parentId: null,
      oca,
      role,
      terms,
      contract: structure.contract,
      side: structure.quantity > 0 ? 'SELL' : 'BUY',
      quantity,
      timeInForce: role === 'close' ? 'DAY' : structure.plan.timeInForce,
    } as const
  })
}

/**
 * One exit brought to the quantity that is held and to its terms, when it can be changed at all.
 */
export function adjusted(
  { structure, opening }: Held,
  order: TrackedOrder,
  terms: OrderTerms,
): readonly OrderChange[] {
  if (!isAdjustable(order)) return []
  const held = Math.abs(structure.quantity)
  const waits = order.parentId !== null && opening > 0 // the Gateway holds it for all of the entry
  if (waits && mayStillFill(order) >= held) return []
  if (mayStillFill(order) === held && sameTerms(order.terms, terms)) return []
  return [{ orderId: order.id, quantity: order.filled + held, terms }]
}

export function isAdjustable({ status }: TrackedOrder): boolean {
  return status === 'acked' || status === 'held' || status === 'working'
}

/** Those a cancel can be sent for now; the others are asked again once their status is known. */
export function cancelled(orders: readonly TrackedOrder[]): Draft {
  const ready = orders.filter(isCancellable)
  return { ...NOTHING, cancel: ready.map((order) => order.id) }
}

export function sameTerms(a: OrderTerms, b: OrderTerms): boolean {
  if (a.type === 'LMT') return b.type === 'LMT' && a.limit === b.limit
  if (a.type === 'STP') return b.type === 'STP' && a.trigger === b.trigger
  return b.type === 'MKT'
}
