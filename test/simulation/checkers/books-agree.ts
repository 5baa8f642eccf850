import type { ConId } from '../../../src/domain/contract.ts'
import type { Fill } from '../../../src/domain/fill.ts'
import { nothingOf, traded } from '../../../src/domain/ledger.ts'
import type { Holding } from '../../../src/domain/ledger.ts'
import { addMoney, notional } from '../../../src/domain/money.ts'
import type { Money } from '../../../src/domain/money.ts'
import { baseOf } from '../../../src/simulator/broker/fills.ts'
import type { BookedTrade } from '../../../src/simulator/broker/state.ts'
import type { Held } from '../record.ts'
import { firstOf, unless } from './checker.ts'
import type { Checker, Complaint, Sight } from './checker.ts'
import { tradesOfOthers } from './others.ts'

const NONE = 0 as Money

/** I7 and P24: positions, profit, commissions and cash are the same on all three sides, exactly. */
export function booksAgree(): Checker {
  const charged = new Map<string, Money>()
  return {
    name: 'books-agree',
    happened(event) {
      if (event.kind === 'execution') {
        const { execId, commission } = event.execution
        charged.set(baseOf(execId), commission)
      }
      return null
    },
    journaled({ event }, sight) {
      const { gateway } = sight
      if (event.type === 'CommissionReported') {
        const { executions } = gateway.core.state
        for (const { execId, commission } of charged.has(event.execId) ? [] : executions) {
          if (!charged.has(baseOf(execId))) charged.set(baseOf(execId), commission)
        }
        const due = charged.get(event.execId)
        const says = `commission ${event.commission} of ${event.execId}, the broker took ${due}`
        return unless(due === event.commission, says)
      }
      if (event.type === 'OrderFilled' && event.fill.estimated === true) {
        return unless(
          isUntold(event.fill, sight),
          `a fill had to be estimated: ${event.fill.execId}`,
        )
      }
      if (event.type !== 'PositionAdjusted' || movedByItself(event.position, sight)) return null
      return `a position had to be adjusted: ${event.cause}, ${event.detail}`
    },
    rested: (sight) => firstOf(positions(sight), () => money(sight)),
  }
}

/** Something else than our orders moved it at the broker: others, or the end of an option. */
function movedByItself({ contract: { conId } }: Held, sight: Sight): boolean {
  const settled = sight.gateway.core.state.booked.filter(({ execId }) => execId === null)
  return [...settled, ...tradesOfOthers(sight)].some(({ contract }) => contract.conId === conId)
}

/**
 * Nobody is told of it any more, or ever: of a day that is over, or an option that was exercised and
 * paid out. No more is estimated than that (P24).
 */
function isUntold({ contract, side }: Fill, sight: Sight): boolean {
  if (contract.kind === 'combo') return false
  const { booked, executions } = sight.gateway.core.state
  const today = new Set(executions.map(({ execId }) => baseOf(execId)))
  const past = tradesOfOthers(sight).filter(({ execId }) => execId !== null && !today.has(execId))
  const settled = booked.filter(({ execId }) => execId === null)
  const untold = [...settled, ...past].filter(({ quantity, contract: { conId } }) => {
    return conId === contract.conId && (quantity < 0 ? 'SELL' : 'BUY') === side
  })
  const estimated = sight.record
    .lastFills()
    .filter((fill) => fill.estimated === true && fill.side === side)
    .filter(({ contract: of }) => of.kind !== 'combo' && of.conId === contract.conId)
  const units = (of: readonly { readonly quantity: number }[]): number =>
    of.reduce((sum, { quantity }) => sum + Math.abs(quantity), 0)
  return units(estimated) <= units(untold)
}

