import type { Side, Tradable } from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import type { Approved, ClientOrderId, Fence, Order, StructureId } from '../domain/order.ts'
import type { ExitPlan } from '../domain/position.ts'
import { entryLimit, ocaGroup, opposite, restingExits } from './exit-plan.ts'

export interface BracketTerms {
  readonly entryLimit: Price
  /** Up to where the limit may be moved. */
  readonly worst: Price
  readonly plan: ExitPlan
  readonly nextId: () => ClientOrderId
  readonly fence?: Fence
}

export interface Sized {
  readonly candidate: { readonly contract: Tradable }
  readonly side: Side
  readonly quantity: number
}

/**
 * Parent entry, then the exits the broker can rest, in one OCA group; sent as one. The group
 * cancels with block for one unit and reduces with block for more. The entry is DAY whatever the
 * exits are, and the structure is named after it.
 */
export function bracket(entry: Approved<Sized>, terms: BracketTerms): readonly Approved<Order>[] {
  const { side, quantity } = entry
  const { contract } = entry.candidate
  const id = terms.nextId()
  const family = { structureId: id as string as StructureId, contract, quantity }
  const limit = entryLimit({ contract, side, price: terms.entryLimit })
  const parent: Order = {
    ...family,
    id,
    parentId: null,
    oca: null,
    role: 'entry',
    side,
    terms: { type: 'LMT', limit },
    timeInForce: 'DAY',
    worst: terms.worst,
    ...(terms.fence && { fence: terms.fence }),
  }
  const children = restingExits(terms.plan).map((exit): Order => ({
    ...family,
    ...exit,
    id: terms.nextId(),
    parentId: id,
    oca: ocaGroup(`oca-${id}`, quantity),
    side: opposite(side),
    timeInForce: terms.plan.timeInForce,
  }))
  return [parent, ...children] as Approved<Order>[]
}
