import type { Cancel, Clock } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'
import type { ConId, StockKey, Tradable } from '../../domain/contract.ts'
import type { Approved, ClientOrderId, Order, OrderChange } from '../../domain/order.ts'
import type { Margin, MarginAsked } from '../../domain/margin.ts'
import type { BrokerSnapshot, OrderReport } from '../../domain/report.ts'
import type { Broker, Fault, HeldNow, OrderIdStore } from '../../engine/ports.ts'
import type { Request } from '../../wire/requests.ts'
import type { Response, ResponseOf } from '../../wire/responses.ts'
import type { Connection } from '../session/connection.ts'
import type { ContractBook } from '../market/contracts.ts'
import { AccountReads } from './account-reads.ts'
import { intentOf } from './intent.ts'
import type { Intent } from './intent.ts'
import type { LinkListener } from '../session/link.ts'
import { OrderBook } from './order-book.ts'
import { OrderIds } from './order-ids.ts'
import { OrderReports } from './order-reports.ts'
import type { Lane } from '../pacing/pacing.ts'
import { takeSnapshot } from './snapshot.ts'
import { amount, commissionOf } from '../translate/translate.ts'
import { plainText } from '../session/error-codes.ts'
import { contractToWire } from '../translate/translate-contract.ts'
import {
  orderRefusal,
  orderToWire,
  termsRefusal,
  termsToWire,
} from '../translate/translate-order.ts'
import type { WireOrder } from '../translate/translate-order.ts'
import { ONE_SHARE, WhatIf } from './what-if.ts'
import type { WhatIfAnswer } from './what-if.ts'

/** An order goes out only if a heartbeat was answered this recently (client-library.md 4). */
const HEARTBEAT_AGE_MS_MAX = 10_000
/** A change without an echo for this long is left to a query (section 6). */
const CHANGE_MS_MAX = 5_000

const EXITS: Lane = 1
const ENTRIES: Lane = 3

export interface BrokerOptions {
  readonly clock: Clock
  readonly account: string
  readonly clientId: number
  readonly contracts: ContractBook
  readonly store: OrderIdStore
  /** The connection that is up, if any. */
  readonly connection: () => Connection | null
}

interface Sending {
  readonly order: Order
  readonly wire: WireOrder
  readonly intent: Intent
}

/** The `Broker` port on the order connection. */
export class IbkrBroker implements Broker, LinkListener {
  readonly #options: BrokerOptions
  readonly #ids: OrderIds
  readonly #book: OrderBook
  readonly #reports: OrderReports
  readonly #whatIf: WhatIf
  readonly #accounts: AccountReads
  /** Of others, told once. */
  readonly #leftOut = new Set<string>()
  readonly #reportListeners = new Set<(report: OrderReport) => void>()
  readonly #heldListeners = new Set<(held: HeldNow) => void>()
  readonly #linkListeners = new Set<(up: boolean, epoch: number) => void>()

