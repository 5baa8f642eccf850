import type { EpochMs } from '../base/clock.ts'
import { newYorkDate } from '../domain/calendar.ts'
import type { Fill } from '../domain/fill.ts'
import type { ClientOrderId, OrderEvidence, TrackedOrder } from '../domain/order.ts'
import type { BrokerOrder, BrokerSnapshot } from '../domain/report.ts'
import { isHeldOtherwise } from './echoes.ts'
import { isTerminal, statusAfter, wasNeverHeardOf } from './lifecycle.ts'
import type { Held, PositionDiffers } from './position-differences.ts'
import { positionDifferences } from './position-differences.ts'

export type Ours = Held

export type Discrepancy =
  | { readonly kind: 'missed-fill'; readonly fill: Fill }
  | {
      readonly kind: 'missed-evidence'
      readonly orderId: ClientOrderId
      readonly evidence: OrderEvidence
    }
  | { readonly kind: 'foreign-order'; readonly order: BrokerOrder }
  | { readonly kind: 'foreign-gone'; readonly permId: number }
  | PositionDiffers

/**
 * The broker's picture wins, but judges only orders older than `proofAfterMs`. Fills come first,
 * because they are facts; then orders, then positions, and last the orders that are not ours.
 */
export function reconcile(
  ours: Ours,
  snapshot: BrokerSnapshot,
  proofAfterMs: number,
): readonly Discrepancy[] {
  const fills = missedFills(ours, snapshot)
  return [
    ...fills.map((fill) => ({ kind: 'missed-fill', fill }) as const),
    ...missedEvidence(ours, snapshot, proofAfterMs),
    ...heldOtherwise(ours, snapshot),
    ...positionDifferences(ours, snapshot, fills),
    ...foreignOrders(ours, snapshot),
    ...foreignGone(ours, snapshot),
  ]
}

function missedFills({ orders, fills }: Ours, snapshot: BrokerSnapshot): readonly Fill[] {
  return snapshot.fills.filter(
    (fill) =>
      orders.has(fill.orderId) && fill.revision > (fills.get(fill.execId)?.revision ?? -Infinity),
  )
}

function missedEvidence(
  { orders }: Ours,
  snapshot: BrokerSnapshot,
  proofAfterMs: number,
): readonly Discrepancy[] {
  const asked = [...orders.values()].filter((order) => !isTerminal(order.status))
  if (asked.length === 0) return []
  const ids = new Set(asked.map(({ id }) => id))
  const open = byId(snapshot.openOrders, ids)
  const completed = byId(snapshot.completedOrders, ids)
  const filled = unitsByOrder(snapshot.fills)
  return asked.flatMap((order) => {
    const seen = {
      open: open.get(order.id) ?? null,
      completed: completed.get(order.id)?.evidence ?? null,
      filled: filled.get(order.id) ?? 0,
    }
    const evidence = evidenceOn(order, seen, { requestedAt: snapshot.requestedAt, proofAfterMs })
    if (evidence === null || statusAfter(order, evidence) === order.status) return []
    return { kind: 'missed-evidence', orderId: order.id, evidence } as const
  })
}

/** What a preset made of an order while nobody listened. */
function heldOtherwise(
  { orders }: Ours,
  { openOrders, requestedAt }: BrokerSnapshot,
): readonly Discrepancy[] {
  return openOrders.flatMap(({ orderId, held }) => {
    const order = orderId === null ? undefined : orders.get(orderId)
    if (order === undefined || held === undefined || order.statusSince > requestedAt) return []
    if (!isHeldOtherwise(order, held)) return []
    return {
      kind: 'missed-evidence',
      orderId: order.id,
      evidence: { kind: 'echoed', ...held },
    } as const
  })
}

interface Seen {
  readonly open: BrokerOrder | null
  readonly completed: OrderEvidence | null
  /** Units that its executions add up to. */
  readonly filled: number
}

