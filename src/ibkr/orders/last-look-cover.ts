import { filledOf, legsOf, mayFill } from './last-look-order.ts'
import type { Framed, Sent } from './last-look-order.ts'

export interface Cover {
  readonly orders: ReadonlyMap<number, Sent>
  /** By contract id; signed. */
  readonly held: (conId: string) => number
  /** Whole combos that were opened and not closed, by their own executions: legs come later. */
  readonly combos: number
}

/**
 * Units that a frame may close: what is held or will come of its parent, less what is on its way to
 * be closed already (P32, R30). Of one OCA group one order fills, so the largest counts. Without a
 * subtraction every sell of a loop is covered by the one position.
 */
export function room(frame: Framed, { orders, held, combos }: Cover): number {
  const side = frame.side === 'BUY' ? 1 : -1
  const byLegs = legsOf(frame).map(({ conId, units }) => {
    const way = Math.sign(side * units)
    const has = Math.max(0, -way * held(conId))
    return within(frame, { orders, has, each: (of) => Math.max(0, way * change(of, conId)) })
  })
  const whole = Math.min(...byLegs)
  if (frame.legs.length === 0) return whole
  const same = (order: Framed): number =>
    order.key === frame.key && order.side === frame.side ? 1 : 0
  return Math.max(whole, within(frame, { orders, has: combos, each: same }))
}

interface Measured {
  readonly orders: ReadonlyMap<number, Sent>
  readonly has: number
  /** How much of that one unit of an order closes. */
  readonly each: (order: Framed) => number
}

function within(frame: Framed, { orders, has, each }: Measured): number {
  const others = largestOf(frame, orders, (order) => each(order) * closing(order, orders))
  const free = Math.max(0, Math.floor((has - others) / each(frame)))
  const parent = parentOf(frame, orders)
  if (parent === null) return free
  const family = filledOf(parent) + mayFill(parent) - closedBy(parent, orders)
  const siblings = largestOf(frame, orders, (order) =>
    parentOf(order, orders) === parent ? mayFill(order) : 0,
  )
  return Math.max(0, Math.min(free + mayFill(parent), family - siblings))
}

/** Of the orders in no group with the frame, each group once. */
function largestOf(
  frame: Framed,
  orders: ReadonlyMap<number, Sent>,
  of: (order: Sent) => number,
): number {
  const groups = new Map<string, number>()
  for (const order of orders.values()) {
    if (order.opens || order.orderId === frame.orderId) continue
    const name = groupOf(order)
    if (name !== groupOf(frame)) groups.set(name, Math.max(groups.get(name) ?? 0, of(order)))
  }
  return [...groups.values()].reduce((sum, units) => sum + units, 0)
}

/**
 * What an exit may close of what is held now: of a child no more than its parent has filled, for
 * what the parent fills later is held then.
 */
function closing(order: Sent, orders: ReadonlyMap<number, Sent>): number {
  const left = mayFill(order)
  const parent = left === 0 ? null : parentOf(order, orders)
  if (parent === null) return left
  return Math.min(left, Math.max(0, filledOf(parent) - closedBy(parent, orders)))
}

function closedBy({ orderId }: Sent, orders: ReadonlyMap<number, Sent>): number {
  let closed = 0
  for (const child of orders.values()) if (child.parentId === orderId) closed += filledOf(child)
  return closed
}

/** The entry that a child waits for, which it closes and nothing else. */
function parentOf({ parentId, key, side }: Framed, orders: ReadonlyMap<number, Sent>): Sent | null {
  const parent = parentId === 0 ? undefined : orders.get(parentId)
  if (parent === undefined || parent.key !== key || parent.side === side) return null
  return parent.opens ? parent : null
}

function groupOf({ group, orderId }: Framed): string {
  return group === '' ? `order ${orderId}` : `group ${group}`
}

function change({ key, side, legs }: Framed, conId: string): number {
  const leg = legsOf({ key, legs }).find((each) => each.conId === conId)
  return (side === 'BUY' ? 1 : -1) * (leg?.units ?? 0)
}