  constructor(options: BrokerOptions) {
    this.#options = options
    const { clock, account, clientId, contracts, store } = options
    this.#ids = new OrderIds(store, clientId)
    this.#book = new OrderBook(clientId)
    this.#whatIf = new WhatIf(clock)
    this.#accounts = new AccountReads(clock, account)
    this.#reports = new OrderReports({
      clock,
      clientId,
      contracts,
      book: this.#book,
      ids: this.#ids,
      emit: (report) => {
        for (const listener of this.#reportListeners) listener(report)
      },
    })
  }

  /** One group, checked and made durable as a whole, then written in one piece. */
  place(orders: readonly Approved<Order>[]): Result<void, Fault> {
    const connection = this.#tradable()
    if (!connection.ok) return connection
    for (const order of orders) {
      const refusal = orderRefusal(order) ?? this.#alreadySent(order)
      if (refusal !== null) return fail(refused(refusal))
    }
    const isWayOut = orders.every(({ role }) => role !== 'entry')
    const first = this.#ids.take(connection.value.nextOrderId, orders.length, isWayOut)
    if (!first.ok) return first
    const group = this.#group(orders, first.value)
    if (!group.ok) return group
    const lane = isWayOut ? EXITS : ENTRIES
    const sent = connection.value.sendOrders(lane, group.value.map(frameOf))
    if (!sent.ok) return sent
    for (const { order, wire, intent } of group.value) {
      this.#options.contracts.remember(order.contract)
      this.#book.add({ tradable: order.contract, order: wire, intent })
    }
    return sent
  }

  /** Whether the Gateway takes orders at all: a question, which leaves nothing behind. */
  async whatIf(key: StockKey): Promise<WhatIfAnswer> {
    const unanswered = (detail: string): WhatIfAnswer => ({ kind: 'unanswered', detail })
    const connection = this.#tradable()
    if (!connection.ok) return unanswered(connection.error.detail)
    const { contracts, account } = this.#options
    const contract = await contracts.byKey(connection.value.requests, key)
    if (!contract.ok) return unanswered(contract.error.detail)
    if (contract.value.kind !== 'stock') return unanswered(`${key.symbol} is no stock`)
    const orderId = this.#ids.take(connection.value.nextOrderId, 1)
    if (!orderId.ok) return unanswered(orderId.error.detail)
    const asked = { ...ONE_SHARE, account, orderId: orderId.value, contract: contract.value }
    const answer = await this.#whatIf.ask(connection.value, asked)
    return answer.kind === 'accepted' ? { kind: 'accepted' } : answer
  }

  /** Of an entry, before it is decided: nothing of it is journaled, and no order comes of it. */
  async margin({ contract, side, quantity, limit }: MarginAsked): Promise<Margin> {
    const { clock, account } = this.#options
    const unanswered = ({ detail }: { readonly detail: string }): Margin => {
      return { kind: 'unanswered', at: clock.now(), detail }
    }
    const connection = this.#tradable()
    if (!connection.ok) return unanswered(connection.error)
    const orderId = this.#ids.take(connection.value.nextOrderId, 1)
    if (!orderId.ok) return unanswered(orderId.error)
    const answer = await this.#whatIf.ask(connection.value, {
      account,
      orderId: orderId.value,
      contract,
      side,
      quantity,
      terms: { type: 'LMT', limit },
      reference: 'what-if',
      wants: 'margins',
    })
    if (answer.kind === 'unanswered') return unanswered(answer)
    if (answer.kind === 'refused') return { ...answer, at: clock.now() }
    const { initMarginAfter, equityWithLoanAfter, commission, warningText } = answer.state
    return {
      kind: 'answered',
      at: clock.now(),
      quantity,
      limit,
      initialMarginAfter: amount(initMarginAfter),
      equityAfter: amount(equityWithLoanAfter),
      commission: commissionOf(commission),
      warning: plainText(warningText),
    }
  }

  /** The one order that is ever sent twice: 10006 says that it does not exist. */
  resendChild(order: Approved<Order>): Result<void, Fault> {
    const booked = this.#book.byId(order.id)
    if (booked === null || booked.order.parentId === 0) {
      return fail(refused(`${order.id} is no child that was sent`))
    }
    if (booked.resent || booked.acknowledged) {
      return fail(refused(`${order.id} was sent again already, or is alive`))
    }
    const connection = this.#tradable()
    if (!connection.ok) return connection
    // Alone now, so it releases itself; its family has been transmitted.
    const wire = { ...booked.order, transmit: true }
    const intent = { ...booked.intent, transmit: true }
    const sent = connection.value.sendOrders(EXITS, [frameOf({ order, wire, intent })])
    if (sent.ok) Object.assign(booked, { resent: true, order: wire, intent })
    return sent
  }

  /** The same id again, with the new terms. */
  replace(change: Approved<OrderChange>): Result<void, Fault> {
    const booked = this.#book.byId(change.orderId)
    if (booked === null) return fail(refused(`${change.orderId} is not known to be at the broker`))
    const { quantity, terms, fence } = change
    const contract = booked.tradable
    const refusal = contract === null ? null : termsRefusal(contract, terms)
    if (refusal !== null) return fail(refused(refusal))
    const connection = this.#tradable()
    if (!connection.ok) return connection
    const order = {
      ...booked.order,
      ...termsToWire(terms),
      totalQuantity: quantity,
      transmit: true,
    }
    const { worst = null } = booked.intent.fence ?? {}
    const changed = {
      quantity,
      terms,
      transmit: true,
      ...(fence && { fence: { ...fence, worst } }),
    }
    const intent = { ...booked.intent, ...changed }
    const request: Request = {
      kind: 'placeOrder',
      orderId: booked.orderId,
      contract: booked.contract,
      order,
    }
    const lane = intent.entry ? ENTRIES : EXITS
    const sent = connection.value.sendOrders(lane, [{ request, intent }])
    if (!sent.ok) return sent
    const until = this.#options.clock.monotonicMs() + CHANGE_MS_MAX
    Object.assign(booked, { order, intent, change: { ...change, until } })
    return sent
  }

  /** Never held back by an age or a gate; it adds no risk and may be repeated. */
  cancel(orderId: ClientOrderId): Result<void, Fault> {
    const connection = this.#options.connection()
    if (connection === null) return fail(NOT_CONNECTED)
    const booked = this.#book.byId(orderId)
    if (booked === null) return fail(refused(`${orderId} is not known to be at the broker`))
    return connection.sendInTurn(0, {
      kind: 'cancelOrder',
      orderId: booked.orderId,
      manualCancelTime: '',
      extOperator: '',
      manualOrderIndicator: null,
    })
  }

  async snapshot(
    signal: AbortSignal,
    known: readonly Tradable[] = [],
  ): Promise<Result<BrokerSnapshot, Fault>> {
    const connection = this.#options.connection()
    if (connection === null) return fail(NOT_CONNECTED)
    const { clock, account, contracts } = this.#options
    for (const contract of known) contracts.recall(contract)
    const options = { clock, account, contracts, book: this.#book, reports: this.#reports }
    const more = { accounts: this.#accounts, leftOut: this.#leftOut }
    return takeSnapshot(connection, { ...options, ...more }, signal)
  }

  onReport(listener: (report: OrderReport) => void): Cancel {
    this.#reportListeners.add(listener)
    return () => this.#reportListeners.delete(listener)
  }

  onHeld(listener: (held: HeldNow) => void): Cancel {
    this.#heldListeners.add(listener)
    return () => this.#heldListeners.delete(listener)
  }

  onLink(listener: (up: boolean, epoch: number) => void): Cancel {
    this.#linkListeners.add(listener)
    const connection = this.#options.connection()
    if (connection !== null) listener(true, connection.epoch)
    return () => this.#linkListeners.delete(listener)
  }

  up(connection: Connection): void {
    this.#book.forgetChanges()
    for (const listener of this.#linkListeners) listener(true, connection.epoch)
  }

  down(epoch: number): void {
    this.#whatIf.endAll('the connection ended before an answer came')
    for (const listener of this.#linkListeners) listener(false, epoch)
  }

  said(connection: Connection, response: Response): void {
    if (response.kind === 'position') this.#held(response)
    else if (!this.#whatIf.heard(response)) this.#reports.said(connection, response)
  }

  /** The list that a picture asks for goes on: a row for each change, by whomever (12.14). */
  #held({ account, contract: { conId, secType }, position }: ResponseOf<'position'>): void {
    if (account !== this.#options.account || (secType !== 'STK' && secType !== 'OPT')) return
    for (const listener of this.#heldListeners) {
      listener({ conId: conId as ConId, quantity: position })
    }
  }

  orderError(_: Connection, error: ResponseOf<'error'>): void {
    if (!this.#whatIf.heard(error)) this.#reports.orderError(error)
  }

  #tradable(): Result<Connection, Fault> {
    const connection = this.#options.connection()
    if (connection === null) return fail(NOT_CONNECTED)
    const age = connection.heartbeatAgeMs()
    if (age <= HEARTBEAT_AGE_MS_MAX) return ok(connection)
    const wanted = `expected a heartbeat within ${HEARTBEAT_AGE_MS_MAX} ms`
    const detail = `${wanted}, the last was ${age} ms ago`
    return fail({ code: 'stale', retry: 'later', detail, vendorCode: null })
  }

  /** Orders are never sent twice; the book has what this process sent or found at the broker. */
  #alreadySent({ id }: Order): string | null {
    return this.#book.byId(id) === null ? null : `${id} was sent before`
  }

  /** Ids in a row, children after their parent; the last of each family transmits it. */
  #group(orders: readonly Order[], firstId: number): Result<readonly Sending[], Fault> {
    const idOf = new Map(orders.map(({ id }, index) => [id, firstId + index]))
    const group: Sending[] = []
    for (const [index, order] of orders.entries()) {
      const { parentId: parent } = order
      const parentId = parent === null ? 0 : (idOf.get(parent) ?? this.#book.byId(parent)?.orderId)
      if (parentId === undefined) return fail(refused(`the parent of ${order.id} was never sent`))
      const family = parent ?? order.id
      const later = orders.slice(index + 1)
      const transmit = !later.some((other) => (other.parentId ?? other.id) === family)
      const wire = orderToWire(order, { account: this.#options.account, parentId, transmit })
      group.push({ order, wire, intent: intentOf(order, firstId + index, { parentId, transmit }) })
    }
    return ok(group)
  }
}

function frameOf({ order, wire, intent }: Sending): {
  readonly request: Request
  readonly intent: Intent
} {
  const contract = contractToWire(order.contract)
  return { request: { kind: 'placeOrder', orderId: intent.orderId, contract, order: wire }, intent }
}

const NOT_CONNECTED: Fault = {
  code: 'not-connected',
  retry: 'after-reconnect',
  detail: 'the order connection is not up',
  vendorCode: null,
}

function refused(detail: string): Fault {
  return { code: 'refused', retry: 'never', detail, vendorCode: null }
}
