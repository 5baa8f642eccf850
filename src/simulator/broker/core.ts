import type { Cancel, Clock, EpochMs } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import { Prng, seedOf } from '../../base/prng.ts'
import type { ConId } from '../../domain/contract.ts'
import type { Money } from '../../domain/money.ts'
import { money } from '../../domain/money.ts'
import { accountOf, rollDay } from './account.ts'
import { requestCancel } from './changes.ts'
import type { Condition, Imposed } from './condition.ts'
import { hoursChanged } from './expiries.ts'
import type { Desk } from './desk.ts'
import { isLive, openOrdersOf, quoteOf } from './desk.ts'
import { assign } from './expiry.ts'
import { Hours } from './hours.ts'
import { floorOf, place } from './intake.ts'
import { ConditionedMarket } from '../market/conditioned-market.ts'
import type { Market, MarketQuote } from '../market/market.ts'
import { orderKey } from './state.ts'
import type {
  CoreEvent,
  GatewayState,
  SimAccount,
  SimExecution,
  SimOrder,
  SimPosition,
  SimTicket,
} from './state.ts'
import { nextDue, step } from './step.ts'
import type { Refusal } from './validate.ts'
import { whatIf } from './what-if.ts'
import type { WhatIf } from './what-if.ts'
import { once } from '../faults/once.ts'

/** Ends a condition, and says how often it has made a difference. */
export type Imposing = Cancel & { readonly uses: () => number }

export interface CoreOptions {
  readonly clock: Clock
  readonly seed: number
  readonly market: Market
  /** Default `DU1234567`, margin, $100,000. */
  readonly account?: {
    readonly id: string
    readonly kind: 'cash' | 'margin'
    readonly cash: Money
    /** What AccountType says; default INDIVIDUAL, as most Gateways do of either kind. */
    readonly type?: string
  }
}

export const DEFAULT_ACCOUNT: NonNullable<CoreOptions['account']> = {
  id: 'DU1234567',
  kind: 'margin',
  cash: money(100_000),
}
const INDIVIDUAL = 'INDIVIDUAL'

/**
 * The simulated broker behind all three faces: orders, matching, account. No protocol. All it knows
 * is in `state`, and its one timer is set anew from there, so a clone goes on in the same way.
 */
export class GatewayCore {
  readonly clock: Clock
  readonly market: Market
  readonly state: GatewayState
  readonly accountId: string
  readonly #options: CoreOptions
  readonly #desk: Desk
  readonly #listeners = new Set<(event: CoreEvent) => void>()
  #news: CoreEvent[] = []
  #telling = false
  #timer: { readonly due: EpochMs; readonly cancel: Cancel } | null = null

