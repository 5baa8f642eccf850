import type { Tradable } from '../../domain/contract.ts'
import { amountOf } from '../../domain/money.ts'
import { formatIbTime } from '../../domain/ib-time.ts'
import { completedOrderTerms, liveOrder, liveOrderState } from '../../wire/defaults.ts'
import type { ResponseOf } from '../../wire/responses.ts'
import { wireCombo, wireLegs } from './session-combo.ts'
import { wireContract } from './session-contract.ts'
import type { WireContract } from './session-contract.ts'
import { SYNTHETIC } from './session-ticks.ts'
import type { SimExecution, SimOrder } from '../broker/state.ts'
import type { WhatIf } from '../broker/what-if.ts'

/** From this version on times on the wire name their zone (protocol.md, section 3). */
const ZONED_TIMES = 174

/** The terms that openOrder and completedOrder share. */
function termsOf(order: SimOrder) {
  const hasLimit = order.type === 'LMT' || order.type === 'STP LMT'
  const hasTrigger = order.type === 'STP' || order.type === 'STP LMT'
  return {
    action: order.side,
    totalQuantity: order.quantity,
    orderType: order.type,
    lmtPrice: hasLimit && order.limit !== null ? amountOf(order.limit) : 0,
    auxPrice: hasTrigger && order.trigger !== null ? amountOf(order.trigger) : 0,
    tif: order.timeInForce,
    ocaGroup: order.ocaGroup,
    ocaType: order.ocaType,
    account: order.account,
    orderRef: order.orderRef,
    permId: order.permId,
    outsideRth: order.outsideRth,
  }
}

export function openOrderOf(order: SimOrder): ResponseOf<'openOrder'> {
  return {
    kind: 'openOrder',
    orderId: order.orderId,
    contract: namedContract(order.contract),
    order: {
      ...liveOrder,
      ...termsOf(order),
      ...wireLegs(order.contract),
      clientId: order.clientId,
      parentId: order.parentId,
      sharesAllocation: `${order.permId}.1/${order.account}/100`,
    },
    orderState: { ...liveOrderState, status: order.status },
  }
}

/** What a what-if is answered with: margins and commission of an order that does not exist. */
export function whatIfOf(what: WhatIf): ResponseOf<'openOrder'> {
  const { order } = what
  const open = openOrderOf(order)
  const [before, change, equity, commission] = (
    [what.initialMargin, what.change, what.equity, what.commission] as const
  ).map(amountOf) as [number, number, number, number]
  return {
    ...open,
    order: { ...open.order, whatIf: true },
    orderState: {
      ...open.orderState,
      status: 'PreSubmitted',
      initMarginBefore: before,
      maintMarginBefore: before,
      equityWithLoanBefore: equity,
      initMarginChange: change,
      maintMarginChange: change,
      equityWithLoanChange: -commission,
      initMarginAfter: before + change,
      maintMarginAfter: before + change,
      equityWithLoanAfter: equity - commission,
      commission,
      commissionCurrency: order.contract.currency,
    },
  }
}

export function orderStatusOf(order: SimOrder): ResponseOf<'orderStatus'> {
  return {
    kind: 'orderStatus',
    orderId: order.orderId,
    status: order.status,
    filled: order.filled,
    remaining: Math.max(0, order.quantity - order.filled),
    avgFillPrice: order.averagePrice,
    permId: order.permId,
    parentId: order.parentId,
    lastFillPrice: order.lastPrice,
    clientId: order.cancelledBy ?? order.clientId,
    whyHeld: order.whyHeld,
    mktCapPrice: 0,
  }
}

export function completedOrderOf(order: SimOrder): ResponseOf<'completedOrder'> {
  return {
    kind: 'completedOrder',
    contract: namedContract(order.contract),
    order: {
      ...completedOrderTerms,
      ...termsOf(order),
      ...wireLegs(order.contract),
      filledQuantity: order.filled,
    },
    orderState: {
      status: order.status,
      completedTime: order.completedAt === null ? '' : formatIbTime(order.completedAt, 'eastern'),
      completedStatus: order.completedStatus,
    },
  }
}

/** `reqId` -1: nobody asked. */
export function execDetailsOf(
  execution: SimExecution,
  to: { readonly reqId: number; readonly version: number; readonly account: string },
): ResponseOf<'execDetails'> {
  const { contract, synthetic } = execution
  return {
    kind: 'execDetails',
    reqId: to.reqId,
    orderId: execution.orderId,
    contract: namedContract(contract),
    execId: execution.execId,
    time: formatIbTime(execution.at, to.version >= ZONED_TIMES ? 'eastern' : 'zoneless'),
    account: to.account,
    exchange: synthetic ? SYNTHETIC : contract.kind === 'option' ? 'CBOE' : 'ARCA',
    side: execution.side === 'BUY' ? 'BOT' : 'SLD',
    shares: execution.quantity,
    price: amountOf(execution.price),
    permId: execution.permId,
    clientId: execution.clientId,
    liquidation: execution.liquidation === true ? 1 : 0,
    cumQty: execution.cumulative,
    avgPrice: execution.averagePrice,
    orderRef: execution.orderRef,
    evRule: '',
    evMultiplier: null,
    modelCode: '',
    lastLiquidity: 2, // removed liquidity: an aggressive fill, or one nobody can tell
    pendingPriceRevision: false,
    submitter: '',
  }
}

export function commissionReportOf(execution: SimExecution): ResponseOf<'commissionReport'> {
  const { execId, commission, contract, realizedPnl } = execution
  return {
    kind: 'commissionReport',
    execId,
    commission: amountOf(commission),
    currency: contract.currency,
    realizedPnl: realizedPnl === null ? null : amountOf(realizedPnl),
    yield: null,
    yieldRedemptionDate: '',
  }
}

/** Of a combo the legs are in the order, and the contract only says that it is one. */
export function namedContract(contract: Tradable): WireContract {
  return contract.kind === 'combo' ? wireCombo(contract) : wireContract(contract)
}
