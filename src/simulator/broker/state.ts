import type { EpochMs } from '../../base/clock.ts'
import type { PrngState } from '../../base/prng.ts'
import type { ConId, OptionContract, Side, StockContract, Tradable } from '../../domain/contract.ts'
import type { Money, Price } from '../../domain/money.ts'
import type { Imposed } from './condition.ts'
import type { SimOrderStatus } from './order-status.ts'

/** What is filled and held; a combo is neither. */
export type SimContract = StockContract | OptionContract

export type SimOrderType = 'LMT' | 'MKT' | 'STP' | 'STP LMT'

/** What a client asks for; also the terms of a modification of a live order of the same id. */
export interface SimTicket {
  readonly clientId: number
  readonly orderId: number
  /** 0: none. An order id of the same client. */
  readonly parentId: number
  readonly contract: Tradable
  readonly side: Side
  readonly quantity: number
  readonly type: SimOrderType
  readonly limit: Price | null
  readonly trigger: Price | null
  readonly timeInForce: 'DAY' | 'GTC' | 'IOC'
  readonly transmit: boolean
  readonly ocaGroup: string
  readonly ocaType: 0 | 1 | 2 | 3
  readonly outsideRth: boolean
  readonly orderRef: string
  readonly account: string
}

/** An order as the Gateway holds it. `staged`: held back, because `transmit` was 0. */
export interface SimOrder extends SimTicket {
  readonly permId: number
  readonly staged: boolean
  readonly status: SimOrderStatus
  /** '', `child`, `trigger`, `child,trigger`. */
  readonly whyHeld: string
  readonly triggered: boolean
  readonly filled: number
  /** Average and last price of its fills, in units of the currency; 0 without a fill. */
  readonly averagePrice: number
  readonly lastPrice: number
  readonly acceptedAt: EpochMs
  readonly completedAt: EpochMs | null
  /** Free text of a completed order, as `Cancelled by Trader`. */
  readonly completedStatus: string
  /** The client that cancelled it, when it was another one (12.3). */
  readonly cancelledBy?: number
  /** It does not come to the market, whatever its status says (fault F49). */
  readonly stuck?: true
}

export interface SimExecution {
  /** `a.b.c.nn`; the part after the last dot is the revision. */
  readonly execId: string
  readonly clientId: number
  readonly orderId: number
  readonly permId: number
  readonly orderRef: string
  /** Of a combo one execution of the combo itself, and one of each of its legs. */
  readonly contract: Tradable
  readonly side: Side
  readonly quantity: number
  readonly price: Price
  readonly at: EpochMs
  readonly cumulative: number
  readonly averagePrice: number
  readonly commission: Money
  /** Null for an opening trade. */
  readonly realizedPnl: Money | null
  /** Filled against a derived quote; then the exchange on the wire reads `SYNTHETIC`. */
  readonly synthetic: boolean
  /** The broker closed it by itself. */
  readonly liquidation?: true
}

export interface SimPosition {
  readonly contract: SimContract
  /** Signed; 0 once it is closed. */
  readonly quantity: number
  /** What is held cost, commissions included; signed like the quantity. */
  readonly cost: Money
}

/** One trade as it was booked; `execId` names it without its revision, if it is an execution. */
export interface BookedTrade {
  readonly contract: SimContract
  readonly quantity: number
  readonly price: Price
  readonly commission: Money
  readonly execId: string | null
}

/** What the Gateway will do by itself. */
export type Work =
  | { readonly kind: 'accept'; readonly clientId: number; readonly orderId: number }
  | { readonly kind: 'modify'; readonly ticket: SimTicket }
  | {
      readonly kind: 'cancel'
      readonly clientId: number
      readonly orderId: number
      readonly by: number
      /** For the open (F47). */
      readonly waits?: true
    }
  /** An order that came outside regular hours goes to the exchange. */
  | { readonly kind: 'open'; readonly clientId: number; readonly orderId: number }
  /** The time of an order is over: its day, or the last trading time of its option. */
  | { readonly kind: 'expire'; readonly clientId: number; readonly orderId: number }
  /** A held option settles. */
  | { readonly kind: 'settle'; readonly contract: ConId }
  | { readonly kind: 'commission'; readonly execId: string }
  /** An order that was stuck comes to the market. */
  | { readonly kind: 'unstick'; readonly clientId: number; readonly orderId: number }
  /** The exchange had filled it before the cancel came, and says so only now. */
  | {
      readonly kind: 'late-fill'
      readonly clientId: number
      readonly orderId: number
      readonly quantity: number
      readonly price: Price
    }

/** Pending work is data, so that a clone has it too: acknowledgements, expiries, reports. */
export interface PendingWork {
  readonly at: EpochMs
  readonly sequence: number
  readonly work: Work
}

/** How much of a displayed quote our own orders have taken; it counts until the quote changes. */
export interface Taken {
  readonly changedAt: EpochMs
  readonly BUY: number
  readonly SELL: number
}

/** All that the simulated Gateway knows, as one value that `structuredClone` copies. */
export interface GatewayState {
  prng: PrngState
  sequence: number
  nextPermId: number
  nextExecution: number
  /** The floor of order ids per client id; kept across sessions. */
  readonly orderIdFloor: Map<number, number>
  /** By `orderKey(clientId, orderId)`. */
  readonly orders: Map<string, SimOrder>
  readonly executions: SimExecution[]
  readonly positions: Map<ConId, SimPosition>
  cash: Money
  /** Since the state began; the broker's own ledger, commissions included. */
  realizedPnl: Money
  commissions: Money
  /** Net liquidation at the start of the current New York date: the base of daily P&L. */
  dayStart: { date: string; netLiquidation: Money } | null
  /** In the order of (at, sequence). */
  pending: PendingWork[]
  /** Everything that was due up to here has been done. */
  steppedAt: EpochMs
  readonly taken: Map<ConId, Taken>
  /** What is wrong at the exchange and at the broker, also what is over. */
  readonly conditions: Imposed[]
  /** Everything that was booked, so that a correction can be booked anew. */
  readonly booked: BookedTrade[]
}

export interface SimAccount {
  readonly id: string
  readonly kind: 'cash' | 'margin'
  /** As AccountType says it. */
  readonly type: string
  readonly netLiquidation: Money
  readonly cash: Money
  readonly availableFunds: Money
  /** Without the proceeds of today's sales, which settle on the next business day. */
  readonly settledCash: Money
  readonly grossPositionValue: Money
  readonly dailyPnl: Money
  readonly unrealizedPnl: Money
  readonly realizedPnl: Money
}

/** What happens in the core; a session turns it into the frames its client may see. */
export type CoreEvent =
  /** Sent as openOrder and then orderStatus. */
  | { readonly kind: 'open-order'; readonly order: SimOrder }
  | { readonly kind: 'order-status'; readonly order: SimOrder }
  | { readonly kind: 'execution'; readonly execution: SimExecution }
  /** An earlier one under its next revision. */
  | { readonly kind: 'corrected'; readonly execution: SimExecution }
  | { readonly kind: 'commission'; readonly execution: SimExecution }
  /** To the client that asked: 103, 201, 110, 202, 10147, 10148, ... */
  | {
      readonly kind: 'order-error'
      readonly clientId: number
      readonly orderId: number
      readonly code: number
      readonly text: string
    }
  | { readonly kind: 'position'; readonly position: SimPosition }
  | { readonly kind: 'account' }

export function orderKey(clientId: number, orderId: number): string {
  return `${clientId}/${orderId}`
}
