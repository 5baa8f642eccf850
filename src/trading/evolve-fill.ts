import type { EpochMs } from '../base/clock.ts'
import type { ConId, Tradable } from '../domain/contract.ts'
import type { ExecId, Fill } from '../domain/fill.ts'
import { nothingOf, traded } from '../domain/ledger.ts'
import type { Money, Price } from '../domain/money.ts'
import type { TrackedOrder } from '../domain/order.ts'
import type { Position, Structure } from '../domain/position.ts'
import { siblingsReduced } from './evolve-order.ts'
import type { State } from './state.ts'

/**
 * A fill counts once by its exec id, whatever the order's status; a higher revision replaces it.
 */
export function withFill(state: State, fill: Fill, at: EpochMs): State {
  const before = state.fills.get(fill.execId) ?? null
  if (before !== null && before.revision >= fill.revision) return state
  const fills = new Map(state.fills).set(fill.execId, fill)
  const moved = { ...state, fills, positions: positionsAfter(state.positions, fill, before) }
  const order = state.orders.get(fill.orderId)
  // Fills of a combo's legs move positions only: its own fills count towards the order.
  if (order === undefined || !isOwn(order.contract, fill.contract)) return moved
  const units = fill.quantity - (before?.quantity ?? 0)
  const orders = new Map(state.orders)
  const filled = { ...order, filled: order.filled + units }
  orders.set(order.id, filled)
  if (units > 0 || fill.estimated === true) siblingsReduced(orders, filled, units)
  return {
    ...moved,
    orders,
    structures: structuresAfter({ ...moved, orders }, filled, { fill, before, at }),
  }
}

function positionsAfter(
  positions: ReadonlyMap<ConId, Position>,
  fill: Fill,
  before: Fill | null,
): ReadonlyMap<ConId, Position> {
  const { contract } = fill
  if (contract.kind === 'combo') return positions
  const held = { ...nothingOf(contract), ...positions.get(contract.conId) }
  const undone =
    before === null || before.quantity === 0 ? held : traded(held, { ...reversed(before), ...FREE })
  const { quantity, cost } = fill.quantity > 0 ? traded(undone, { ...fill, ...FREE }) : undone
  return withPosition(positions, { contract, quantity, cost })
}

/** Commissions are told apart and have a fold of their own. */
const FREE = { commission: 0 as Money }

function reversed(fill: Fill): Fill {
  return { ...fill, side: fill.side === 'BUY' ? 'SELL' : 'BUY' }
}

export function withPosition(
  positions: ReadonlyMap<ConId, Position>,
  position: Position,
): ReadonlyMap<ConId, Position> {
  const next = new Map(positions)
  const { conId } = position.contract
  if (position.quantity === 0) next.delete(conId)
  else next.set(conId, position)
  return next
}

interface Change {
  readonly fill: Fill
  readonly before: Fill | null
  readonly at: EpochMs
}

function structuresAfter(state: State, order: TrackedOrder, change: Change): State['structures'] {
  const { structures, fills } = state
  const structure = order.structureId === null ? undefined : structures.get(order.structureId)
  if (structure === undefined) return structures
  const { fill, before, at } = change
  const quantity = structure.quantity + signed(fill) - (before === null ? 0 : signed(before))
  const opened: Partial<Structure> =
    order.role === 'entry'
      ? {
          openPrice: averagePrice(fills, order) ?? structure.openPrice,
          openedAt: before === null && order.filled === fill.quantity ? at : structure.openedAt,
        }
      : {}
  const next = {
    ...structure,
    ...opened,
    quantity,
    stopPassedAt: passedAt(structure, quantity, at),
  }
  return new Map(structures).set(structure.id, next)
}

/** A stop that fills in parts is at work: it is late only when nothing more comes of it. */
function passedAt(
  { stopPassedAt, quantity: before }: Structure,
  quantity: number,
  at: EpochMs,
): EpochMs | null {
  if (quantity === 0 || stopPassedAt === null) return null
  return Math.abs(quantity) < Math.abs(before) ? at : stopPassedAt
}

/** To the nearest millionth, over every fill of the order in its last revision. */
function averagePrice(fills: ReadonlyMap<ExecId, Fill>, order: TrackedOrder): Price | null {
  let units = 0
  let value = 0
  for (const fill of fills.values()) {
    if (fill.orderId !== order.id || !isOwn(order.contract, fill.contract)) continue
    units += fill.quantity
    value += fill.quantity * fill.price
  }
  return units === 0 ? null : (Math.round(value / units) as Price)
}

export function isOwn(ordered: Tradable, filled: Tradable): boolean {
  if (ordered.kind === 'combo' || filled.kind === 'combo') return ordered.kind === filled.kind
  return ordered.conId === filled.conId
}

function signed(fill: Fill): number {
  return fill.side === 'BUY' ? fill.quantity : -fill.quantity
}