function positions(sight: Sight): Complaint {
  const { gateway, state } = sight
  const { holdings } = booksOf(sight)
  const ids = new Set([
    ...gateway.core.positions().map(({ contract }) => contract.conId),
    ...state.positions.keys(),
    ...holdings.keys(),
  ])
  return firstOf(
    ...[...ids].map((id) => {
      const broker = gateway.core.state.positions.get(id)?.quantity ?? 0
      const memory = state.positions.get(id)?.quantity ?? 0
      const journal = holdings.get(id)?.quantity ?? 0
      const says = `conId ${id}: broker ${broker}, journal ${journal}, memory ${memory}`
      return unless(broker === journal && broker === memory, says)
    }),
  )
}

function money(sight: Sight): Complaint {
  const { record, gateway, plan } = sight
  const { trades, holdings } = booksOf(sight)
  const all = [...holdings.values()]
  const realized = addMoney(...all.map((each) => each.realized))
  const commissions = addMoney(...all.map((each) => each.commissions))
  // A combo and its legs are told apart, and are the same money.
  const combos = record
    .lastFills()
    .filter(({ orderId }) => record.orders.get(orderId)?.contract.kind === 'combo')
  const whole = costOf(combos.filter(({ contract }) => contract.kind === 'combo'))
  const legs = costOf(combos.filter(({ contract }) => contract.kind !== 'combo'))
  const cash = plan.account.cash - costOf(trades) - commissions
  const broker = gateway.core.state
  return firstOf(
    unless(whole === legs, `combos cost ${whole}, their legs ${legs}`),
    unless(realized === broker.realizedPnl, `P&L ${realized}, at the broker ${broker.realizedPnl}`),
    unless(
      commissions === broker.commissions,
      `commissions ${commissions}, at the broker ${broker.commissions}`,
    ),
    unless(cash === broker.cash, `cash ${cash}, at the broker ${broker.cash}`),
  )
}

type Entry = Pick<Fill, 'side' | 'quantity' | 'price' | 'contract'> & { readonly commission: Money }

/**
 * Our fills as the record has them, in the order in which the broker booked them; between them, as
 * the broker says it, what others traded and what settled.
 */
function booksOf(sight: Sight) {
  const { gateway, record } = sight
  const ours = new Map(
    record
      .lastFills()
      .filter(({ contract }) => contract.kind !== 'combo')
      .map((fill): [string, Fill] => [fill.execId, fill]),
  )
  const others = new Set(tradesOfOthers(sight))
  const trades: Entry[] = []
  for (const trade of gateway.core.state.booked) {
    const fill = trade.execId === null ? undefined : ours.get(trade.execId)
    if (fill !== undefined) trades.push(charged(fill, sight))
    else if (trade.execId === null || others.has(trade)) trades.push(entryOf(trade))
    if (trade.execId !== null) ours.delete(trade.execId)
  }
  for (const fill of ours.values()) {
    // What it stands for is among the others; else the broker has none of it.
    if (fill.estimated !== true || !isUntold(fill, sight)) trades.push(charged(fill, sight))
  }
  const holdings = new Map<ConId, Holding>()
  for (const trade of trades) {
    const { contract } = trade
    if (contract.kind === 'combo') continue
    holdings.set(contract.conId, after(holdings.get(contract.conId) ?? nothingOf(contract), trade))
  }
  return { trades, holdings }
}

/** What was busted moves nothing, and what it cost it has cost. */
function after(held: Holding, trade: Entry): Holding {
  if (trade.quantity > 0) return traded(held, trade)
  return {
    ...held,
    realized: (held.realized - trade.commission) as Money,
    commissions: addMoney(held.commissions, trade.commission),
  }
}

function charged(fill: Fill, { record }: Sight): Entry {
  return { ...fill, commission: record.commissions.get(fill.execId) ?? NONE }
}

function entryOf({ contract, quantity, price, commission }: BookedTrade): Entry {
  const side = quantity < 0 ? 'SELL' : 'BUY'
  return { contract, side, quantity: Math.abs(quantity), price, commission }
}

function costOf(fills: readonly Omit<Entry, 'commission'>[]): number {
  return fills.reduce((sum, { side, price, quantity, contract }) => {
    const value: number = notional(price, quantity, contract.multiplier)
    return sum + (side === 'BUY' ? value : -value)
  }, 0)
}
