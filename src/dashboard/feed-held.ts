import { memoizedPair } from '../base/memo.ts'
import { nameOf } from '../domain/contract-key.ts'
import { ledgerOf } from '../domain/ledger.ts'
import type { Money } from '../domain/money.ts'
import { notional } from '../domain/money.ts'
import type { Price } from '../domain/money.ts'
import type { StructureId, TrackedOrder } from '../domain/order.ts'
import type { PlannedExit, Structure } from '../domain/position.ts'
import type { Quote } from '../domain/quote.ts'
import { covers, isUnprotected } from '../engine/health.ts'
import type { Vitals } from '../engine/health.ts'
import { unattributed } from '../risk/unattributed.ts'
import { heldStructures, liveOrders, liveOrdersOf } from '../trading/alive.ts'
import type { State } from '../trading/state.ts'
import { dollarsText, priceText, quoteView, termsPrice } from './feed-texts.ts'
import type {
  ExitView,
  ForeignOrderView,
  OrderView,
  PositionView,
  ProtectionView,
  StructureView,
} from './view.ts'

type QuoteOf = (id: StructureId) => Quote | null

/** Of all fills: folded once for each of them, however often it is shown. */
export const ledgerShown = memoizedPair(
  (fills: State['fills'], commissions: State['commissions']) => {
    const { realized, commissions: paid } = ledgerOf(fills.values(), commissions)
    return { realized, commissions: paid }
  },
)

export function structureViews(state: State, quoteOf: QuoteOf): readonly StructureView[] {
  return heldStructures(state).map((structure) => {
    const { id, strategy, contract, quantity, openPrice, openedAt, plan, triggered } = structure
    const quote = quoteOf(id)
    const unrealized = quote === null ? null : unrealizedOf(structure, quote)
    return {
      id,
      strategy,
      symbol: contract.symbol,
      contract: nameOf(contract),
      quantity,
      openPrice: priceText(openPrice),
      openedAt,
      quote: quote === null ? null : quoteView(quote),
      unrealized: unrealized === null ? null : dollarsText(unrealized),
      exits: exitViews(state, structure),
      timeInForce: plan.timeInForce,
      isProtected: !isUnprotected(state, structure),
      triggered,
    }
  })
}

/** By the mid; null: one side is not quoted, it is crossed, or trading is paused. */
function unrealizedOf({ contract, quantity, openPrice }: Structure, quote: Quote): Money | null {
  const { bid, ask, halted } = quote
  if (bid === null || ask === null || bid > ask || halted) return null
  const by = Math.round((bid + ask) / 2) - openPrice
  return notional((by === 0 ? 0 : by) as Price, quantity, contract.multiplier)
}

function exitViews(state: State, { id, plan }: Structure): readonly ExitView[] {
  const orders = liveOrdersOf(state, id)
  const one = (kind: ExitView['kind'], planned: PlannedExit | null): readonly ExitView[] => {
    if (planned === null) return []
    const order = orders.find(({ role }) => role === kind)
    return [
      {
        kind,
        price: priceText(planned.price),
        watchedBy: planned.watchedBy,
        orderId: order?.id ?? null,
        status: order?.status ?? null,
      },
    ]
  }
  return [...one('take-profit', plan.takeProfit), ...one('stop-loss', plan.stopLoss)]
}

/** By the same rules as the vitals: what rests at the broker covers, and what we watch does. */
export function protectionView(
  state: State,
  { unprotected, unprotectedSince, watchedHere }: Vitals,
): ProtectionView {
  const held = heldStructures(state)
  const units = held.reduce((sum, { quantity }) => sum + Math.abs(quantity), 0)
  const covered = held.reduce((sum, structure) => sum + coveredUnits(state, structure), 0)
  return {
    structures: held.length,
    unprotected,
    unprotectedSince,
    watchedHere,
    coverage: units === 0 ? null : covered / units,
  }
}

function coveredUnits(state: State, { id, quantity, plan }: Structure): number {
  const units = Math.abs(quantity)
  if (plan.stopLoss?.watchedBy === 'local') return units
  const resting = liveOrdersOf(state, id).reduce((sum, order) => sum + covers(order), 0)
  return Math.min(units, resting)
}

export function positionViews(state: State): readonly PositionView[] {
  const held = [...state.positions.values()].filter(({ quantity }) => quantity !== 0)
  const stray = new Set(strayIn(state).map(({ contract }) => contract.conId))
  return held.map(({ contract, quantity, cost }) => ({
    contract: nameOf(contract),
    quantity,
    cost: dollarsText(cost),
    isUnattributed: stray.has(contract.conId),
  }))
}

/** What the structures do not explain; folded once for each picture of what is held. */
export const strayIn = (state: Pick<State, 'positions' | 'structures'>) =>
  stray(state.positions, state.structures)

const stray = memoizedPair((positions: State['positions'], structures: State['structures']) =>
  unattributed([...positions.values()], heldStructures({ structures })),
)

export function orderViews(state: State): readonly OrderView[] {
  return liveOrders(state).map(orderView)
}

export function orderView(order: TrackedOrder): OrderView {
  const { id, structureId, role, contract, side, quantity, filled, terms, timeInForce } = order
  const price = termsPrice(terms)
  return {
    id,
    structureId,
    role,
    symbol: contract.symbol,
    contract: nameOf(contract),
    side,
    quantity,
    filled,
    type: terms.type,
    price: price === null ? null : priceText(price),
    timeInForce,
    status: order.status,
    statusSince: order.statusSince,
    intendedAt: order.intendedAt,
  }
}

export function foreignViews({ foreignOrders }: State): readonly ForeignOrderView[] {
  return [...foreignOrders].map(([permId, { contract, side, quantity, evidence }]) => {
    const status = evidence.kind === 'reported' ? evidence.as : evidence.kind
    return { permId, contract: nameOf(contract), side, quantity, status }
  })
}
