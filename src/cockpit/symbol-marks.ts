import type { Decided } from '../dashboard/feed-health.ts'
import type { ChartMark } from '../dashboard/view.ts'
import { nameOf } from '../domain/contract-key.ts'
import { amountText } from '../domain/money.ts'
import type { Entry } from '../journal/rows.ts'
import type { Event } from '../trading/event.ts'
import type { State } from '../trading/state.ts'

/** Of one symbol, for a chart of two sessions. */
const MARKS_MAX = 400
const DECISIONS_MAX = 200

/** What is drawn on the chart of a symbol, and what was decided on it: the last of each. */
export class SymbolMarks {
  readonly #marks = new Map<string, ChartMark[]>()
  readonly #decisions = new Map<string, Decided[]>()

  saw(entry: Entry, state: State): void {
    const { event, at } = entry
    if (event.type === 'CycleEnded') {
      const { symbol } = event.outcome
      keep(this.#decisions, symbol, { value: { at, outcome: event.outcome }, max: DECISIONS_MAX })
    }
    const found = markOf(entry, state)
    if (found !== null) keep(this.#marks, found.symbol, { value: found.mark, max: MARKS_MAX })
  }

  marks(symbol: string): readonly ChartMark[] {
    return this.#marks.get(symbol) ?? []
  }

  /** The newest of a symbol, or of all; null: none was made. */
  lastDecision(symbol: string | null): Decided | null {
    const lists = symbol === null ? [...this.#decisions.values()] : [this.#decisions.get(symbol)]
    const last = lists.flatMap((list) => list?.slice(-1) ?? [])
    return last.reduce<Decided | null>((a, b) => (a === null || b.at >= a.at ? b : a), null)
  }

  /** Newest first. */
  decisions(symbol: string): readonly Decided[] {
    return [...(this.#decisions.get(symbol) ?? [])].reverse()
  }
}

function keep<T>(
  lists: Map<string, T[]>,
  symbol: string,
  { value, max }: { readonly value: T; readonly max: number },
): void {
  const list = lists.get(symbol)
  if (list === undefined) return void lists.set(symbol, [value])
  list.push(value)
  if (list.length > max) list.shift()
}

function markOf(
  { event, at }: Entry,
  state: State,
): { readonly symbol: string; readonly mark: ChartMark } | null {
  switch (event.type) {
    case 'CycleEnded': {
      const { symbol, signalKey, reason } = event.outcome
      if (signalKey === undefined) return null
      return { symbol, mark: { at, kind: 'signal', text: reason, id: signalKey } }
    }
    case 'EntryRefused': {
      const { candidate, strategy, signalKey } = event.request
      const why = event.refusals.map(({ rule, detail }) => `${rule}: ${detail}`).join('; ')
      const text = `${strategy} refused, ${why}`
      return {
        symbol: candidate.contract.symbol,
        mark: { at, kind: 'refused', text, id: signalKey },
      }
    }
    case 'OrderFilled':
      return fillMark(event, state)
    default:
      return null
  }
}

/** Of a combo its own fills: those of its legs say the same once more. */
function fillMark({ fill }: Extract<Event, { type: 'OrderFilled' }>, state: State) {
  const order = state.orders.get(fill.orderId)
  if (order === undefined || order.contract.kind !== fill.contract.kind) return null
  const { side, quantity, contract, price, at } = fill
  const text = `${order.role}: ${side} ${quantity} ${nameOf(contract)} at ${amountText(price)}`
  const kind = order.role === 'entry' ? 'entry' : 'exit'
  const id = order.structureId ?? order.id
  return { symbol: contract.symbol, mark: { at, kind, text, id } as const }
}
