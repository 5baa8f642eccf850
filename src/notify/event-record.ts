import { nameOf } from '../domain/contract-key.ts'
import type { Event } from '../trading/event.ts'
import type { State } from '../trading/state.ts'
import type { LogRecord } from './json-log.ts'

/**
 * An event of the journal as a line of the log: its ids, what it came to, and no more; everything
 * else stands in the journal under its seq. What has no case of its own is short enough as it is.
 */
export function eventRecord(event: Event, state: State, seq: number): LogRecord {
  const { type: _, ...rest } = event
  return { level: levelOf(event), kind: kindOf(event), seq, ...detailsOf(event, state, rest) }
}

function detailsOf(event: Event, state: State, rest: object): Readonly<Record<string, unknown>> {
  switch (event.type) {
    case 'CycleEnded':
      return { ...event.outcome, kind: 'decision', decision: event.outcome.kind }
    case 'EntryApproved':
    case 'EntryRefused': {
      const { signalKey, strategy, candidate } = event.request
      const entry = { signalKey, strategy, contract: nameOf(candidate.contract) }
      if (event.type === 'EntryRefused') return { ...entry, refusals: event.refusals }
      const { structureId, quantity, maxLoss, plan } = event
      return { ...entry, structureId, quantity, maxLoss, plan }
    }
    case 'OrderIntended': {
      const { id, structureId, role, side, quantity, terms, contract } = event.order
      return { orderId: id, structureId, role, side, quantity, terms, contract: nameOf(contract) }
    }
    case 'OrderFilled': {
      const { contract, ...fill } = event.fill
      const structureId = state.orders.get(fill.orderId)?.structureId ?? null
      return { ...fill, structureId, contract: nameOf(contract) }
    }
    case 'AccountObserved': {
      const { netLiquidation, availableFunds, dailyPnl } = event.account
      return { netLiquidation, availableFunds, dailyPnl }
    }
    case 'PositionAdjusted': {
      const { position, cause, detail } = event
      return { contract: nameOf(position.contract), quantity: position.quantity, cause, detail }
    }
    case 'ForeignOrderSeen':
      return { permId: event.order.permId, contract: nameOf(event.order.contract) }
    case 'GateSet':
      return { ...event.set }
    default:
      return rest as Readonly<Record<string, unknown>>
  }
}

function levelOf(event: Event): LogRecord['level'] {
  switch (event.type) {
    case 'GateSet':
    case 'PositionAdjusted':
    case 'ForeignOrderSeen':
    case 'StopPassed':
    case 'ClockSetBack':
      return 'warning'
    case 'TradingStateChanged':
      return event.to === 'active' ? 'warning' : 'critical'
    case 'OperatorCommanded':
      return event.refused === undefined ? 'info' : 'warning'
    case 'OrderMoved':
      return event.to === 'unknown' || event.to === 'rejected' ? 'warning' : 'info'
    default:
      return 'info'
  }
}

/** `OrderFilled` is `order-filled`, as everything else that a log names. */
function kindOf(event: Event): string {
  if (event.type === 'OperatorCommanded' && event.refused !== undefined) return 'operator-refused'
  return event.type.replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase()
}
