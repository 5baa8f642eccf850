import type { Side } from '../../domain/contract.ts'
import type { Price } from '../../domain/money.ts'
import type { Fence, OrderTerms } from '../../domain/order.ts'
import type { IntendedLeg } from './last-look-combo.ts'

/** What an order frame was meant to say, as the engine asked for it. */
export interface Intent {
  readonly orderId: number
  readonly parentId: number
  readonly conId: number // 0 for a combo
  /** Of a combo, in their order. Left out: it is none. */
  readonly legs?: readonly IntendedLeg[]
  readonly symbol: string
  readonly side: Side
  readonly quantity: number
  readonly terms: OrderTerms
  readonly timeInForce: string
  readonly ocaGroup: string
  readonly orderRef: string
  readonly transmit: boolean
  /** Opens something: what a set latch stops. Exits and cancels are never stopped. */
  readonly entry: boolean
  /** Of an entry, with the price that its limit never passes. */
  readonly fence?: Fence & { readonly worst: Price | null }
  /** Asks what the order would do; nothing comes into existence. */
  readonly whatIf?: true
}