  constructor(options: CoreOptions, state?: GatewayState) {
    const account: NonNullable<CoreOptions['account']> = options.account ?? DEFAULT_ACCOUNT
    this.clock = options.clock
    this.accountId = account.id
    this.#options = options
    this.state = state ?? initialState(options, account.cash)
    this.market = new ConditionedMarket(options.market, this.state.conditions)
    this.#desk = {
      state: this.state,
      market: this.market,
      hours: new Hours(this.market),
      accountId: account.id,
      accountKind: account.kind,
      accountType: account.type ?? INDIVIDUAL,
      splits: options.market.origin === 'generated',
      now: this.state.steppedAt,
      unblocked: [],
      reserved: new Set(),
      emit: (event) => this.#news.push(event),
      live: null,
      open: null,
      unsettled: null,
    }
    this.#arm()
  }

  /** New order, or a modification of the live order of the same client and id. */
  place(ticket: SimTicket): void {
    this.#do(() => place(this.#desk, ticket))
  }

  /** An order has come and is held back for now: its id is used. A clone does not know of it. */
  reserve(clientId: number, orderId: number): void {
    this.#desk.reserved.add(orderKey(clientId, orderId))
    const floor = Math.max(orderId, floorOf(this.#desk, clientId))
    this.state.orderIdFloor.set(clientId, floor)
  }

  /**
   * Something is wrong at the exchange or at the broker from now on, `times` times or until the
   * returned function is called. A clone has it too, and is told of its end by nobody.
   */
  impose(condition: Condition, times: number | null = null): Imposing {
    const { conditions } = this.state
    const imposed: Imposed = {
      id: conditions.length,
      since: this.clock.now(),
      until: null,
      left: times,
      uses: 0,
      condition,
    }
    this.#do(() => {
      conditions.push(imposed)
      if (condition.kind === 'closes') hoursChanged(this.#desk)
    })
    const stop = once(() => {
      this.#do(() => {
        imposed.until = this.clock.now()
        if (condition.kind === 'closes') hoursChanged(this.#desk)
      })
    })
    return Object.assign(stop, { uses: () => imposed.uses })
  }

  /** The broker does something by itself. */
  act<T>(action: (desk: Desk) => T): T {
    let result: T | undefined
    this.#do(() => {
      result = action(this.#desk)
    })
    return result as T
  }

  /** Error 10147 or 10148 goes to `by`; a cancel by another client is allowed. */
  cancel(by: number, clientId: number, orderId: number): void {
    this.#do(() => requestCancel(this.#desk, { by, clientId, orderId }))
  }

  cancelAll(by: number): void {
    this.#do(() => {
      for (const { clientId, orderId, status } of this.openOrders()) {
        if (status !== 'PendingCancel') requestCancel(this.#desk, { by, clientId, orderId })
      }
    })
  }

  /** What a ticket would do that is not placed, or why it would be refused. */
  whatIf(ticket: SimTicket): Result<WhatIf, Refusal> {
    this.#catchUp()
    return whatIf(this.#desk, ticket)
  }

  /** Not completed, staged ones included. */
  openOrders(): readonly SimOrder[] {
    return openOrdersOf(this.#desk)
  }

  /** Finished on the current New York date. */
  completedOrders(): readonly SimOrder[] {
    this.#catchUp()
    return [...this.state.orders.values()].filter((order) => !isLive(order))
  }

  /** Of the current New York date. */
  executions(): readonly SimExecution[] {
    this.#catchUp()
    return [...this.state.executions]
  }

  positions(): readonly SimPosition[] {
    return [...this.state.positions.values()]
  }

  account(): SimAccount {
    this.#catchUp()
    return accountOf(this.#desk)
  }

  nextOrderId(clientId: number): number {
    return floorOf(this.#desk, clientId) + 1
  }

  /** The quote orders are matched against at this moment, its path against who holds or waits. */
  quote(id: ConId): MarketQuote | null {
    return quoteOf(this.#desk, id, this.clock.now())
  }

  /** Who bought what is short here exercises so many of them early, at the strike (F59). */
  assign(id: ConId, contracts: number): void {
    this.#do(() => assign(this.#desk, id, contracts))
  }

  /** Matches now, although nothing is due: for a market that does not know its own future. */
  marketMoved(): void {
    this.#do(() => step(this.#desk, this.#desk.now))
  }

  subscribe(listener: (event: CoreEvent) => void): Cancel {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  clone(clock: Clock): GatewayCore {
    return new GatewayCore({ ...this.#options, clock }, structuredClone(this.state))
  }

  #do(action: () => void): void {
    this.#catchUp()
    action()
    this.#arm()
    this.#tell()
  }

  /**
   * Does what was due by now, each at its own moment, however late the timer is. Returns what is
   * due next.
   */
  #catchUp(): EpochMs | null {
    const now = Math.max(this.clock.now(), this.state.steppedAt) as EpochMs
    let due = nextDue(this.#desk)
    for (; due !== null && due <= now; due = nextDue(this.#desk)) step(this.#desk, due)
    this.#desk.now = now
    rollDay(this.#desk)
    return due
  }

  #arm(due = nextDue(this.#desk)): void {
    if (due === (this.#timer?.due ?? null)) return
    this.#timer?.cancel()
    this.#timer = null
    if (due === null) return
    const cancel = this.clock.after(due - this.clock.now(), () => {
      this.#timer = null
      this.#arm(this.#catchUp())
      this.#tell()
    })
    this.#timer = { due, cancel }
  }

  /** Listeners may place and cancel; what comes of that is told after what they are told now. */
  #tell(): void {
    if (this.#telling) return
    this.#telling = true
    for (let next = this.#news.shift(); next !== undefined; next = this.#news.shift()) {
      for (const listener of this.#listeners) listener(next)
    }
    this.#telling = false
  }
}

function initialState({ clock, seed }: CoreOptions, cash: Money): GatewayState {
  return {
    prng: new Prng(seedOf(seed, 'gateway')).state,
    sequence: 0,
    // Differs between runs that start at different times, as IBKR's ids do.
    nextPermId: 1_000_000_000 + (Math.floor(clock.now() / 1000) % 1_000_000_000),
    nextExecution: 1,
    orderIdFloor: new Map(),
    orders: new Map(),
    executions: [],
    positions: new Map(),
    cash,
    realizedPnl: money(0),
    commissions: money(0),
    dayStart: null,
    pending: [],
    steppedAt: clock.now(),
    taken: new Map(),
    conditions: [],
    booked: [],
  }
}
