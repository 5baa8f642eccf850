import type { ComboLeg, Side } from '../../domain/contract.ts'
import type { Price } from '../../domain/money.ts'
import type { Fence, OcaGroup, Order, OrderTerms } from '../../domain/order.ts'
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
  /** As IBKR numbers them; 0: in no group. */
  readonly ocaType: number
  readonly orderRef: string
  readonly transmit: boolean
  /** Opens something: what a set latch stops. Exits and cancels are never stopped. */
  readonly entry: boolean
  /** Of an entry, with the price that its limit never passes. */
  readonly fence?: Fence & { readonly worst: Price | null }
  /** Asks what the order would do; nothing comes into existence. */
  readonly whatIf?: true
}

/** A table of its own: a mistake in the one that is sent shows in the last look. */
const OCA_TYPES = {
  'cancel-with-block': 1,
  'reduce-with-block': 2,
  'reduce-without-block': 3,
} as const satisfies Record<OcaGroup['type'], number>

export function ocaTypeOf(oca: OcaGroup | null): number {
  return oca === null ? 0 : OCA_TYPES[oca.type]
}

export function intentOf(
  order: Order,
  orderId: number,
  { parentId, transmit }: { readonly parentId: number; readonly transmit: boolean },
): Intent {
  const { contract } = order
  return {
    orderId,
    parentId,
    conId: contract.kind === 'combo' ? 0 : contract.conId,
    legs: contract.kind === 'combo' ? contract.legs.map(intendedLeg) : [],
    symbol: contract.symbol,
    side: order.side,
    quantity: order.quantity,
    terms: order.terms,
    timeInForce: order.timeInForce,
    ocaGroup: order.oca?.name ?? '',
    ocaType: ocaTypeOf(order.oca),
    orderRef: order.id,
    transmit,
    entry: order.role === 'entry',
    ...(order.fence && { fence: { ...order.fence, worst: order.worst ?? null } }),
  }
}

function intendedLeg({ contract: { conId }, ratio, side }: ComboLeg): IntendedLeg {
  return { conId, ratio, side }
}
