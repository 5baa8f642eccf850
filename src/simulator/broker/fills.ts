import { legsOf } from '../../domain/contract.ts'
import type { ComboLeg } from '../../domain/contract.ts'
import type { Money, Price } from '../../domain/money.ts'
import { amountOf } from '../../domain/money.ts'
import { bookTrade, tellPosition } from './booking.ts'
import { contractsOf, legPrices, legSide, netOf } from './combos.ts'
import type { Desk } from './desk.ts'
import { used } from './conditions.ts'
import { current, draw, isLive, remainingOf, schedule, update } from './desk.ts'
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
  for (const each of contractsOf(after.contract)) tellPosition(desk, each)
  const others = groupFollows(desk, after, of.quantity)
  fillOthers(desk, others, { of: after, quantity: of.quantity })
  overfilled(desk, after, of)
  return after
}

/** F46: the race of a group without block, lost: what fills fills in the others as well. */
function fillOthers(
  desk: Desk,
  others: readonly SimOrder[],
  { of, quantity }: { readonly of: SimOrder; readonly quantity: number },
): void {
  for (const each of others) {
    const other = current(desk, each)
    const units = Math.min(quantity, remainingOf(other))
    if (!isLive(other) || units === 0) continue
    const price = Math.round(of.lastPrice * 1e6) as Price
    fill(desk, other, { quantity: units, price, synthetic: false })
  }
}

/** Books and tells an execution, whatever the order is by now; nothing follows from it. */
export function executed(desk: Desk, order: SimOrder, of: Filled): SimOrder {
  const { contract } = order
  const prices = contract.kind === 'combo' ? legPrices(desk, { ...order, contract }, of.price) : []
  const price = contract.kind === 'combo' ? netOf(contract, prices) : of.price
  const filled = order.filled + of.quantity
  const paid = order.averagePrice * order.filled + amountOf(price) * of.quantity
  const after = update(desk, order, {
    filled,
    averagePrice: paid / filled,
    lastPrice: amountOf(price),
  })
  // Of a combo the combo first, and then its legs (protocol.md 12.2 says nothing of the order).
  if (contract.kind === 'combo') {
    tell(desk, after, {
      contract,
      side: order.side,
      quantity: of.quantity,
      price,
      execId: nextExecId(desk),
      ...NOT_BOOKED,
      of,
    })
  }
  for (const [index, leg] of legsOf(contract).entries()) {
    traded(desk, after, { leg, price: prices[index] ?? price, of })
  }
  return after
}

/** A combo is no position, and pays no commission: its legs are and do. */
const NOT_BOOKED = { commission: 0 as Money, realizedPnl: null, ratio: 1 }

/** One contract changes hands, and its commission follows. */
function traded(
  desk: Desk,
  order: SimOrder,
  { leg, price, of }: { readonly leg: ComboLeg; readonly price: Price; readonly of: Filled },
): void {
  const { contract, ratio } = leg
  const side = legSide(leg, order.side)
  const quantity = of.quantity * ratio
  const before = (order.filled - of.quantity) * ratio
  const commission = commissionOf(contract.kind, before, quantity)
  const signed = side === 'BUY' ? quantity : -quantity
  const execId = nextExecId(desk)
  const trade = { quantity: signed, price, commission, execId: baseOf(execId) }
  const { realized } = bookTrade(desk, contract, trade)
  const booked = { commission, realizedPnl: realized, ratio, execId }
  tell(desk, order, { contract, side, quantity, price, ...booked, of })
  const { from, to } = COMMISSION_MS
  schedule(desk, (desk.now + draw(desk, from, to)) as EpochMs, { kind: 'commission', execId })
}

type Told = Pick<
  SimExecution,
  'execId' | 'contract' | 'side' | 'quantity' | 'price' | 'commission' | 'realizedPnl'
> & { readonly ratio: number; readonly of: Filled }

function tell(desk: Desk, order: SimOrder, { ratio, of, ...told }: Told): void {
  const { clientId, orderId, permId, orderRef, filled } = order
  const whole = told.contract.kind === order.contract.kind
  const execution: SimExecution = {
    ...told,
    clientId,
    orderId,
    permId,
    orderRef,
    at: desk.now,
    cumulative: filled * ratio,
    averagePrice: whole ? order.averagePrice : amountOf(told.price),
    synthetic: of.synthetic,
  }
  desk.state.executions.push(execution)
  desk.emit({ kind: 'execution', execution })
}

/** F46: more than was ordered, once it is complete. */
function overfilled(desk: Desk, order: SimOrder, of: Filled): void {
  if (order.filled !== order.quantity) return
  const units = used(desk, 'overfills')?.units
  if (units === undefined) return
  const after = executed(desk, current(desk, order), { ...of, quantity: units })
  desk.emit({ kind: 'order-status', order: after })
  for (const each of contractsOf(after.contract)) tellPosition(desk, each)
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
