import type { Tradable } from '../../domain/contract.ts'
import type { ClientOrderId, OrderChange } from '../../domain/order.ts'
import { emptyContract } from '../../wire/contract.ts'
import { BAG } from '../../wire/order-blocks.ts'
import type { ResponseOf } from '../../wire/responses.ts'
import type { Intent } from './intent.ts'
import type { WireContract } from '../translate/translate-contract.ts'
import { contractToWire } from '../translate/translate-contract.ts'
import type { WireOrder } from '../translate/translate-order.ts'
import { orderFromEcho, sideOf } from '../translate/translate-order.ts'
import { price } from '../../domain/money.ts'
import type { EchoedTerms, OrderTerms } from '../../domain/order.ts'

/** One order of ours, as this process knows it: what it was sent as, or echoed as. */
export interface BookedOrder {
  readonly id: ClientOrderId
  readonly orderId: number
  readonly contract: WireContract
  /** What it is of, for orders that this process sent, and for combos once their legs are known. */
  tradable: Tradable | null
  order: WireOrder
  intent: Intent
  permId: number | null
  /** The broker answered to it: no longer new. */
  acknowledged: boolean
  /** Sent, and not yet echoed with its new terms; `until` on the monotonic clock. */
  change: (OrderChange & { readonly until: number }) | null
  resent: boolean
}

/** Ours by order id, by reference and by perm id. It only grows, by a few orders a day. */
export class OrderBook {
  readonly #clientId: number
  readonly #byOrderId = new Map<number, BookedOrder>()
  readonly #byId = new Map<ClientOrderId, BookedOrder>()
  readonly #byPermId = new Map<number, BookedOrder>()

  constructor(clientId: number) {
    this.#clientId = clientId
  }

  add(sent: {
    readonly tradable: Tradable
    readonly order: WireOrder
    readonly intent: Intent
  }): void {
    const { tradable, order, intent } = sent
    this.#put({
      id: intent.orderRef as ClientOrderId,
      orderId: intent.orderId,
      contract: contractToWire(tradable),
      tradable,
      order,
      intent,
      permId: null,
      acknowledged: false,
      change: null,
      resent: false,
    })
  }

  /** Takes over what an earlier run sent, by its reference (P3). Null when it is not ours. */
  echoed({ orderId, contract, order }: ResponseOf<'openOrder'>): BookedOrder | null {
    if (!this.#isOurs(orderId, order.clientId, order.orderRef)) return null
    let booked = this.#byOrderId.get(orderId)
    if (booked?.id !== order.orderRef) {
      const wire = orderFromEcho(order)
      const intent = intentFromEcho(orderId, wire, contract)
      booked = {
        id: order.orderRef as ClientOrderId,
        orderId,
        contract: askedAgain(contract),
        tradable: null,
        order: wire,
        intent,
        permId: null,
        acknowledged: true,
        change: null,
        resent: false,
      }
      this.#put(booked)
    }
    booked.acknowledged = true
    this.#learnPermId(booked, order.permId)
    return booked
  }

  /** A status carries the client id of whoever cancelled, so the perm id goes first (12.3). */
  stated(status: ResponseOf<'orderStatus'>): BookedOrder | null {
    const byPermId = status.permId === null ? undefined : this.#byPermId.get(status.permId)
    if (byPermId !== undefined) return byPermId
    if (status.clientId !== this.#clientId) return null
    const booked = this.#byOrderId.get(status.orderId)
    if (booked === undefined) return null
    booked.acknowledged = true
    this.#learnPermId(booked, status.permId)
    return booked
  }

  byOrderId(orderId: number): BookedOrder | null {
    return this.#byOrderId.get(orderId) ?? null
  }

  byId(id: ClientOrderId): BookedOrder | null {
    return this.#byId.get(id) ?? null
  }

  /** Whose execution this is; null when it is not ours. */
  ownerOf({ orderId, clientId, orderRef }: ResponseOf<'execDetails'>): ClientOrderId | null {
    return this.#isOurs(orderId, clientId, orderRef) ? (orderRef as ClientOrderId) : null
  }

  /** A new connection: what was under way in the last one is not waited for. */
  forgetChanges(): void {
    for (const booked of this.#byOrderId.values()) booked.change = null
  }

  #isOurs(orderId: number, clientId: number, orderRef: string): boolean {
    return clientId === this.#clientId && orderId > 0 && orderRef !== ''
  }

  #learnPermId(booked: BookedOrder, permId: number | null): void {
    if (permId === null || permId === 0) return // 0 in the first events
    booked.permId = permId
    this.#byPermId.set(permId, booked)
  }

  #put(booked: BookedOrder): void {
    this.#byOrderId.set(booked.orderId, booked)
    this.#byId.set(booked.id, booked)
  }
}

/** As we would have sent it: the con id that a Gateway gives a combo is no contract. */
function askedAgain(contract: ResponseOf<'openOrder'>['contract']): WireContract {
  const { symbol, exchange, currency, secType } = contract
  if (secType === BAG) return { ...emptyContract, symbol, exchange, currency, secType }
  return { ...contract, includeExpired: false }
}

/** For a change of an adopted order. Without parent and group it may be an entry, so it is one. */
function intentFromEcho(
  orderId: number,
  order: WireOrder,
  contract: ResponseOf<'openOrder'>['contract'],
): Intent {
  const { parentId, ocaGroup, ocaType, tif, orderRef } = order
  return {
    orderId,
    parentId,
    conId: contract.secType === BAG ? 0 : contract.conId,
    legs: order.comboLegs.map(({ conId, ratio, action }) => ({
      conId,
      ratio,
      side: sideOf(action),
    })),
    symbol: contract.symbol,
    side: sideOf(order.action),
    quantity: order.totalQuantity ?? 0,
    terms: termsFromWire(order),
    timeInForce: tif,
    ocaGroup,
    ocaType,
    orderRef,
    transmit: true,
    entry: parentId === 0 && ocaGroup === '',
  }
}

/** How the broker holds an order; null when the echo does not say. */
export function heldAs(echo: ResponseOf<'openOrder'>['order']): EchoedTerms | null {
  return echo.tif === '' ? null : { terms: termsFromWire(echo), timeInForce: echo.tif }
}

export function termsFromWire({
  orderType,
  lmtPrice,
  auxPrice,
}: Pick<WireOrder, 'orderType' | 'lmtPrice' | 'auxPrice'>): OrderTerms {
  if (orderType === 'LMT' && lmtPrice !== null) return { type: 'LMT', limit: price(lmtPrice) }
  if (orderType === 'STP' && auxPrice !== null) return { type: 'STP', trigger: price(auxPrice) }
  return { type: 'MKT' }
}
