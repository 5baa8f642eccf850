import { ok } from '../../base/result.ts'
import type { Result } from '../../base/result.ts'
import type { Side } from '../../domain/contract.ts'
import { nameOf } from '../../domain/contract-key.ts'
import { money } from '../../domain/money.ts'
import type { Position } from '../../domain/position.ts'
import type { Fault } from '../../engine/ports.ts'
import type { Connection } from '../session/connection.ts'
import { BAG } from '../../wire/order-blocks.ts'
import { ask, askShared } from '../session/ask.ts'
import { tradableFromRow } from '../translate/translate-contract.ts'
import { sideOf } from '../translate/translate-order.ts'
import { allOpenOrders, completedOrders, executions, positions } from './snapshot-questions.ts'
import type { OpenRow, PositionRow } from './snapshot-questions.ts'

export interface PanicOrder {
  readonly ref: string
  /** Of its underlying; of several, with commas between them. */
  readonly symbol: string
  /** What one unit of it buys, where it buys; null: it cannot be read from the order. */
  readonly legs: readonly PanicLeg[] | null
  readonly side: Side
  /** At its worst: what it was for, whatever it has filled. */
  readonly quantity: number
  readonly name: string
  readonly status: string
  /** By which it alone can be cancelled; null: it has none, or another order has it too. */
  readonly cancelId: number | null
  /** Nothing of ours cancels it: a login of several accounts takes no cancel of them all. */
  readonly stays: boolean
}

export interface PanicLeg {
  readonly conId: number
  /** Signed: below zero it is sold. */
  readonly ratio: number
}

/** What the account holds and what may still change it, of one connection. */
export interface PanicPicture {
  /** When the last of its lists was asked for, on the monotonic clock. */
  readonly askedAtMs: number
  readonly epoch: number
  readonly open: readonly PanicOrder[]
  /** How many orders of other accounts of this login are open: none of ours, and left alone. */
  readonly elsewhere: number
  readonly held: readonly Position[]
  /** Kinds that are not closed here: a person must. */
  readonly others: readonly string[]
  /** References of orders with a record of their end, and what was filled of each. */
  readonly ended: ReadonlySet<string>
  readonly filled: ReadonlyMap<string, number>
}

const OVER: ReadonlySet<string> = new Set(['Cancelled', 'ApiCancelled', 'Filled'])

/**
 * Open orders first, and only once they are all told the positions: an order that is not listed any
 * more has had its effect by then. The other way round a fill between the two would be sold twice.
 */
export async function panicPicture(
  connection: Connection,
  { account, nowMs }: { readonly account: string; readonly nowMs: () => number },
): Promise<Result<PanicPicture, Fault>> {
  const { requests } = connection
  const open = await askShared(requests, allOpenOrders())
  if (!open.ok) return open
  const askedAtMs = nowMs()
  const [held, completed, executed] = await Promise.all([
    askShared(requests, positions(account)),
    askShared(requests, completedOrders()),
    ask(
      requests,
      executions(account, () => undefined),
    ),
  ])
  if (!held.ok) return held
  if (!completed.ok) return completed
  if (!executed.ok) return executed
  const rows = held.value.filter(({ position }) => position !== 0)
  const filled = new Map<string, number>()
  for (const { orderRef, shares } of executed.value) {
    filled.set(orderRef, (filled.get(orderRef) ?? 0) + shares)
  }
  const live = open.value.filter(({ orderState }) => !OVER.has(orderState.status))
  // One that names no account may be ours, and counts.
  const ours = live.filter(({ order }) => order.account === account || order.account === '')
  return ok({
    askedAtMs,
    epoch: connection.epoch,
    open: ours.map((row) => orderOf(row, { live, ofMany: connection.accounts.length > 1 })),
    elsewhere: live.length - ours.length,
    held: rows.flatMap((row) => positionOf(row) ?? []),
    others: rows.filter((row) => positionOf(row) === null).map(nameOfRow),
    ended: new Set(completed.value.map(({ order }) => order.orderRef)),
    filled,
  })
}

function orderOf(
  row: OpenRow,
  { live, ofMany }: { readonly live: readonly OpenRow[]; readonly ofMany: boolean },
): PanicOrder {
  const { orderId, contract, order, orderState } = row
  // Another client's order is named by its number alone; numbers of different clients collide.
  const isAlone = live.every((other) => other === row || other.orderId !== orderId)
  const cancelId = orderId > 0 && isAlone && order.account !== '' ? orderId : null
  return {
    ref: order.orderRef,
    symbol: contract.symbol,
    legs: contract.secType === BAG ? legsOf(order.comboLegs) : single(contract.conId),
    side: sideOf(order.action),
    quantity: order.totalQuantity,
    name: `${order.action} ${order.totalQuantity} ${contract.localSymbol || contract.symbol}`,
    status: orderState.status,
    cancelId,
    stays: ofMany && cancelId === null,
  }
}

function single(conId: number): readonly PanicLeg[] | null {
  return conId > 0 ? [{ conId, ratio: 1 }] : null
}

function legsOf(legs: OpenRow['order']['comboLegs']): readonly PanicLeg[] | null {
  const signed = legs.map(({ conId, ratio, action }) => {
    const sign = action === 'BUY' ? 1 : action === 'SELL' ? -1 : 0
    return { conId, ratio: sign * ratio }
  })
  const readable = signed.every(({ conId, ratio }) => conId > 0 && ratio !== 0)
  return readable && signed.length > 0 ? signed : null
}

/** As the row names it: to close it no definition has to be asked for. */
function positionOf(row: PositionRow): Position | null {
  const contract = tradableFromRow({ ...row.contract, includeExpired: false })
  if (contract === null || !Number.isInteger(row.position)) return null
  if (contract.kind !== 'stock' && contract.kind !== 'option') return null
  return { contract, quantity: row.position, cost: money(row.avgCost * row.position) }
}

function nameOfRow(row: PositionRow): string {
  const { contract, position } = row
  const known = tradableFromRow({ ...contract, includeExpired: false })
  const name = known === null ? `${contract.secType} ${contract.symbol}` : nameOf(known)
  return `${position} ${name}`
}
