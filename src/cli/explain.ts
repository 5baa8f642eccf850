import { STOP_TEXT } from '../orders/stop-text.ts'
import { explainable } from '../journal/explain.ts'
import type { Entry } from '../journal/rows.ts'
import { timeText } from './describe.ts'
import { journalEntries } from './journal-entries.ts'
import { explainEvent } from './explain-event.ts'
import { CommandError } from './exit-codes.ts'

/** Everything the journal says about one id, in order, with every number that was used. */
export function explain(journal: string, id: string, json: boolean): void {
  const entries = journalEntries(journal)
  const related = explainable(entries, id)
  if (related.length === 0) {
    throw new CommandError(
      'usage',
      `${journal}: nothing is known by the id "${id}"; ` +
        'name a structure, order, execution, signal, or a cycle like SPY@1773149460000',
    )
  }
  const text = json ? JSON.stringify({ id, entries: related }) : explainedText(related)
  process.stdout.write(`${text}\n`)
}

/** With what is to be known of a stop, where there is one (P36). */
export function explainedText(entries: readonly Entry[]): string {
  const hasStop = entries.some(
    ({ event }) => event.type === 'OrderIntended' && event.order.terms.type === 'STP',
  )
  return [...entries.map(entryText), ...(hasStop ? [STOP_TEXT] : [])].join('\n')
}

function entryText({ at, seq, event }: Entry): string {
  return `${timeText(at)}  #${seq} ${explainEvent(event)}`
}
