import type { Result } from '../../base/result.ts'
import { keyOf } from '../../domain/contract-key.ts'
import type { ComboContract, IndexContract } from '../../domain/contract.ts'
import type { RequestOf } from '../../wire/requests.ts'
import type { Answers, Client, Subject } from './session-client.ts'
import { comboFrom } from './session-combo.ts'
import { oneContract } from './session-lookup.ts'
import {
  commissionReportOf,
  completedOrderOf,
  execDetailsOf,
  openOrderOf,
  orderStatusOf,
  whatIfOf,
} from './session-order-frames.ts'
import { invalid, ticketOf } from './session-order-ticket.ts'
import type { CoreEvent, SimContract, SimOrder, SimTicket } from '../broker/state.ts'
import { orderKey } from '../broker/state.ts'
import type { Refusal } from '../broker/validate.ts'

/** Orders of one client: what it places and cancels, and what it is told of them. */
export class Orders implements Subject {
  readonly #client: Client
  readonly #stop: () => void

  constructor(client: Client) {
    this.#client = client
    this.#stop = client.house.core.subscribe((event) => this.#hear(event))
  }

  readonly answers: Answers = {
    placeOrder: (request) => this.#unlessReadOnly(request.orderId, () => this.#place(request)),
    cancelOrder: ({ orderId, manualCancelTime }) => {
      if (isLegalTime(manualCancelTime)) {
        this.#unlessReadOnly(orderId, () => this.#cancel(orderId))
      }
    },
    reqGlobalCancel: () =>
      this.#unlessReadOnly(-1, () => this.#client.house.core.cancelAll(this.#client.id)),
    reqIds: () => this.#tellNextId(),
    reqOpenOrders: () => this.#tellOpen((order) => order.clientId === this.#client.id),
    reqAllOpenOrders: () => this.#tellOpen(() => true),
    reqAutoOpenOrders: () => this.#bind(),
    reqCompletedOrders: () => this.#tellCompleted(),
  }

  close(): void {
    this.#stop()
  }

  #unlessReadOnly(orderId: number, act: () => void): void {
    if (this.#client.house.settings.readOnly) this.#refuse(orderId, READ_ONLY)
    else act()
  }

  #place(request: RequestOf<'placeOrder'>): void {
    const { id: clientId, house } = this.#client
    const { orderId, contract, order } = request
    if (order.transmit === null && house.settings.strict) {
      return this.#client.violation(orderId, 320, 'Error reading request: transmit is empty')
    }
    const found: Result<SimContract | ComboContract | IndexContract, Refusal> =
      contract.secType === 'BAG'
        ? comboFrom(contract, order.comboLegs, house.market)
        : oneContract(contract, house)
    if (!found.ok) return this.#refuse(orderId, found.error)
    if (found.value.kind === 'index') return this.#refuse(orderId, NOT_TRADABLE)
    const ticket = ticketOf(request, { clientId, contract: found.value })
    if (!ticket.ok) return this.#refuse(orderId, ticket.error)
    if (order.whatIf) return this.#whatIf(ticket.value)
    if (this.#isOverActiveLimit(ticket.value)) return this.#refuse(orderId, TOO_MANY)
    house.core.place(ticket.value)
  }

  /** P13; a modification is no new order. */
  #isOverActiveLimit({ orderId, contract, side }: SimTicket): boolean {
    const { core, login } = this.#client.house
    const open = core.openOrders()
    if (open.some((order) => order.orderId === orderId && order.clientId === this.#client.id)) {
      return false
    }
    const key = keyOf(contract)
    const alike = open.filter((order) => order.side === side && keyOf(order.contract) === key)
    return alike.length >= login.limits.activeOrders
  }

  #whatIf(ticket: SimTicket): void {
    if (!ticket.transmit) return this.#refuse(ticket.orderId, WHAT_IF_TRANSMIT)
    const found = this.#client.house.core.whatIf(ticket)
    if (found.ok) this.#client.send(whatIfOf(found.value))
    else this.#refuse(ticket.orderId, found.error)
  }

  /** An order of another client is named by its id alone, where that is unambiguous (12.3). */
  #cancel(orderId: number): void {
    const { id, house } = this.#client
    const alike = house.core.openOrders().filter((order) => order.orderId === orderId)
    const isOwn = house.core.state.orders.has(orderKey(id, orderId))
    const owner = isOwn || alike.length !== 1 ? id : (alike[0]?.clientId ?? id)
    house.core.cancel(id, owner, orderId)
  }

  #tellNextId(): void {
    const orderId = this.#client.house.core.nextOrderId(this.#client.id)
    this.#client.send({ kind: 'nextValidId', orderId })
  }

  #tellOpen(isVisible: (order: SimOrder) => boolean): void {
    for (const order of this.#client.house.core.openOrders().filter(isVisible)) {
      this.#client.send(openOrderOf(order))
      this.#client.send(orderStatusOf(order))
    }
    this.#client.send({ kind: 'openOrderEnd' })
  }

  #bind(): void {
    if (this.#client.id !== 0) this.#client.error(-1, 327, ONLY_CLIENT_0)
  }

  #tellCompleted(): void {
    for (const order of this.#client.house.core.completedOrders()) {
      this.#client.send(completedOrderOf(order))
    }
    this.#client.send({ kind: 'completedOrdersEnd' })
  }

  #hear(event: CoreEvent): void {
    const { id, version, house } = this.#client
    switch (event.kind) {
      case 'open-order':
        if (event.order.clientId !== id) return
        this.#client.send(openOrderOf(event.order))
        return this.#client.send(orderStatusOf(event.order))
      case 'order-status':
        if (event.order.clientId !== id && event.order.cancelledBy !== id) return
        return this.#client.send(orderStatusOf(event.order))
      case 'execution':
      case 'corrected':
        if (event.execution.clientId !== id) return
        return this.#client.send(
          execDetailsOf(event.execution, { reqId: -1, version, account: house.core.accountId }),
        )
      case 'commission':
        if (event.execution.clientId !== id) return
        return this.#client.send(commissionReportOf(event.execution))
      case 'order-error':
        if (event.clientId !== id) return
        return this.#client.error(event.orderId, event.code, event.text)
      case 'position':
      case 'account':
        return // the account's subject
    }
  }

  #refuse(orderId: number, { code, text }: Refusal): void {
    this.#client.error(orderId, code, text)
  }
}

/** What every order gets when the whole Gateway is read-only. */
export const READ_ONLY: Refusal = invalid('The API interface is currently in Read-Only mode.')
/** A cancel with another one is ignored without a word (fault F39). */
function isLegalTime(time: string | undefined): boolean {
  return time === undefined || /^(\d{8}[ -]\d{2}:\d{2}:\d{2}( .+)?)?$/.test(time)
}

const NOT_TRADABLE: Refusal = { code: 412, text: 'The contract is not available for trading' }
const WHAT_IF_TRANSMIT: Refusal = {
  code: 413,
  text: 'What-if order should have the transmit flag set to true.',
}
const TOO_MANY: Refusal = {
  code: 201,
  text: 'Order rejected - reason:Too many working orders on this side of the contract.',
}
const ONLY_CLIENT_0 = 'Only the default client (i.e. 0) can auto bind orders.'
