import { unreachable } from '../base/assert.ts'
import type { Cancel } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import { ok } from '../base/result.ts'
import type { Account } from '../domain/account.ts'
import type { Currency } from '../domain/money.ts'
import type { ClientOrderId, Order, OrderTerms } from '../domain/order.ts'
import type { BrokerSnapshot, OrderReport } from '../domain/report.ts'
import type { Broker, Fault, HeldNow } from '../engine/ports.ts'
import { answerAfter, fault } from './broker/answers.ts'
import type { GatewayCore } from './broker/core.ts'
import { brokerOrder, errorEvidence, evidenceOf, execIdOf, fillOf } from './broker/evidence.ts'
import type { CoreEvent, SimOrder, SimTicket } from './broker/state.ts'
import { orderKey } from './broker/state.ts'
import { directMargin } from './direct-margin.ts'

export interface DirectOptions {
  /** Default 30, the base of the client ids. */
  readonly clientId?: number
  /** Of this life of the connection; default 1. A restart over the same core takes the next. */
  readonly epoch?: number
  /** What leaves, before the broker has it. */
  readonly leaving?: (of: Leaving) => void
}

/** What would be a frame on a wire. `asked`: a what-if. */
export type Leaving =
  | { readonly kind: 'placed' | 'asked'; readonly ticket: SimTicket }
  | { readonly kind: 'cancelled'; readonly orderId: number }

/** Reports and pictures take this long, in milliseconds: never within the turn that caused them. */
const REPORT_MS = 1
const SNAPSHOT_MS = 20

/** The broker port straight over the core. The link is up for as long as it exists. */
export function directBroker(core: GatewayCore, options: DirectOptions = {}): Broker {
  const clientId = options.clientId ?? 30
  const { epoch = 1, leaving = () => undefined } = options
  const { clock } = core
  const resent = new Set<ClientOrderId>()
  /** Whose id is whose, also of what was refused and is no order. */
  const sent = new Map<number, ClientOrderId>()
  let last = 0
  const send = (order: Order, transmit: boolean): void => {
    // The core knows no id of what it refused; a client uses none twice.
    last = Math.max(last + 1, core.nextOrderId(clientId))
    const ticket = { ...ticketOf(order, core, clientId), orderId: last }
    sent.set(ticket.orderId, order.id)
    place({ ...ticket, transmit })
  }
  const asking = (ticket: SimTicket): void => leaving({ kind: 'asked', ticket })
  const place = (ticket: SimTicket): void => {
    leaving({ kind: 'placed', ticket })
    core.place(ticket)
  }
  const refusalOf = (event: Extract<CoreEvent, { kind: 'order-error' }>): OrderReport | null => {
    const order = core.state.orders.get(orderKey(event.clientId, event.orderId))
    const orderId =
      order === undefined ? sent.get(event.orderId) : (order.orderRef as ClientOrderId)
    if (event.clientId !== clientId || orderId === undefined) return null
    const lives = order !== undefined && order.status !== 'Inactive'
    return { kind: 'evidence', orderId, evidence: errorEvidence(event.code, event.text, lives) }
  }
  return {
    place(orders) {
      orders.forEach((order, index) => {
        // Only the last of a family transmits; orders that stand alone transmit themselves.
        const head = order.parentId ?? order.id
        send(order, !orders.slice(index + 1).some((later) => later.parentId === head))
      })
      return ok(undefined)
    },
    resendChild(order) {
      if (resent.has(order.id)) return fault('refused', 'a child is sent again once', 'never')
      resent.add(order.id)
      send(order, true)
      return ok(undefined)
    },
    replace({ orderId, quantity, terms }) {
      return onLive(core, { clientId, orderId }, (order) =>
        place({ ...order, quantity, ...priced(terms), transmit: true }),
      )
    },
    cancel(orderId) {
      return onLive(core, { clientId, orderId }, (order) => {
        leaving({ kind: 'cancelled', orderId: order.orderId })
        core.cancel(clientId, clientId, order.orderId)
      })
    },
    margin: (asked) => directMargin(core, asked, { clientId, leaving: asking }),
    snapshot(signal) {
      const requestedAt = clock.now()
      return answerAfter({ clock, ms: SNAPSHOT_MS, signal }, () =>
        ok({ requestedAt, epoch, ...pictureOf(core) }),
      )
    },
    onReport: (listener) =>
      core.subscribe((event) => {
        const report = event.kind === 'order-error' ? refusalOf(event) : reportOf(event, clientId)
        if (report !== null) clock.after(REPORT_MS, () => listener(report))
      }),
    onHeld: (listener) => heldBy(core, listener),
    onLink(listener) {
      listener(true, epoch)
      return () => undefined
    },
  }
}

