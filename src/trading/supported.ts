import type { Structure } from '../domain/position.ts'
import { heldStructures } from './alive.ts'
import type { State } from './state.ts'

/**
 * The units of a structure that are really held, and by no other one of the same contract. An exit
 * for more than that would sell what is not there (P32), or trade away a difference that nobody
 * has explained (P24).
 */
export function supported(state: State, structure: Structure): Structure {
  const { id, contract, quantity } = structure
  if (contract.kind === 'combo' || quantity === 0) return structure
  const { conId } = contract
  const sign = Math.sign(quantity)
  const others = heldStructures(state).filter(
    (other) => other.id !== id && other.contract.kind !== 'combo' && other.contract.conId === conId,
  )
  const theirs = others.reduce((sum, other) => sum + other.quantity, 0)
  const free = sign * ((state.positions.get(conId)?.quantity ?? 0) - theirs)
  const units = Math.max(0, Math.min(Math.abs(quantity), free))
  return units === Math.abs(quantity) ? structure : { ...structure, quantity: sign * units || 0 }
}
