import { stripVTControlCharacters } from 'node:util'
import { maskedAccounts } from '../base/masked.ts'
import { idOf } from '../journal/explain.ts'
import type { Entry } from '../journal/rows.ts'
import type { JournalLine } from '../dashboard/view.ts'
import { amountOf } from '../domain/money.ts'
import type { Money } from '../domain/money.ts'
import type { Event, ObservedAccount } from '../trading/event.ts'
import type { State } from '../trading/state.ts'
import { commandedText, eventText, pnlText } from './describe.ts'
import { explainEvent } from './explain-event.ts'

/** A line is read at a glance; `explain` has the rest. */
const TEXT_MAX = 400

/** One event as a line, without accounts and without what steers a terminal. */
export function lineOf({ seq, at, event }: Entry, state: State): JournalLine {
  const text = maskedAccounts(stripVTControlCharacters(textOf(event, state)))
    .replace(/\p{Cc}/gu, ' ')
    .trim()
  return { seq, at, type: event.type, text: cut(text, TEXT_MAX), id: idOf(event) }
}

/** Under the event's name every fact that it holds, as `explain` shows them. */
export function explainedLine(entry: Entry, state: State): JournalLine {
  const text = maskedAccounts(explainEvent(entry.event))
  return { ...lineOf(entry, state), text: `${lineOf(entry, state).text}\n${text}` }
}

function textOf(event: Event, state: State): string {
  switch (event.type) {
    case 'CycleEnded': {
      const { symbol, kind, reason } = event.outcome
      return `${symbol} ${kind}: ${reason}`
    }
    case 'AccountObserved':
      return accountText(event.account)
    case 'CommissionReported':
      return `commission $${amountOf(event.commission)} of ${event.execId}`
    case 'OrderMoved':
      return `order ${event.orderId}: ${event.from} -> ${event.to} (${event.evidence.kind})`
    case 'OperatorCommanded':
      return commandedText(event)
    case 'RunStarted':
      return `run of mode ${event.mode} began, version ${event.version}`
    case 'PlanChanged':
      return `exits of ${event.structureId} changed: ${event.reason}`
    case 'CancelIntended':
      return `cancel of ${event.orderId}${event.cause == null ? '' : `: ${event.cause}`}`
    default:
      return eventText(event, state) ?? factsOf(event)
  }
}

function accountText(of: ObservedAccount): string {
  const { netLiquidation, availableFunds, settledCash, dailyPnl } = of
  const day = dailyPnl === null ? 'unknown' : pnlText(dailyPnl)
  const [worth, free, settled] = [netLiquidation, availableFunds, settledCash].map(dollarsOf)
  return `net liquidation ${worth}, available ${free}, settled ${settled}, the day ${day}`
}

function dollarsOf(of: Money): string {
  return `$${amountOf(of).toFixed(2)}`
}

/** What no sentence was written for: its facts in one line. */
function factsOf(event: Event): string {
  const [, ...rows] = explainEvent(event).split('\n')
  return rows.map((row) => row.trim().replace(/\s{2,}/g, ' ')).join('; ')
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

/** What an event is about; null: no symbol. */
export function symbolOf(event: Event, state: State): string | null {
  switch (event.type) {
    case 'CycleEnded':
      return event.outcome.symbol
    case 'EntryApproved':
    case 'EntryRefused':
      return event.request.candidate.contract.symbol
    case 'OrderIntended':
    case 'ForeignOrderSeen':
      return event.order.contract.symbol
    case 'OrderFilled':
      return event.fill.contract.symbol
    case 'PositionAdjusted':
      return event.position.contract.symbol
    case 'GateSet':
      return event.set.symbol
    case 'GateCleared':
      return event.symbol
    case 'CommissionReported':
      return state.fills.get(event.execId)?.contract.symbol ?? null
    case 'ReplaceIntended':
      return state.orders.get(event.change.orderId)?.contract.symbol ?? null
    case 'ChildResent':
    case 'CancelIntended':
    case 'OrderMoved':
      return state.orders.get(event.orderId)?.contract.symbol ?? null
    case 'PlanChanged':
    case 'StopPassed':
    case 'StopRecovered':
    case 'ExitTriggered':
      return state.structures.get(event.structureId)?.contract.symbol ?? null
    default:
      return null
  }
}
