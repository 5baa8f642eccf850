import type { ConId, OptionContract, StockContract } from '../domain/contract.ts'
import { legsOf } from '../domain/contract.ts'
import type { Position, Structure } from '../domain/position.ts'

export interface Unattributed {
  readonly contract: StockContract | OptionContract
  /** Signed: held beyond what the structures explain, or missing from it. */
  readonly quantity: number
}

/** The legs of all structures add up to the positions; this is what is left over. */
export function unattributed(
  positions: readonly Position[],
  structures: readonly Structure[],
): readonly Unattributed[] {
  const rest = new Map<ConId, Unattributed>()
  const add = (contract: Unattributed['contract'], quantity: number) => {
    const before = rest.get(contract.conId)?.quantity ?? 0
    rest.set(contract.conId, { contract, quantity: before + quantity })
  }
  for (const { contract, quantity } of positions) add(contract, quantity)
  for (const structure of structures) {
    for (const { contract, ratio, side } of legsOf(structure.contract)) {
      add(contract, (side === 'BUY' ? -1 : 1) * ratio * structure.quantity)
    }
  }
  return [...rest.values()].filter((each) => each.quantity !== 0)
}
