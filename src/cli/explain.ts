import { STOP_TEXT } from '../orders/stop-text.ts'
import { explainable } from '../journal/explain.ts'
import { findId } from '../journal/find-id.ts'
import type { Entry } from '../journal/rows.ts'
import { timeText } from '../cockpit/describe.ts'
import { journalEntries } from './journal-entries.ts'
import { explainEvent } from '../cockpit/explain-event.ts'
import { CommandError } from './exit-codes.ts'

/** Everything the journal says about one id, in order, with every number that was used. */
export function explain(journal: string, asked: string, json: boolean): void {
  const entries = journalEntries(journal)
  const found = findId(entries, asked)
  if (found.kind === 'many') {
    const some = found.ids.slice(0, IDS_TOLD_MAX).join(', ')
    const more =
      found.ids.length > IDS_TOLD_MAX ? `, and ${found.ids.length - IDS_TOLD_MAX} more` : ''
    const detail = `"${asked}" begins ${found.ids.length} ids: ${some}${more}; type more of the one`
    throw new CommandError('usage', `${journal}: ${detail}`)
  }
  if (found.kind === 'none') {
    throw new CommandError(
      'usage',
      `${journal}: nothing is known by the id "${asked}"; ` +
        'name a structure, order, execution, signal, or a cycle like SPY@1773149460000, ' +
        'or the beginning of one; "last" is the last decision, a symbol the last one of it',
    )
  }
  const { id } = found
  const related = explainable(entries, id)
  const text = json ? JSON.stringify({ id, entries: related }) : explainedText(related)
  process.stdout.write(`${text}\n`)
}

const IDS_TOLD_MAX = 5

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
