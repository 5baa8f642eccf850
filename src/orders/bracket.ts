import type { Side, Tradable } from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import type { ClientOrderId } from '../domain/order.ts'
import type { ExitPlan } from '../domain/position.ts'

export interface BracketTerms {
  readonly entryLimit: Price
  readonly plan: ExitPlan
  readonly nextId: () => ClientOrderId
}

export interface Sized {
  readonly candidate: { readonly contract: Tradable }
  readonly side: Side
  readonly quantity: number
}