/** What the three lists of one epoch say about an order that is not proven dead. */
function evidenceOn(
  order: TrackedOrder,
  seen: Seen,
  judged: { readonly requestedAt: number; readonly proofAfterMs: number },
): OrderEvidence | null {
  const { requestedAt, proofAfterMs } = judged
  const settled = requestedAt - order.statusSince >= proofAfterMs
  // A record ends an order; one of a cancel only begins its quarantine, for late fills (P23).
  if (seen.completed !== null) {
    const isCancel = seen.completed.kind === 'proven' && seen.completed.status === 'cancelled'
    return isCancel ? { kind: 'cancel-reported' } : seen.completed
  }
  if (order.statusSince > requestedAt) return null // we have heard more than this picture knows
  if (seen.open !== null) {
    const isOld = seen.open.changing === true && order.status === 'replace-pending'
    return isOld ? null : seen.open.evidence
  }
  if (requestedAt - (order.resentAt ?? order.intendedAt) < proofAfterMs) return null
  // The lists tell of one date: what they do not name may have lived on an earlier one.
  const isOfToday = newYorkDate(order.intendedAt) === newYorkDate(requestedAt as EpochMs)
  if (isOfToday && wasNeverHeardOf(order) && seen.filled === 0) {
    return { kind: 'proven', status: 'rejected', by: 'absent-everywhere' }
  }
  if (endedWithItsSession(order, requestedAt)) {
    return { kind: 'proven', status: 'expired', by: 'session-end' }
  }
  // Absence proves nothing about an order that lived: it counts as a reported cancel, and is
  // watched for late fills like any other. An execution that is news says that it lived just now.
  const isBooked = seen.filled <= order.filled && seen.filled < order.quantity
  return settled && isBooked ? { kind: 'cancel-reported' } : null
}

function unitsByOrder(fills: readonly Fill[]): ReadonlyMap<ClientOrderId, number> {
  const combos = new Set(
    fills.flatMap(({ orderId, contract }) => (contract.kind === 'combo' ? [orderId] : [])),
  )
  const units = new Map<ClientOrderId, number>()
  for (const { orderId, contract, quantity } of fills) {
    // Of a combo the legs are told as well; they count as none of its units.
    const own = contract.kind === 'combo' || !combos.has(orderId)
    if (own) units.set(orderId, (units.get(orderId) ?? 0) + quantity)
  }
  return units
}

function endedWithItsSession(order: TrackedOrder, requestedAt: number): boolean {
  const { timeInForce, intendedAt } = order
  return timeInForce === 'DAY' && newYorkDate(intendedAt) < newYorkDate(requestedAt as EpochMs)
}

/** Ours by `orderRef` or not ours at all; each is told once, and again with another quantity. */
function foreignOrders(
  { orders, foreign }: Ours,
  snapshot: BrokerSnapshot,
): readonly Discrepancy[] {
  return (
    snapshot.openOrders
      .filter((order) => order.orderId === null || !orders.has(order.orderId))
      // Its number may come late; until then two of them cannot be told apart.
      .filter(({ permId, quantity }) => {
        return permId !== 0 && foreign.get(permId)?.quantity !== quantity
      })
      .map((order) => ({ kind: 'foreign-order', order }) as const)
  )
}

/** Not open any more: what it came to shows in the positions. */
function foreignGone({ foreign }: Ours, { openOrders }: BrokerSnapshot): readonly Discrepancy[] {
  const open = new Set(openOrders.map(({ permId }) => permId))
  return [...foreign.keys()].flatMap((permId) =>
    open.has(permId) ? [] : [{ kind: 'foreign-gone', permId } as const],
  )
}

function byId(
  orders: readonly BrokerOrder[],
  asked: ReadonlySet<ClientOrderId>,
): ReadonlyMap<ClientOrderId, BrokerOrder> {
  const found = new Map<ClientOrderId, BrokerOrder>()
  for (const order of orders) {
    if (order.orderId !== null && asked.has(order.orderId)) found.set(order.orderId, order)
  }
  return found
}