function heldBy(core: GatewayCore, listener: (held: HeldNow) => void): Cancel {
  return core.subscribe((event) => {
    if (event.kind !== 'position') return
    const { contract, quantity } = event.position
    core.clock.after(REPORT_MS, () => {
      listener({ conId: contract.conId, quantity })
    })
  })
}

const OCA_TYPES = {
  'cancel-with-block': 1,
  'reduce-with-block': 2,
  'reduce-without-block': 3,
} as const

function ticketOf(order: Order, core: GatewayCore, clientId: number): Omit<SimTicket, 'orderId'> {
  const parent =
    order.parentId === null ? undefined : findLive(core, { clientId, orderId: order.parentId })
  return {
    clientId,
    // An id that does not exist is answered with 10006, as a Gateway does.
    parentId: order.parentId === null ? 0 : (parent?.orderId ?? -1),
    contract: order.contract,
    side: order.side,
    quantity: order.quantity,
    ...priced(order.terms),
    timeInForce: order.timeInForce,
    transmit: true,
    ocaGroup: order.oca?.name ?? '',
    ocaType: order.oca === null ? 0 : OCA_TYPES[order.oca.type],
    outsideRth: false,
    orderRef: order.id,
    account: core.accountId,
  }
}

function priced(terms: OrderTerms): Pick<SimTicket, 'type' | 'limit' | 'trigger'> {
  switch (terms.type) {
    case 'MKT':
      return { type: 'MKT', limit: null, trigger: null }
    case 'LMT':
      return { type: 'LMT', limit: terms.limit, trigger: null }
    case 'STP':
      return { type: 'STP', limit: null, trigger: terms.trigger }
    default:
      return unreachable(terms)
  }
}

interface Address {
  readonly clientId: number
  readonly orderId: ClientOrderId
}

function findLive(core: GatewayCore, { clientId, orderId }: Address): SimOrder | undefined {
  return find(core, { clientId, orderId }, (order) => order.completedAt === null)
}

function find(
  core: GatewayCore,
  { clientId, orderId }: Address,
  which: (order: SimOrder) => boolean,
): SimOrder | undefined {
  for (const order of core.state.orders.values()) {
    if (order.clientId === clientId && order.orderRef === orderId && which(order)) return order
  }
  return undefined
}

/** On the order if there is one, alive or not: what is over is answered by the core. */
function onLive(
  core: GatewayCore,
  address: Address,
  act: (order: SimOrder) => void,
): Result<void, Fault> {
  const order = findLive(core, address) ?? find(core, address, () => true)
  if (order === undefined) return fault('refused', `no order ${address.orderId} is known`, 'never')
  act(order)
  return ok(undefined)
}

function reportOf(
  event: Exclude<CoreEvent, { kind: 'order-error' }>,
  clientId: number,
): OrderReport | null {
  switch (event.kind) {
    case 'open-order':
    case 'order-status': {
      const { order } = event
      const evidence = evidenceOf(order)
      if (order.clientId !== clientId || evidence === null) return null
      return { kind: 'evidence', orderId: order.orderRef as ClientOrderId, evidence }
    }
    case 'execution':
    case 'corrected':
      if (event.execution.clientId !== clientId) return null
      return { kind: 'filled', fill: fillOf(event.execution) }
    case 'commission': {
      const { execution } = event
      if (execution.clientId !== clientId) return null
      const { commission } = execution
      return { kind: 'commission', execId: execIdOf(execution), commission }
    }
    case 'position':
    case 'account':
      return null
    default:
      return unreachable(event)
  }
}

function pictureOf(core: GatewayCore): Omit<BrokerSnapshot, 'requestedAt' | 'epoch'> {
  return {
    openOrders: core.openOrders().map(brokerOrder),
    completedOrders: core.completedOrders().map(brokerOrder),
    fills: core.executions().map(fillOf),
    positions: core.positions(),
    account: accountOf(core),
  }
}

function accountOf(core: GatewayCore): Account {
  const { id, kind, type, netLiquidation, availableFunds, settledCash, dailyPnl } = core.account()
  const baseCurrency = 'USD' as Currency
  return {
    id,
    // As it says so itself, and as the bot reads it on the wire.
    kind: type.toLowerCase() === kind ? kind : 'unknown',
    baseCurrency,
    netLiquidation,
    availableFunds,
    settledCash,
    dailyPnl,
    exchangeRates: new Map([[baseCurrency, 1]]),
    at: core.clock.now(),
  }
}
