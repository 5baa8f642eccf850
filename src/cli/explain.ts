import { existsSync } from 'node:fs'
import { explainable } from '../journal/explain.ts'
import { readJournal } from '../journal/sqlite.ts'
import type { Entry } from '../journal/rows.ts'
import { timeText } from './describe.ts'
import { explainEvent } from './explain-event.ts'
import { CommandError } from './exit-codes.ts'

/** Everything the journal says about one id, in order, with every number that was used. */
export function explain(journal: string, id: string, json: boolean): void {
  if (!existsSync(journal)) {
    throw new CommandError('usage', `${journal}: no journal there; say where by --state and --mode`)
  }
  const entries = readJournal(journal)
  if (!entries.ok) throw new CommandError('journal', entries.error.detail)
  const related = explainable(entries.value, id)
  if (related.length === 0) {
    throw new CommandError(
      'usage',
      `${journal}: nothing is known by the id "${id}"; ` +
        'name a structure, order, execution, signal, or a cycle like SPY@1773149460000',
    )
  }
  const text = json ? JSON.stringify({ id, entries: related }) : related.map(entryText).join('\n')
  process.stdout.write(`${text}\n`)
}

function entryText({ at, seq, event }: Entry): string {
  return `${timeText(at)}  #${seq} ${explainEvent(event)}`
}
