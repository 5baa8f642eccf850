import type { EpochMs } from '../base/clock.ts'
import { memoized } from '../base/memo.ts'
import type { ConId, Ticker } from '../domain/contract.ts'
import { legsOf } from '../domain/contract.ts'
import type { ClientOrderId } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import { heldStructures, ordersOf } from './alive.ts'
import type { State } from './state.ts'

/**
 * A combo and its legs are told one by one, possibly in different seconds. For this long after a
 * fill of a combo its legs are taken to be on their way: exchange time, with a skew up to 5 s. One
 * that lies further ahead is of a clock that is off (F70).
 */
const LEGS_MS = 15_000

const isOnItsWay = (filledAt: number, at: EpochMs): boolean => Math.abs(at - filledAt) < LEGS_MS

const comboFilledAt = memoized((fills: State['fills']): ReadonlyMap<ClientOrderId, EpochMs> => {
  const latest = new Map<ClientOrderId, EpochMs>()
  for (const { contract, orderId, at } of fills.values()) {
    if (contract.kind !== 'combo') continue
    latest.set(orderId, Math.max(at, latest.get(orderId) ?? 0) as EpochMs)
  }
  return latest
})

/** Underlyings in which positions and structures need not agree for a moment. */
export function settlingSymbols(state: State, at: EpochMs): ReadonlySet<Ticker> {
  const symbols = new Set<Ticker>()
  for (const [orderId, filledAt] of comboFilledAt(state.fills)) {
    const order = state.orders.get(orderId)
    if (order !== undefined && isOnItsWay(filledAt, at)) symbols.add(order.contract.symbol)
  }
  return symbols
}

/**
 * The units of a structure that are really held, every leg of them, and by no other structure. An
 * exit for more than that would sell what is not there, and of a combo leave the other leg bare
 * (P32), or trade away a difference that nobody has explained (P24).
 */
export function supported(state: State, structure: Structure, at: EpochMs): Structure {
  if (structure.quantity === 0 || isSettling(state, structure, at)) return structure
  const { positions, structures } = state
  const before = known.get(structure)
  if (before?.positions === positions && before.structures === structures) return before.held
  const held = heldOf(state, structure)
  known.set(structure, { positions, structures, held })
  return held
}

interface Held extends Pick<State, 'positions' | 'structures'> {
  readonly held: Structure
}

/** Asked of everything that is held with every beat. */
const known = new WeakMap<Structure, Held>()

function heldOf(state: Pick<State, 'positions' | 'structures'>, structure: Structure): Structure {
  const { contract, quantity } = structure
  const sign = Math.sign(quantity)
  const units = legsOf(contract).map((leg) => {
    const { conId } = leg.contract
    const own = state.positions.get(conId)?.quantity ?? 0
    const free = own - neededByOthers(state, structure, conId)
    return Math.floor(((leg.side === 'BUY' ? sign : -sign) * free) / leg.ratio)
  })
  const most = Math.max(0, Math.min(Math.abs(quantity), ...units))
  return most === Math.abs(quantity) ? structure : { ...structure, quantity: sign * most || 0 }
}

/** Were fills of this structure's combo told so lately that those of its legs may be missing? */
function isSettling(state: State, { id, contract }: Structure, at: EpochMs): boolean {
  if (contract.kind !== 'combo') return false
  const filled = comboFilledAt(state.fills)
  return ordersOf(state, id).some((order) => isOnItsWay(filled.get(order.id) ?? -Infinity, at))
}

function neededByOthers(state: Pick<State, 'structures'>, { id }: Structure, conId: ConId): number {
  let needed = 0
  for (const other of heldStructures(state)) {
    if (other.id === id) continue
    for (const { contract, ratio, side } of legsOf(other.contract)) {
      if (contract.conId === conId) needed += (side === 'BUY' ? ratio : -ratio) * other.quantity
    }
  }
  return needed
}
