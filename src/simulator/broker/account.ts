import type { EpochMs } from '../../base/clock.ts'
import { atNewYork, newYorkDate } from '../../domain/calendar.ts'
import type { Money, Price } from '../../domain/money.ts'
import { notional } from '../../domain/money.ts'
import type { Desk } from './desk.ts'
import { quoteOf } from './desk.ts'
import { shortRequirement } from './requirement.ts'
import type { SimAccount, SimContract } from './state.ts'

/** Regulation T: half of the value of stock must be paid for; options are paid in full. */
const STOCK_MARGIN = 0.5

/** Mid where both sides are quoted, else the last trade; null when neither is known. */
export function markOf(desk: Desk, contract: SimContract, at: EpochMs = desk.now): Price | null {
  const quote = quoteOf(desk, contract.conId, at)
  if (quote === null) return null
  const { bid, ask, last } = quote
  return bid !== null && ask !== null && bid <= ask ? (Math.round((bid + ask) / 2) as Price) : last
}

/** Cash and all positions at their marks; a position without a mark counts as what it cost. */
export function netLiquidation(desk: Desk, at: EpochMs = desk.now): Money {
  let total: number = desk.state.cash
  for (const value of valuesOf(desk, at)) total += value.value
  return total as Money
}

export function accountOf(desk: Desk): SimAccount {
  const { state } = desk
  const liquidation = netLiquidation(desk)
  const values = valuesOf(desk, desk.now)
  const sum = (of: (each: Valued) => number): Money =>
    values.reduce((total, each) => total + of(each), 0) as Money
  return {
    id: desk.accountId,
    kind: desk.accountKind,
    type: desk.accountType,
    netLiquidation: liquidation,
    cash: state.cash,
    availableFunds: availableFunds(desk),
    settledCash: settledCash(desk),
    grossPositionValue: sum((each) => Math.abs(each.value)),
    dailyPnl: (liquidation - (state.dayStart?.netLiquidation ?? liquidation)) as Money,
    unrealizedPnl: sum((each) => each.value - each.cost),
    realizedPnl: state.realizedPnl,
  }
}

/**
 * What may be spent: settled cash, or, with margin, cash and stock less half of the stock; less
 * what options that are sold may come to owe.
 */
export function availableFunds(desk: Desk): Money {
  const owed = shortRequirement([...desk.state.positions.values()])
  if (desk.accountKind === 'cash') return (settledCash(desk) - owed) as Money
  let funds: number = desk.state.cash - owed
  for (const { kind, value } of valuesOf(desk, desk.now)) {
    if (kind === 'stock') funds += value - Math.round(Math.abs(value) * STOCK_MARGIN)
  }
  return funds as Money
}

/** What a purchase, or a short sale of stock, takes from the available funds. */
export function initialMargin(desk: Desk, kind: SimContract['kind'], value: Money): Money {
  const half = kind === 'stock' && desk.accountKind === 'margin'
  return (half ? Math.round(value * STOCK_MARGIN) : value) as Money
}

/**
 * Keeps what the day's profit is counted from: net liquidation when the New York date began. Prices
 * are a function of time, so it can be asked for later, as long as no position has changed since.
 */
export function rollDay(desk: Desk): void {
  const { state } = desk
  const date = newYorkDate(desk.now)
  if (state.dayStart?.date === date) return
  const begun = atNewYork(date, '00:00')
  state.dayStart = { date, netLiquidation: netLiquidation(desk, begun) }
  for (const [key, order] of state.orders) {
    if (order.completedAt !== null && order.completedAt < begun) state.orders.delete(key)
  }
  const today = state.executions.findIndex((execution) => execution.at >= begun)
  desk.unsettled = null
  state.executions.splice(0, today === -1 ? state.executions.length : today)
}

interface Valued {
  readonly kind: SimContract['kind']
  readonly value: Money
  readonly cost: Money
}

function valuesOf(desk: Desk, at: EpochMs): readonly Valued[] {
  return [...desk.state.positions.values()].map(({ contract, quantity, cost }) => {
    const mark = markOf(desk, contract, at)
    const value = mark === null ? cost : notional(mark, quantity, contract.multiplier)
    return { kind: contract.kind, value, cost }
  })
}

/** Sales settle on the next business day (T+1); `executions` holds today's only. */
function settledCash(desk: Desk): Money {
  const { executions, cash } = desk.state
  let { count, amount } = desk.unsettled ?? { count: 0, amount: 0 }
  for (; count < executions.length; count++) {
    const execution = executions[count]
    // Of a combo the legs are executions of their own.
    if (execution === undefined || execution.contract.kind === 'combo') continue
    const { side, price, quantity, contract, commission } = execution
    if (side === 'SELL') amount += notional(price, quantity, contract.multiplier) - commission
  }
  desk.unsettled = { count, amount }
  return (cash - amount) as Money
}
