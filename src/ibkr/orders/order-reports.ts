import type { Clock } from '../../base/clock.ts'
import type { ConId, Tradable } from '../../domain/contract.ts'
import type { ExecId } from '../../domain/fill.ts'
import type { Money } from '../../domain/money.ts'
import type { ClientOrderId, OrderEvidence } from '../../domain/order.ts'
import type { OrderReport } from '../../domain/report.ts'
import { BAG } from '../../wire/order-blocks.ts'
import type { Response, ResponseOf } from '../../wire/responses.ts'
import type { Connection } from '../session/connection.ts'
import type { ContractBook } from '../market/contracts.ts'
import { orderEvidence } from '../session/error-codes.ts'
import { sameTerms } from '../../orders/resting.ts'
import type { BookedOrder, OrderBook } from './order-book.ts'
import { heldAs, termsFromWire } from './order-book.ts'
import type { OrderIds } from './order-ids.ts'
import { commissionOf, execIdParts } from '../translate/translate.ts'
import { fillFrom } from '../translate/translate-fill.ts'
import { statusEvidence, termsToWire } from '../translate/translate-order.ts'

interface ReportsOptions {
  readonly clock: Clock
  readonly clientId: number
  readonly book: OrderBook
  readonly ids: OrderIds
  readonly contracts: ContractBook
  readonly emit: (report: OrderReport) => void
}

/** Commissions that come before their execution; a defect upstream must not fill the memory. */
const EARLY_COMMISSIONS_MAX = 1_000

/** What the Gateway says about our orders, unasked, as reports. Others' orders are passed over. */
export class OrderReports {
  readonly #options: ReportsOptions
  /** Executions by their full id; null for those of others. */
  readonly #executions = new Map<string, ClientOrderId | null>()
  readonly #earlyCommissions = new Map<string, Money>()

  constructor(options: ReportsOptions) {
    this.#options = options
  }

  said(connection: Connection, response: Response): void {
    switch (response.kind) {
      case 'openOrder':
        return this.#openOrder(response)
      case 'orderStatus':
        return this.#status(response)
      case 'execDetails':
        return this.#execution(connection, response)
      case 'commissionReport':
        return this.#commission(response)
      default:
    }
  }

  orderError({ id, code, text }: ResponseOf<'error'>): void {
    const booked = this.#options.book.byOrderId(id)
    if (booked === null) return
    const phase =
      booked.change !== null ? 'changing' : booked.acknowledged ? 'live' : ('new' as const)
    const evidence = orderEvidence(code, text, phase)
    const isOver = evidence.kind === 'cancel-refused' || evidence.kind === 'outcome-lost'
    if (isOver) booked.change = null
    const childAgain = evidence.kind === 'parent-missing' && !booked.resent
    if (evidence.kind !== 'parent-missing' || (childAgain && booked.order.parentId !== 0)) {
      return this.#evidence(booked, evidence)
    }
    this.#evidence(booked, { kind: 'reject-reported', vendorCode: code, reason: text })
  }

  /** An execution that a snapshot asked for: its commission report follows, and counts. */
  knows(execution: ResponseOf<'execDetails'>): void {
    const owner = this.#options.book.ownerOf(execution)
    if (owner !== null) this.#options.ids.saw(execution.orderId)
    this.#executions.set(execution.execId, owner)
    const early = this.#earlyCommissions.get(execution.execId)
    this.#earlyCommissions.delete(execution.execId)
    if (owner !== null && early !== undefined) this.#emitCommission(execution.execId, early)
  }

