import { stripVTControlCharacters } from 'node:util'
import { plain } from '../base/plain.ts'
import type { OrderStatus } from '../domain/order.ts'
import type { Entry } from '../journal/rows.ts'
import type { Event } from '../trading/event.ts'
import { evolve } from '../trading/evolve.ts'
import { initialState, type State } from '../trading/state.ts'
import { commandedText, eventText, priceText, timeText } from '../cockpit/describe.ts'
import { explainEvent, numberText } from '../cockpit/explain-event.ts'

/** Each event of a story as one line; `journal` is all of it, which says what an order was. */
export function storyLines(journal: readonly Entry[], story: readonly Entry[]): readonly string[] {
  const wanted = new Set(story.map(({ seq }) => seq))
  const last = story.at(-1)?.seq ?? 0
  const lines: string[] = []
  let state = initialState('simulation', '')
  for (const { seq, at, event } of journal) {
    if (seq > last) break
    state = evolve(state, event, at)
    const text = wanted.has(seq) ? storyText(event, state) : null
    if (text !== null) lines.push(`${timeText(at)}  ${text}`)
  }
  return lines
}

/** What an order came to. How it got there, and that it filled, is said by other lines. */
const BECAME: Partial<Record<OrderStatus, string>> = {
  unknown: 'may be alive, dead or filled: it waits for proof',
  'quarantine-cancelled': 'cancelled by the word of the broker; late fills are watched for',
  cancelled: 'is proven to be cancelled',
  rejected: 'is proven never to have lived',
  expired: 'is proven to be over with its time',
  denied: 'was never sent',
}

/** Null: no news to a person. */
function storyText(event: Event, state: State): string | null {
  switch (event.type) {
    case 'CycleEnded': {
      const { symbol, kind, reason } = event.outcome
      return `decided ${symbol}: ${kind}, ${plain(reason)}`
    }
    case 'OrderMoved': {
      const role = state.orders.get(event.orderId)?.role ?? 'order'
      const became = BECAME[event.to]
      return became === undefined ? null : `  ${role} ${became}`
    }
    case 'CommissionReported':
      return `  commission ${numberText(event.commission, 'dollars')}`
    case 'ReplaceIntended': {
      const { terms, orderId } = event.change
      const role = state.orders.get(orderId)?.role ?? 'order'
      const to = terms.type === 'LMT' ? ` to ${priceText(terms.limit)}` : ''
      const stop = terms.type === 'STP' ? ` to ${priceText(terms.trigger)}` : ''
      return `  ${role} moved${to}${stop}`
    }
    case 'CancelIntended': {
      const role = state.orders.get(event.orderId)?.role ?? 'order'
      return `  ${role} cancelled${event.cause == null ? '' : `: ${plain(event.cause)}`}`
    }
    case 'OperatorCommanded':
      return plain(commandedText(event))
    case 'PlanChanged':
      return `  exits changed: ${plain(event.reason)}`
    default:
      return unseen(eventText(event, state) ?? factsOf(event))
  }
}

/** What no sentence was written for: its facts in one line. */
function factsOf(event: Event): string {
  const [name = '', ...rows] = explainEvent(event).split('\n')
  return [name, ...rows.map((row) => row.trim().replace(/\s{2,}/g, ' '))].join('; ')
}

/** Nothing in it steers a terminal; with what a broker may have put there go our own colours. */
function unseen(text: string): string {
  return plain(stripVTControlCharacters(text))
}
