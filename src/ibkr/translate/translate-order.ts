import type { Side, Tradable } from '../../domain/contract.ts'
import { legsOf, tickAt } from '../../domain/contract.ts'
import { amountOf } from '../../domain/money.ts'
import type { Price } from '../../domain/money.ts'
import type { Order, OrderEvidence, OrderTerms } from '../../domain/order.ts'
import { untouchedOrder } from '../../wire/defaults.ts'
import type { RequestOf } from '../../wire/requests.ts'
import type { ResponseOf } from '../../wire/responses.ts'
import { SMART } from './translate-contract.ts'

export type WireOrder = RequestOf<'placeOrder'>['order']

export const OCA_TYPES = {
  'cancel-with-block': 1,
  'reduce-with-block': 2,
  'reduce-without-block': 3,
} as const

/** Printable ASCII: a NUL would shift the frame, and IBKR keeps 40 characters of a reference. */
const REF = /^[\x20-\x7e]{1,40}$/

/** Why this must not be sent, whatever the engine thinks; null when it may. */
export function orderRefusal(order: Order): string | null {
  if (!REF.test(order.id)) return `expected 1 to 40 printable characters, was "${order.id}"`
  if (!Number.isSafeInteger(order.quantity) || order.quantity <= 0) {
    return `expected a positive whole quantity, was ${order.quantity}`
  }
  return termsRefusal(order.contract, order.terms)
}

export function termsRefusal(contract: Tradable, terms: OrderTerms): string | null {
  const at = priceOf(terms)
  if (at === null) return null
  if (at <= 0 && contract.kind !== 'combo') return `expected a price above 0, was ${amountOf(at)}`
  const tick = tickAt(contract, at)
  return at % tick === 0 ? null : `${amountOf(at)} is not on the grid of ${amountOf(tick)}`
}

function priceOf(terms: OrderTerms): Price | null {
  if (terms.type === 'MKT') return null
  return terms.type === 'LMT' ? terms.limit : terms.trigger
}

export interface Placing {
  readonly account: string
  readonly parentId: number // 0: none
  readonly transmit: boolean
}

/** Every field that matters for safety is set; the rest is as nobody touched it (section 7). */
export function orderToWire(order: Order, { account, parentId, transmit }: Placing): WireOrder {
  return {
    ...untouchedOrder,
    ...termsToWire(order.terms),
    action: order.side,
    totalQuantity: order.quantity,
    tif: order.timeInForce,
    account,
    orderRef: order.id,
    parentId,
    transmit,
    ocaGroup: order.oca?.name ?? '',
    ocaType: order.oca === null ? 0 : OCA_TYPES[order.oca.type],
    comboLegs: legsToWire(order.contract),
  }
}

export function termsToWire(
  terms: OrderTerms,
): Pick<WireOrder, 'orderType' | 'lmtPrice' | 'auxPrice'> {
  return {
    orderType: terms.type,
    lmtPrice: terms.type === 'LMT' ? amountOf(terms.limit) : null,
    auxPrice: terms.type === 'STP' ? amountOf(terms.trigger) : null,
  }
}

function legsToWire(contract: Tradable): WireOrder['comboLegs'] {
  if (contract.kind !== 'combo') return []
  return legsOf(contract).map(({ contract: leg, ratio, side }) => ({
    conId: leg.conId,
    ratio,
    action: side,
    exchange: SMART,
    openClose: 0,
    shortSaleSlot: 0,
    designatedLocation: '',
    exemptCode: -1,
  }))
}

/** What we would have sent for an order that is at the broker: a change of it starts from here. */
export function orderFromEcho(echo: ResponseOf<'openOrder'>['order']): WireOrder {
  const { orderType, lmtPrice, auxPrice, tif, account, orderRef, parentId, ocaGroup } = echo
  return {
    ...untouchedOrder,
    orderType,
    // The echo of a stop can carry a limit that nobody sent (protocol.md 12.4).
    lmtPrice: orderType === 'LMT' ? lmtPrice : null,
    auxPrice: orderType === 'STP' ? auxPrice : null,
    action: echo.action,
    totalQuantity: echo.totalQuantity,
    tif,
    account,
    orderRef,
    parentId,
    transmit: true,
    ocaGroup,
    ocaType: ocaGroup === '' ? 0 : echo.ocaType,
    comboLegs: echo.comboLegs,
  }
}

export function sideOf(action: string): Side {
  return action === 'BUY' || action === 'BOT' ? 'BUY' : 'SELL'
}

/** A status is a hint: `Filled` is left to the fills, and a cancel under way proves nothing. */
export function statusEvidence(status: string): OrderEvidence | null {
  switch (status) {
    case 'ApiPending':
    case 'PendingSubmit':
      return { kind: 'reported', as: 'acked' }
    case 'PreSubmitted':
      return { kind: 'reported', as: 'held' }
    case 'Submitted':
      return { kind: 'reported', as: 'working' }
    case 'Inactive':
      return { kind: 'inactive' }
    case 'Cancelled':
    case 'ApiCancelled':
      return { kind: 'cancel-reported' }
    default:
      return null
  }
}

/** What is listed as open lives, also while a fill is on its way; a dying one protects nothing. */
export function listedEvidence(status: string): OrderEvidence {
  if (status === 'PendingCancel') return { kind: 'reported', as: 'cancel-pending' }
  return statusEvidence(status) ?? { kind: 'reported', as: 'working' }
}

/** A completed order is over, and says how. */
export function completedEvidence(completed: ResponseOf<'completedOrder'>): OrderEvidence {
  const { status, completedStatus } = completed.orderState
  const unfilled = completed.order.filledQuantity === 0
  const proven = (as: 'filled' | 'cancelled' | 'rejected' | 'expired'): OrderEvidence => ({
    kind: 'proven',
    status: as,
    by: 'completed-order',
  })
  if (status === 'Filled') return proven('filled')
  if (/expired/i.test(completedStatus)) return proven('expired')
  if (unfilled && (status === 'Inactive' || /reject/i.test(completedStatus))) {
    return proven('rejected')
  }
  return proven('cancelled')
}
