import { keyOf, nameOf } from '../domain/contract-key.ts'
import type { Tradable } from '../domain/contract.ts'
import type { PastEntry, RiskCheck, RiskLimits, RiskView } from './limits.ts'
import { refuse } from './refusal.ts'

/** An entry brings its two exits with it: room is needed for all of them. */
export const ORDERS_OF_AN_ENTRY = 3
/** The same order once more within a minute is the same order (P41): a bar decides it once. */
const ALIKE_MS = 60_000

const openOrders: RiskCheck = (_entry, view, { openOrdersMax }) => {
  const open = view.orders.length + view.foreignOrders
  if (open + ORDERS_OF_AN_ENTRY <= openOrdersMax) return null
  const others = view.foreignOrders === 0 ? '' : `, ${view.foreignOrders} of them not ours`
  return refuse('open-orders', `${open} of ${openOrdersMax} are open${others}; it needs 3`)
}

const ordersPerMinute: RiskCheck = (_entry, { sent }, { ordersPerMinuteMax }) =>
  sent.minute + ORDERS_OF_AN_ENTRY <= ordersPerMinuteMax
    ? null
    : refuse('orders-per-minute', `${sent.minute} of ${ordersPerMinuteMax} were sent; it needs 3`)

const ordersPerDay: RiskCheck = (_entry, { sent }, { ordersPerDayMax }) =>
  sent.today + ORDERS_OF_AN_ENTRY <= ordersPerDayMax
    ? null
    : refuse('orders-per-day', `${sent.today} of ${ordersPerDayMax} were sent; it needs 3`)

/** Same contract, side and quantity, whoever wants it; but for what never reached the broker. */
const identical: RiskCheck = (entry, view) => {
  const { contract } = entry.candidate
  const key = keyOf(contract)
  const before = view.pastEntries.find(
    (past) =>
      past.lived &&
      past.side === entry.side &&
      past.quantity === entry.quantity &&
      view.now - past.at < ALIKE_MS &&
      keyOf(past.contract) === key,
  )
  if (before === undefined) return null
  const ago = `${view.now - before.at} ms ago`
  return refuse('identical-order', `${entry.quantity} of ${nameOf(contract)} were ordered ${ago}`)
}

/** The check refuses; that it also halts is for the core to say (`trading/throttle.ts`). */
const repeatedExecution: RiskCheck = (entry, view, limits) => {
  const times = repeatsOf(entry, view, limits).length
  if (times < limits.repeats.max) return null
  const within = `${limits.repeats.withinMs / 1000} s`
  const what = `${entry.strategy} entered ${entry.candidate.contract.symbol}`
  return refuse('repeated-execution', `${what} ${times} times within ${within}`)
}

export function repeatsOf(
  of: { readonly strategy: string; readonly candidate: { readonly contract: Tradable } },
  { now, pastEntries }: Pick<RiskView, 'now' | 'pastEntries'>,
  { repeats }: Pick<RiskLimits, 'repeats'>,
): readonly PastEntry[] {
  const { symbol } = of.candidate.contract
  return pastEntries.filter(
    (past) =>
      past.strategy === of.strategy &&
      past.contract.symbol === symbol &&
      now - past.at < repeats.withinMs,
  )
}

/** It may be a position already: its underlying waits for proof (P4). */
const unknownOrder: RiskCheck = (entry, view) => {
  const { symbol } = entry.candidate.contract
  const unknown = view.orders.filter(
    (order) => order.status === 'unknown' && order.contract.symbol === symbol,
  )
  if (unknown.length === 0) return null
  return refuse('unknown-order', `${unknown.map((order) => order.id).join(', ')} waits for proof`)
}

const duplicateSignal: RiskCheck = (entry, view) => {
  const structure = view.signalKeys.get(entry.signalKey)
  if (structure === undefined) return null
  return refuse('duplicate-signal', `${entry.signalKey} was entered as ${structure}`)
}

export const orderChecks: readonly RiskCheck[] = [
  openOrders,
  ordersPerMinute,
  ordersPerDay,
  identical,
  repeatedExecution,
  unknownOrder,
  duplicateSignal,
]
