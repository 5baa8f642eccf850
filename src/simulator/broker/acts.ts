import { assert } from '../../base/assert.ts'
import type { EpochMs } from '../../base/clock.ts'
import type { ConId, Side } from '../../domain/contract.ts'
import type { Money, Price } from '../../domain/money.ts'
import { tell } from '../session/answering.ts'
import { bookTrade, tellPosition } from './booking.ts'
import { commissionOf } from './commission.ts'
import { contractsOf } from './combos.ts'
import type { Desk } from './desk.ts'
import { conIdOf, isLive, orderOf, quoteOf, schedule, update } from './desk.ts'
import { end } from './ending.ts'
import { settleOne } from './expiry.ts'
import { baseOf, nextExecId } from './fills.ts'
import { book } from './ledger.ts'
import type { SimExecution, SimOrder } from './state.ts'
import { rejected } from './validate.ts'

export interface Correction {
  readonly quantity?: number
  readonly price?: Price
  readonly side?: Side
}

/** F44: an execution under its next revision; quantity 0 is a bust. Everything is booked anew. */
export function correct(desk: Desk, before: SimExecution, change: Correction): SimExecution {
  const { state } = desk
  const base = baseOf(before.execId)
  const revision = Number(before.execId.slice(base.length + 1)) + 1
  const execId = `${base}.${String(revision).padStart(2, '0')}`
  const quantity = change.quantity ?? before.quantity
  const cumulative = before.cumulative + quantity - before.quantity
  const execution: SimExecution = { ...before, ...change, execId, cumulative }
  const index = state.executions.findIndex((each) => each.execId === before.execId)
  desk.unsettled = null
  // One of an earlier day comes before all of today's.
  if (index === -1) state.executions.unshift(execution)
  else state.executions[index] = execution
  rebook(desk, base, execution)
  const order = orderOf(desk, before.clientId, before.orderId)
  if (order !== null) update(desk, order, { filled: order.filled + quantity - before.quantity })
  desk.emit({ kind: 'corrected', execution })
  schedule(desk, desk.now, { kind: 'commission', execId })
  for (const each of contractsOf(execution.contract)) tellPosition(desk, each)
  return execution
}

function rebook(desk: Desk, base: string, { contract, side, quantity, price }: SimExecution): void {
  const { state } = desk
  if (contract.kind === 'combo') return // its legs are booked, each as an execution of its own
  const index = state.booked.findIndex(({ execId }) => execId === base)
  const before = state.booked[index]
  assert(before !== undefined, 'what is corrected was booked')
  const was = foldOf(desk, contract.conId)
  const signed = side === 'BUY' ? quantity : -quantity
  state.booked[index] = { ...before, quantity: signed, price }
  const is = foldOf(desk, contract.conId)
  state.cash = (state.cash + is.cash - was.cash) as Money
  state.realizedPnl = (state.realizedPnl + is.realized - was.realized) as Money
  if (is.quantity === 0) state.positions.delete(contract.conId)
  else state.positions.set(contract.conId, { contract, quantity: is.quantity, cost: is.cost })
}

/** All trades of one contract, from the first. A busted one still costs its commission. */
function foldOf(desk: Desk, id: ConId) {
  let held = { quantity: 0, cost: 0 as Money }
  let [cash, realized] = [0, 0]
  for (const { contract, quantity, price, commission } of desk.state.booked) {
    if (contract.conId !== id) continue
    if (quantity === 0) {
      cash -= commission
      realized -= commission
      continue
    }
    const { multiplier } = contract
    const booked = book(held, { quantity, price, multiplier, commission })
    held = booked.holding
    cash += booked.cash
    realized += booked.realized ?? 0
  }
  return { ...held, cash, realized }
}

/** The broker refuses an order that it had taken. */
export function reject(desk: Desk, order: SimOrder, reason: string): void {
  tell(desk, order, rejected(reason))
  const completedStatus = 'Rejected by System'
  end(desk, order, { status: 'Inactive', completedStatus, cancelReason: null })
}

/** F51: a parent goes, and its children stay. */
export function cancelAlone(desk: Desk, parent: SimOrder): void {
  const completedStatus = 'Cancelled by System'
  const ended = update(desk, parent, {
    status: 'Cancelled',
    completedStatus,
    completedAt: desk.now,
  })
  desk.emit({ kind: 'order-status', order: ended })
}

/** F59: what is held is sold, or bought back, by the broker; what rests for it goes before. */
export function liquidate(desk: Desk, id: ConId): void {
  const position = desk.state.positions.get(id)
  const quote = quoteOf(desk, id)
  if (position === undefined || quote === null) return
  cancelAll(desk, id, 'Liquidation')
  const { contract } = position
  const quantity = Math.abs(position.quantity)
  const side = position.quantity > 0 ? 'SELL' : 'BUY'
  const price = (side === 'SELL' ? quote.bid : quote.ask) ?? (10_000 as Price)
  const execId = nextExecId(desk)
  const commission = commissionOf(contract.kind, 0, quantity)
  const trade = { quantity: 0 - position.quantity, price, commission, execId: baseOf(execId) }
  const booked = bookTrade(desk, contract, trade)
  const execution: SimExecution = {
    execId,
    clientId: 0,
    orderId: 0,
    permId: desk.state.nextPermId++,
    orderRef: '',
    contract,
    side,
    quantity,
    price,
    at: desk.now,
    cumulative: quantity,
    averagePrice: price / 1e6,
    commission,
    realizedPnl: booked.realized,
    synthetic: false,
    liquidation: true,
  }
  desk.state.executions.push(execution)
  desk.emit({ kind: 'execution', execution })
  schedule(desk, (desk.now + 20) as EpochMs, { kind: 'commission', execId })
  tellPosition(desk, contract)
}

/** F59: what is held of an option is exercised or assigned; what rests for it goes before. */
export function exercise(desk: Desk, id: ConId): void {
  cancelAll(desk, id, 'Exercised')
  settleOne(desk, id)
}

function cancelAll(desk: Desk, id: ConId, cancelReason: string): void {
  for (const order of desk.state.orders.values()) {
    if (conIdOf(order.contract) !== id || !isLive(order)) continue
    const completedStatus = 'Cancelled by System'
    end(desk, order, { status: 'Cancelled', completedStatus, cancelReason })
  }
}