  #openOrder(echo: ResponseOf<'openOrder'>): void {
    const { book, ids, clientId } = this.#options
    if (echo.order.clientId === clientId) ids.saw(echo.orderId)
    const booked = book.echoed(echo)
    if (booked === null) return
    if (booked.change !== null && hasTerms(echo.order, booked.change)) booked.change = null
    this.#state(booked, echo.orderState.status)
    if (booked.change === null) this.#held(booked, echo.order)
  }

  /** A preset or a cap may have made another order of it: a change of it starts from that. */
  #held(booked: BookedOrder, echo: ResponseOf<'openOrder'>['order']): void {
    const { order, intent } = booked
    const held = heldAs(echo)
    const same = held !== null && sameTerms(held.terms, termsFromWire(order))
    if (held === null || (same && held.timeInForce === order.tif)) return
    const { timeInForce } = held
    Object.assign(booked, {
      order: { ...order, tif: timeInForce },
      intent: { ...intent, timeInForce },
    })
    this.#evidence(booked, { kind: 'echoed', ...held })
  }

  #status(status: ResponseOf<'orderStatus'>): void {
    const booked = this.#options.book.stated(status)
    if (booked !== null) this.#state(booked, status.status)
  }

  /** While a change is under way, the old terms being alive says nothing about the new ones. */
  #state(booked: BookedOrder, status: string): void {
    const evidence = statusEvidence(status)
    if (evidence === null) return
    const { change } = booked
    const waiting = change !== null && this.#options.clock.monotonicMs() < change.until
    if (waiting && evidence.kind === 'reported') return
    this.#evidence(booked, evidence)
  }

  #execution(connection: Connection, execution: ResponseOf<'execDetails'>): void {
    const { clock, contracts, emit, book } = this.#options
    const orderId = book.ownerOf(execution)
    if (orderId !== null) {
      const readAt = clock.now()
      const report = (contract: Tradable): void => {
        emit({ kind: 'filled', fill: fillFrom(execution, { orderId, contract, readAt }) })
        this.knows(execution)
      }
      const contract = this.#contractOf(orderId, execution)
      if (contract !== null) return report(contract)
      // Whose legs are not known is told by the next snapshot, which asks for them.
      if (execution.contract.secType === BAG) return
      // After a restart, before the first snapshot: the fill waits for its contract, not for us.
      void contracts
        .byConId(connection.requests, { ...execution.contract, includeExpired: false }, 2)
        .then((found) => {
          if (found.ok && found.value.kind !== 'index') report(found.value)
        })
      return
    }
    this.knows(execution)
  }

  #contractOf(orderId: ClientOrderId, { contract }: ResponseOf<'execDetails'>): Tradable | null {
    const { book, contracts } = this.#options
    const placed = book.byId(orderId)?.tradable ?? null
    if (contract.secType === BAG) return placed?.kind === 'combo' ? placed : null
    if (placed !== null && placed.kind !== 'combo' && placed.conId === contract.conId) return placed
    const known = contracts.known(contract.conId as ConId)
    return known === null || known.kind === 'index' ? null : known
  }

  #commission(report: ResponseOf<'commissionReport'>): void {
    const commission = commissionOf(report.commission)
    if (commission === null) return // will come again, at the latest with the next snapshot
    const owner = this.#executions.get(report.execId)
    if (owner === undefined) {
      if (this.#earlyCommissions.size < EARLY_COMMISSIONS_MAX) {
        this.#earlyCommissions.set(report.execId, commission)
      }
    } else if (owner !== null) this.#emitCommission(report.execId, commission)
  }

  #emitCommission(execId: string, commission: Money): void {
    const { base } = execIdParts(execId)
    this.#options.emit({ kind: 'commission', execId: base as ExecId, commission })
  }

  #evidence(booked: BookedOrder, evidence: OrderEvidence): void {
    this.#options.emit({ kind: 'evidence', orderId: booked.id, evidence })
  }
}

function hasTerms(
  echo: ResponseOf<'openOrder'>['order'],
  { quantity, terms }: NonNullable<BookedOrder['change']>,
): boolean {
  const { orderType, lmtPrice, auxPrice } = termsToWire(terms)
  if (echo.totalQuantity !== quantity || echo.orderType !== orderType) return false
  if (terms.type === 'LMT') return echo.lmtPrice === lmtPrice
  return terms.type === 'STP' ? echo.auxPrice === auxPrice : true
}
