import type { Cancel, Clock } from '../base/clock.ts'
import type { Money } from '../domain/money.ts'
import type { Market } from './market.ts'
import type {
  CoreEvent,
  GatewayState,
  SimAccount,
  SimExecution,
  SimOrder,
  SimPosition,
  SimTicket,
} from './state.ts'

export interface CoreOptions {
  readonly clock: Clock
  readonly seed: number
  readonly market: Market
  /** Default `DU1234567`, margin, $100,000. */
  readonly account?: { readonly id: string; readonly kind: 'cash' | 'margin'; readonly cash: Money }
}

/** The simulated broker behind all three faces: orders, matching, account. No protocol. */
export declare class GatewayCore {
  constructor(options: CoreOptions, state?: GatewayState)
  readonly clock: Clock
  readonly market: Market
  readonly state: GatewayState
  readonly accountId: string
  /** New order, or a modification of the live order of the same client and id. */
  place(ticket: SimTicket): void
  /** Error 10147 or 10148 goes to `by`; a cancel by another client is allowed. */
  cancel(by: number, clientId: number, orderId: number): void
  cancelAll(by: number): void
  /** Margin and commission of a ticket that is not placed. */
  whatIf(ticket: SimTicket): { readonly initialMargin: Money; readonly commission: Money }
  /** Not completed, staged ones included. */
  openOrders(): readonly SimOrder[]
  /** Finished on the current New York date. */
  completedOrders(): readonly SimOrder[]
  /** Of the current New York date. */
  executions(): readonly SimExecution[]
  positions(): readonly SimPosition[]
  account(): SimAccount
  nextOrderId(clientId: number): number
  subscribe(listener: (event: CoreEvent) => void): Cancel
  clone(clock: Clock): GatewayCore
}
