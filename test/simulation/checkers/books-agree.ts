import type { Fill } from '../../../src/domain/fill.ts'
import { ledgerOf } from '../../../src/domain/ledger.ts'
import { notional } from '../../../src/domain/money.ts'
import type { Money } from '../../../src/domain/money.ts'
import { baseOf } from '../../../src/simulator/broker/fills.ts'
import { firstOf, unless } from './checker.ts'
import type { Checker, Complaint, Sight } from './checker.ts'

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
    journaled({ event }, { gateway }) {
      if (event.type === 'CommissionReported') {
        for (const { execId, commission } of gateway.core.state.executions) {
          if (!charged.has(baseOf(execId))) charged.set(baseOf(execId), commission)
        }
        const due = charged.get(event.execId)
        const says = `commission ${event.commission} of ${event.execId}, the broker took ${due}`
        return unless(due === event.commission, says)
      }
      if (event.type === 'OrderFilled' && event.fill.estimated === true) {
        return `a fill had to be estimated: ${event.fill.execId}`
      }
      if (event.type !== 'PositionAdjusted' || event.cause === 'expired') return null
      return `a position had to be adjusted: ${event.cause}, ${event.detail}`
    },
    rested: (sight) => firstOf(positions(sight), () => money(sight)),
  }
}

function positions({ gateway, state, record }: Sight): Complaint {
  const fills = [...record.fills.values()].flatMap((revisions) => revisions.at(-1) ?? [])
  const { holdings } = ledgerOf(fills, record.commissions)
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

function money({ gateway, record, plan }: Sight): Complaint {
  const fills = [...record.fills.values()].flatMap((revisions) => revisions.at(-1) ?? [])
  const { realized, commissions } = ledgerOf(fills, record.commissions)
  // A combo and its legs are told apart, and are the same money.
  const spent = costOf(fills.filter(({ contract }) => contract.kind !== 'combo'))
  const combos = fills.filter(
    ({ orderId }) => record.orders.get(orderId)?.contract.kind === 'combo',
  )
  const whole = costOf(combos.filter(({ contract }) => contract.kind === 'combo'))
  const legs = costOf(combos.filter(({ contract }) => contract.kind !== 'combo'))
  const cash = plan.account.cash - spent - commissions
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

function costOf(fills: readonly Fill[]): number {
  return fills.reduce((sum, { side, price, quantity, contract }) => {
    const value: number = notional(price, quantity, contract.multiplier)
    return sum + (side === 'BUY' ? value : -value)
  }, 0)
}
