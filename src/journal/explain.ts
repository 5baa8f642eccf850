import type { Event } from '../trading/event.ts'
import type { Entry } from './rows.ts'

/**
 * Everything the journal says about one id: of a structure, an order, a signal, an execution, or a
 * cycle (`cycleId`). From a structure it finds the orders, fills, signal and cycle, and back.
 */
export function explainable(entries: readonly Entry[], id: string): readonly Entry[] {
  const known = new Set([id])
  const related = new Set<Entry>()
  const named = entries.map((entry) => ({ entry, names: namesIn(entry.event) }))
  // What leads from one id to another may stand before or after it: look until nothing is new.
  for (let found = -1; found !== related.size;) {
    found = related.size
    for (const { entry, names } of named) {
      if (related.has(entry) || !names.some((name) => known.has(name))) continue
      related.add(entry)
      for (const name of names) known.add(name)
    }
  }
  return entries.filter((entry) => related.has(entry))
}

/** A cycle has no other name than its symbol and the start of its bar. */
export function cycleId(outcome: { readonly symbol: string; readonly barStart: number }): string {
  return `${outcome.symbol}@${outcome.barStart}`
}

/** The ids that an event is about. */
export function namesIn(event: Event): readonly string[] {
  switch (event.type) {
    case 'EntryApproved':
      return [event.structureId, event.request.signalKey]
    case 'EntryRefused':
      return [event.request.signalKey]
    case 'CycleEnded': {
      const { signalKey } = event.outcome
      return [cycleId(event.outcome), ...(signalKey === undefined ? [] : [signalKey])]
    }
    case 'OrderIntended': {
      const { id, structureId } = event.order
      return structureId === null ? [id] : [id, structureId]
    }
    case 'OrderFilled':
      return [event.fill.execId, event.fill.orderId]
    case 'CommissionReported':
      return [event.execId]
    case 'ReplaceIntended':
      return [event.change.orderId]
    case 'ChildResent':
    case 'CancelIntended':
    case 'OrderMoved':
      return [event.orderId]
    case 'PlanChanged':
    case 'StopPassed':
    case 'StopRecovered':
    case 'ExitTriggered':
      return [event.structureId]
    case 'OperatorCommanded':
      if (event.command.kind === 'cancel') return [event.command.orderId]
      return event.command.kind === 'close' ? [event.command.structureId] : []
    default:
      return [] // of the run, the account or the connection, and of no id
  }
}
