import { memoized } from '../base/memo.ts'
import { nameOf } from '../domain/contract-key.ts'
import type { ConId } from '../domain/contract.ts'
import { legsOf } from '../domain/contract.ts'
import type { StructureId } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import { heldStructures } from './alive.ts'
import type { State } from './state.ts'
import type { Turn } from './turn.ts'

type Books = Pick<State, 'positions' | 'structures' | 'foreignOrders' | 'tradingState'>

/** What orders of others may still sell, by contract; of combos their legs. */
const soldByOthers = memoized((foreign: State['foreignOrders']): ReadonlyMap<ConId, number> => {
  const sold = new Map<ConId, number>()
  for (const order of foreign.values()) {
    for (const { contract, ratio, side } of legsOf(order.contract)) {
      if (side === order.side) continue // it buys that
      sold.set(contract.conId, (sold.get(contract.conId) ?? 0) + ratio * order.quantity)
    }
  }
  return sold
})

/**
 * The units of a structure that our exits may sell. What an order of others may sell is not sold by
 * ours as well: both could fill (P32 goes before P30). First go units that no structure explains,
 * then those of the newest structure. A kill means to hold nothing, and sells all the same.
 */
export function spared(books: Books, structure: Structure): Structure {
  if (books.foreignOrders.size === 0 || books.tradingState === 'kill') return structure
  const before = known.get(structure)
  if (before !== undefined && isOf(before, books)) return before.left
  const left = without(structure, heldBack(books, structure))
  const { positions, structures, foreignOrders, tradingState } = books
  known.set(structure, { positions, structures, foreignOrders, tradingState, left })
  return left
}

interface Known extends Books {
  readonly left: Structure
}

/** Asked of everything that is held with every beat. */
const known = new WeakMap<Structure, Known>()

function isOf(before: Known, { positions, structures, foreignOrders }: Books): boolean {
  return (
    before.positions === positions &&
    before.structures === structures &&
    before.foreignOrders === foreignOrders
  )
}

function without(structure: Structure, units: number): Structure {
  const { quantity } = structure
  return units === 0
    ? structure
    : { ...structure, quantity: quantity - Math.sign(quantity) * units }
}

function heldBack(books: Books, { id, contract, quantity }: Structure): number {
  const sold = soldByOthers(books.foreignOrders)
  const units = legsOf(contract).map(({ contract: { conId }, ratio, side }) => {
    const theirs = sold.get(conId) ?? 0
    const isLong = quantity > 0 === (side === 'BUY')
    if (theirs === 0 || !isLong) return 0
    return Math.ceil((theirs - soldBefore(books, conId, id)) / ratio)
  })
  return Math.min(Math.abs(quantity), Math.max(0, ...units))
}

/** What is held of a contract beyond what this structure and older ones need. */
function soldBefore({ positions, structures }: Books, conId: ConId, id: StructureId): number {
  let free = positions.get(conId)?.quantity ?? 0
  let isOlder = true
  for (const of of heldStructures({ structures })) {
    for (const { contract, ratio, side } of legsOf(of.contract)) {
      if (contract.conId !== conId) continue
      const needs = (side === 'BUY' ? ratio : -ratio) * of.quantity
      if (needs < 0 || isOlder) free -= needs
    }
    if (of.id === id) isOlder = false
  }
  return Math.max(0, free)
}

/** Whether an order of others holds exits back: while it does, pictures are wanted often. */
export function isHeldBack(books: Books): boolean {
  if (books.foreignOrders.size === 0) return false
  return heldStructures(books).some((structure) => spared(books, structure) !== structure)
}

/** Told once for each structure, when it begins: nothing of ours protects those units (P30). */
export function heldBackTold(turn: Turn, before: State): void {
  if (turn.state.foreignOrders.size === 0) return
  for (const structure of heldStructures(turn.state)) {
    const units = structure.quantity - spared(turn.state, structure).quantity
    if (units === 0) continue
    const was = before.structures.get(structure.id)
    if (was !== undefined && spared(before, was) !== was) continue
    const what = `an order that is not ours may sell ${Math.abs(units)} of ${structure.id}`
    turn.notify(
      'exit-held-back',
      `${what}, ${nameOf(structure.contract)}: no exit of ours rests for them until it is gone`,
    )
  }
}
