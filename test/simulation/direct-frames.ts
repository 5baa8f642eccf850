import { amountOf } from '../../src/domain/money.ts'
import type { Tradable } from '../../src/domain/contract.ts'
import { contractToWire } from '../../src/ibkr/translate/translate-contract.ts'
import { orderToWire } from '../../src/ibkr/translate/translate-order.ts'
import type { WireOrder } from '../../src/ibkr/translate/translate-order.ts'
import type { ClientOrderId, Order } from '../../src/domain/order.ts'
import type { Leaving } from '../../src/simulator/direct-broker.ts'
import type { SimTicket } from '../../src/simulator/broker/state.ts'
import type { OrderFrame } from './wire-tap.ts'

/** What leaves without a wire, as it would stand on one: the checkers know only that form. */
export function frameOf(clientId: number, leaving: Leaving): OrderFrame {
  if (leaving.kind === 'cancelled') {
    const { orderId } = leaving
    const none = { manualCancelTime: '', extOperator: '', manualOrderIndicator: null }
    return { clientId, request: { kind: 'cancelOrder', orderId, ...none } }
  }
  const { ticket } = leaving
  const order = { ...wireOrderOf(ticket), whatIf: leaving.kind === 'asked' }
  const { orderId } = ticket
  const contract = contractOf(ticket.contract)
  return { clientId, request: { kind: 'placeOrder', orderId, contract, order } }
}

const contracts = new WeakMap<Tradable, ReturnType<typeof contractToWire>>()

function contractOf(of: Tradable): ReturnType<typeof contractToWire> {
  const known = contracts.get(of) ?? contractToWire(of)
  contracts.set(of, known)
  return known
}

function wireOrderOf(ticket: SimTicket): WireOrder {
  const { account, parentId, transmit, ocaGroup, ocaType, type, limit, trigger } = ticket
  const plain = orderToWire(marketOrderOf(ticket), { account, parentId, transmit })
  return {
    ...plain,
    orderType: type,
    lmtPrice: limit === null ? null : amountOf(limit),
    auxPrice: trigger === null ? null : amountOf(trigger),
    ocaGroup,
    ocaType,
  }
}

function marketOrderOf({ contract, side, quantity, timeInForce, orderRef }: SimTicket): Order {
  return {
    id: orderRef as ClientOrderId,
    structureId: null,
    role: 'close',
    contract,
    side,
    quantity,
    terms: { type: 'MKT' },
    timeInForce,
    parentId: null,
    oca: null,
  }
}
