import { memoized, memoizedPair } from '../base/memo.ts'
import type { StructureId, TrackedOrder } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import { isTerminal, mayStillFill } from '../orders/lifecycle.ts'
import type { State } from './state.ts'

/**
 * What a second's work is about. A state keeps every order and structure since the journal began,
 * because a fill may come late; most of them are over, and a tick must not walk through them all.
 */
const notEnded = memoized((orders: State['orders']): readonly TrackedOrder[] =>
  [...orders.values()].filter((order) => !isTerminal(order.status)),
)

const holding = memoized((structures: State['structures']): readonly Structure[] =>
  [...structures.values()].filter((structure) => structure.quantity !== 0),
)

function byStructureOf(orders: Iterable<TrackedOrder>) {
  const families = new Map<StructureId, TrackedOrder[]>()
  for (const order of orders) {
    if (order.structureId === null) continue
    const family = families.get(order.structureId)
    if (family === undefined) families.set(order.structureId, [order])
    else family.push(order)
  }
  return families
}

const byStructure = memoized((orders: State['orders']) => byStructureOf(orders.values()))

/** What may still open something, by structure. */
const opening = memoized((orders: State['orders']): ReadonlySet<StructureId> => {
  const entries = notEnded(orders).filter(({ role }) => role === 'entry')
  return new Set(entries.flatMap((order) => (mayAdd(order) ? (order.structureId ?? []) : [])))
})

const live = memoized((orders: State['orders']) => byStructureOf(notEnded(orders)))

const quoted = memoizedPair((structures: State['structures'], orders: State['orders']) => {
  const ids = opening(orders)
  const held = holding(structures).map(({ id }) => id)
  return [...new Set([...held, ...ids])].flatMap((id) => {
    const structure = structures.get(id)
    return structure === undefined ? [] : [{ structure, isOpening: ids.has(id) }]
  })
})

/** An entry that is said to be cancelled adds nothing more to what it opened. */
export function mayAdd(entry: TrackedOrder): boolean {
  return entry.status !== 'quarantine-cancelled' && mayStillFill(entry) > 0
}

/** One and the same, as what is derived from it is kept by what it is. */
const NONE: readonly TrackedOrder[] = []

/** Every order of a structure, ended ones included. */
export function ordersOf(
  { orders }: Pick<State, 'orders'>,
  id: StructureId,
): readonly TrackedOrder[] {
  return byStructure(orders).get(id) ?? NONE
}

/** Those of a structure that are not ended by proof. */
export function liveOrdersOf(
  { orders }: Pick<State, 'orders'>,
  id: StructureId,
): readonly TrackedOrder[] {
  return live(orders).get(id) ?? NONE
}

/** Of the live orders of a structure: its entries, and its exits. */
export const splitByRole = memoized((live: readonly TrackedOrder[]) => ({
  entries: live.filter(({ role }) => role === 'entry'),
  exits: live.filter(({ role }) => role !== 'entry'),
}))

/** Orders that are not ended by proof, in the order they were intended. */
export function liveOrders({ orders }: Pick<State, 'orders'>): readonly TrackedOrder[] {
  return notEnded(orders)
}

/** Structures that hold something, in the order they were approved. */
export function heldStructures({ structures }: Pick<State, 'structures'>): readonly Structure[] {
  return holding(structures)
}

/** Entries wait for a picture of the broker, whether or not the connection stayed. */
export function isReconciling({ link, gates }: Pick<State, 'link' | 'gates'>): boolean {
  return (
    link === 'reconciling' ||
    gates.some(({ gate, symbol }) => gate === 'reconcile' && symbol === null)
  )
}

/** Structures whose quote must be known: held, or with an entry that walks towards its fill. */
export function quotedStructures(
  state: Pick<State, 'orders' | 'structures'>,
): readonly { readonly structure: Structure; readonly isOpening: boolean }[] {
  return quoted(state.structures, state.orders)
}
