import type { EpochMs } from '../../base/clock.ts'
import { Prng } from '../../base/prng.ts'
import { barStart } from '../../domain/bar.ts'
import type { ConId, Tradable } from '../../domain/contract.ts'
import type { Hours } from './hours.ts'
import { UNWATCHED } from '../market/market.ts'
import type { Adverse, Market, MarketQuote } from '../market/market.ts'
import { STEP_MS } from '../market/replay-rows.ts'
import { orderKey } from './state.ts'
import type { CoreEvent, GatewayState, SimContract, SimOrder, Work } from './state.ts'

/** What the parts of the core work on: the one state, the market, the moment being worked on. */
export interface Desk {
  readonly state: GatewayState
  readonly market: Market
  readonly hours: Hours
  readonly accountId: string
  readonly accountKind: 'cash' | 'margin'
  readonly accountType: string
  /** Whether a fill may take less than what is displayed, by chance: generated markets only. */
  readonly splits: boolean
  now: EpochMs
  /** Orders by key that are held before they are placed: their ids are used, and still theirs. */
  readonly reserved: Set<string>
  /** OCA reductions without block: they reach the others only after this moment's matching. */
  unblocked: (() => void)[]
  readonly emit: (event: CoreEvent) => void
  /** Keys of the orders that are not over, and these; null: to be looked for. */
  live: string[] | null
  open: readonly SimOrder[] | null
  /** What the first so many executions of today have sold, less commissions; null: unknown. */
  unsettled: { readonly count: number; readonly amount: number } | null
}

export function orderOf(desk: Desk, clientId: number, orderId: number): SimOrder | null {
  return desk.state.orders.get(orderKey(clientId, orderId)) ?? null
}

export function update(desk: Desk, order: SimOrder, change: Partial<SimOrder>): SimOrder {
  return keep(desk, { ...order, ...change })
}

/** A new order, or what one has become. */
export function keep(desk: Desk, order: SimOrder): SimOrder {
  desk.state.orders.set(orderKey(order.clientId, order.orderId), order)
  desk.live = null
  desk.open = null
  return order
}

/** In the order they came. Each second looks at these, and not at all that a day has seen. */
export function liveKeys(desk: Desk): readonly string[] {
  if (desk.live === null) {
    desk.live = []
    for (const [key, order] of desk.state.orders) if (isLive(order)) desk.live.push(key)
  }
  return desk.live
}

/** In the order they came, as they are now: not to be walked through while they change. */
export function openOrdersOf(desk: Desk): readonly SimOrder[] {
  desk.open ??= liveKeys(desk).flatMap((key) => desk.state.orders.get(key) ?? [])
  return desk.open
}

/** The latest of an order that was passed around. */
export function current(desk: Desk, order: SimOrder): SimOrder {
  return orderOf(desk, order.clientId, order.orderId) ?? order
}

export function isLive(order: SimOrder): boolean {
  return order.completedAt === null
}

/** Transmitted and acknowledged, and not over. */
export function isWorking(order: SimOrder): boolean {
  return isLive(order) && !order.staged && order.status !== 'PendingSubmit'
}

export function remainingOf(order: SimOrder): number {
  return order.quantity - order.filled
}

/** A whole number in [from, to], from the generator in the state. */
export function draw(desk: Desk, from: number, to: number): number {
  const prng = new Prng(desk.state.prng)
  const drawn = prng.int(from, to)
  desk.state.prng = prng.state
  return drawn
}

/** Pending work in its place; at one moment, in the order of scheduling. */
export function schedule(desk: Desk, at: EpochMs, work: Work): void {
  const { pending } = desk.state
  const sequence = desk.state.sequence++
  let index = pending.length
  while (index > 0 && (pending[index - 1]?.at ?? at) > at) index--
  pending.splice(index, 0, { at, sequence, work })
}

/**
 * Against whom holds or waits (replay rule 3): the low first for who is long, the high first for
 * who is short or waits to buy. With its second step a minute shows which
 * way it goes, and keeps to it: who trades on one extreme has not seen the other one a moment ago.
 */
export function adverseOf(desk: Desk, id: ConId, at: EpochMs): Adverse {
  const turn = barStart(at, '1m') + STEP_MS
  const before = at < turn ? Infinity : turn
  const held = heldBefore(desk, id, before)
  if (held !== 0) return held > 0 ? 'low-first' : 'high-first'
  for (const order of desk.state.orders.values()) {
    const { side, contract, acceptedAt, completedAt } = order
    if (side !== 'BUY' || conIdOf(contract) !== id || acceptedAt >= before) continue
    if (completedAt === null || completedAt >= before) return 'high-first'
  }
  return UNWATCHED
}

/** Signed, as it was before the trades from this moment on. */
function heldBefore({ state }: Desk, id: ConId, moment: number): number {
  let held = state.positions.get(id)?.quantity ?? 0
  for (let index = state.executions.length - 1; index >= 0; index--) {
    const execution = state.executions[index]
    if (execution === undefined || execution.at < moment) break
    if (conIdOf(execution.contract) !== id) continue
    held += execution.side === 'BUY' ? -execution.quantity : execution.quantity
  }
  return held
}

export function quoteOf(desk: Desk, id: ConId, at: EpochMs = desk.now): MarketQuote | null {
  return desk.market.quote(id, at, adverseOf(desk, id, at))
}

/** Null for a combo, which has none. */
export function conIdOf(contract: Tradable): ConId | null {
  return contract.kind === 'combo' ? null : contract.conId
}

export function isSimContract(contract: Tradable): contract is SimContract {
  return contract.kind !== 'combo'
}
