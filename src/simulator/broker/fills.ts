import type { Price } from '../../domain/money.ts'
import { amountOf } from '../../domain/money.ts'
import { bookTrade, tellPosition } from './booking.ts'
import type { Desk } from './desk.ts'
import { used } from './conditions.ts'
import { current, draw, isSimContract, schedule, update } from './desk.ts'
import { assert } from '../../base/assert.ts'
import type { EpochMs } from '../../base/clock.ts'
import { commissionOf } from './commission.ts'
import { end, filledEnding } from './ending.ts'
import { groupFollows } from './oca.ts'
import type { SimExecution, SimOrder } from './state.ts'

/** A commission report follows its execution after this, in milliseconds (12.2: shortly after). */
const COMMISSION_MS = { from: 5, to: 60 } as const

export interface Filled {
  readonly quantity: number
  readonly price: Price
  readonly synthetic: boolean
}

/**
 * Books one fill and tells of it as a live Gateway does (12.2): the execution, the order, what the
 * account became; then what it does to the OCA group. The commission follows by itself.
 */
export function fill(desk: Desk, order: SimOrder, of: Filled): SimOrder {
  assert(of.quantity > 0 && of.quantity <= order.quantity - order.filled, 'a fill fits its order')
  const after = executed(desk, order, of)
  if (after.filled === after.quantity) end(desk, after, filledEnding(after))
  else desk.emit({ kind: 'order-status', order: after })
  if (isSimContract(after.contract)) tellPosition(desk, after.contract)
  groupFollows(desk, after, of.quantity)
  overfilled(desk, after, of)
  return after
}

/** Books and tells an execution, whatever the order is by now; nothing follows from it. */
export function executed(desk: Desk, order: SimOrder, of: Filled): SimOrder {
  const { contract } = order
  assert(isSimContract(contract), 'only stock and options fill')
  const commission = commissionOf(contract.kind, order.filled, of.quantity)
  const execId = nextExecId(desk)
  const booked = bookTrade(desk, contract, {
    quantity: order.side === 'BUY' ? of.quantity : -of.quantity,
    price: of.price,
    commission,
    execId: baseOf(execId),
  })
  const filled = order.filled + of.quantity
  const paid = order.averagePrice * order.filled + amountOf(of.price) * of.quantity
  const after = update(desk, order, {
    filled,
    averagePrice: paid / filled,
    lastPrice: amountOf(of.price),
  })
  const execution: SimExecution = {
    execId,
    clientId: order.clientId,
    orderId: order.orderId,
    permId: order.permId,
    orderRef: order.orderRef,
    contract,
    side: order.side,
    quantity: of.quantity,
    price: of.price,
    at: desk.now,
    cumulative: filled,
    averagePrice: after.averagePrice,
    commission,
    realizedPnl: booked.realized,
    synthetic: of.synthetic,
  }
  desk.state.executions.push(execution)
  desk.emit({ kind: 'execution', execution })
  const { from, to } = COMMISSION_MS
  schedule(desk, (desk.now + draw(desk, from, to)) as EpochMs, {
    kind: 'commission',
    execId: execution.execId,
  })
  return after
}

/** F46: more than was ordered, once it is complete. */
function overfilled(desk: Desk, order: SimOrder, of: Filled): void {
  if (order.filled !== order.quantity) return
  const units = used(desk, 'overfills')?.units
  if (units === undefined) return
  const after = executed(desk, current(desk, order), { ...of, quantity: units })
  desk.emit({ kind: 'order-status', order: after })
  if (isSimContract(after.contract)) tellPosition(desk, after.contract)
}

/** `a.b.c.nn` without the revision. */
export function baseOf(execId: string): string {
  return execId.slice(0, execId.lastIndexOf('.'))
}

/** `a.b.c.nn`: with the second in it, so that no two runs over different times share one. */
export function nextExecId(desk: Desk): string {
  const second = Math.floor(desk.now / 1000).toString(16)
  const number = (desk.state.nextExecution++).toString(16).padStart(8, '0')
  return `0000e0d5.${second}.${number}.01`
}
