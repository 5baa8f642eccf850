import type { EpochMs } from '../../../src/base/clock.ts'
import { nameOf } from '../../../src/domain/contract-key.ts'
import { ledgerOf } from '../../../src/domain/ledger.ts'
import { isTerminal } from '../../../src/orders/lifecycle.ts'
import { firstOf, unless } from './checker.ts'
import type { Checker, Complaint, Sight } from './checker.ts'

const LOOK_MS = 300_000

/** I25: every number that is shown is that of the record, at the same sequence number. */
export function shownAsRecorded(): Checker {
  let lookedAt = -Infinity as EpochMs
  return {
    name: 'shown-as-recorded',
    passed(sight) {
      if (sight.now - lookedAt < LOOK_MS) return null
      lookedAt = sight.now
      return compared(sight)
    },
    rested: compared,
  }
}

function compared(sight: Sight): Complaint {
  const { record, botNow, quietSince } = sight
  const shown = sight.status()
  // What a full disk did not take is in an emergency log, which this record is not read from.
  if (shown.seq !== record.seq && quietSince === null) return null
  const { realized, commissions } = ledgerOf(record.lastFills(), record.commissions)
  const account = record.account
  const says: readonly (readonly [string, unknown, unknown])[] = [
    ['seq', shown.seq, record.seq],
    ['seq of the vitals', shown.vitals.seq, record.seq],
    ['time', shown.vitals.at, botNow],
    ['level', shown.tradingState, record.level],
    ['link', shown.link, record.link?.state],
    ['link of the vitals', shown.vitals.link, record.link?.state],
    ['gates', sorted(shown.gates.map(gateText)), sorted(record.gates.map(gateText))],
    ['orders', sorted(shown.orders.map(orderText)), ordersOf(sight)],
    ['positions', sorted(shown.positions.map(heldText)), positionsOf(sight)],
    ['realised', shown.pnl.realized, realized],
    ['commissions', shown.pnl.commissions, commissions],
    ['P&L of the day', shown.pnl.daily, account?.dailyPnl ?? null],
    ['net liquidation', shown.pnl.netLiquidation, account?.netLiquidation ?? null],
  ]
  return firstOf(
    ...says.map(([what, is, due]) =>
      unless(is === due, `shown is ${what} ${String(is)}, recorded ${String(due)}`),
    ),
  )
}

function ordersOf({ record }: Sight): string {
  const open = [...record.orders.values()].flatMap((order) => {
    const status = record.statuses.get(order.id)
    if (status === undefined || isTerminal(status)) return []
    const { id, role, side, contract } = order
    const fills = record.fillsOfOrders(new Set([id]), contract)
    const filled = fills.reduce((sum, { quantity }) => sum + quantity, 0)
    return [orderText({ id, role, side, filled, status })]
  })
  return sorted(open)
}

function positionsOf({ record }: Sight): string {
  const held = [...record.held.values()].filter(({ quantity }) => quantity !== 0)
  return sorted(
    held.map(({ contract, quantity }) => heldText({ contract: nameOf(contract), quantity })),
  )
}

function orderText(of: {
  readonly id: string
  readonly role: string
  readonly side: string
  readonly filled: number
  readonly status: string
}): string {
  return `${of.id} ${of.role} ${of.side} ${of.filled} ${of.status}`
}

function gateText({ gate, symbol }: { readonly gate: string; readonly symbol: string | null }) {
  return `${gate} ${symbol ?? ''}`
}

function heldText({
  contract,
  quantity,
}: {
  readonly contract: string
  readonly quantity: number
}) {
  return `${quantity} ${contract}`
}

function sorted(texts: readonly string[]): string {
  return [...texts].sort().join('; ')
}
