import pc from 'picocolors'
import { STOP_TEXT } from '../orders/stop-text.ts'
import { explainable } from '../journal/explain.ts'
import { findId } from '../journal/find-id.ts'
import type { Entry } from '../journal/rows.ts'
import { columns } from './columns.ts'
import { timeText } from '../cockpit/describe.ts'
import { journalEntries } from './journal-entries.ts'
import { answerLines, boundsText, limitRows } from './explain-answer.ts'
import { explainEvent } from '../cockpit/explain-event.ts'
import { storyLines } from './explain-story.ts'
import { CommandError } from './exit-codes.ts'
import type { StateFolder } from './state-folder.ts'
import { typed } from './typed.ts'

/** `full`: every event of the story with every fact it holds. */
export interface ExplainForm {
  readonly json: boolean
  readonly full: boolean
}

/** The answer in a sentence, the story and its limits; or all that the journal says, in order. */
export function explain(folder: StateFolder, asked: string, { json, full }: ExplainForm): void {
  const { journal } = folder
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
        'name a structure, order, execution, signal, or the beginning of one; "SPY 09:33" is a ' +
        'decision by its minute, a symbol the last one of it, "last" the last one of all, ' +
        '"refused" the last that was refused',
    )
  }
  const { id } = found
  const story = explainable(entries, id)
  const more = typed(`explain ${/\s/.test(id) ? `"${id}"` : id} --full`, folder)
  const text = full
    ? fullText(story)
    : `${shortText(entries, story)}\n${pc.dim(`all of it: ${more}`)}`
  process.stdout.write(`${json ? JSON.stringify({ id, entries: story }) : text}\n`)
}

const IDS_TOLD_MAX = 5

/** The answer, and under it each event as a line; of a decision its limits. */
export function shortText(journal: readonly Entry[], story: readonly Entry[]): string {
  const decided = story.findLast(({ event }) => {
    return event.type === 'EntryApproved' || event.type === 'EntryRefused'
  })?.event
  const isOfEntry = decided?.type === 'EntryApproved' || decided?.type === 'EntryRefused'
  const rows = isOfEntry ? limitRows(decided) : []
  const bounds = isOfEntry ? (decided.basis?.bounds ?? []) : []
  const limits = [
    ...(rows.length === 0 ? [] : ['', columns(['limit', 'was', 'may be'], rows)]),
    ...(bounds.length === 0 ? [] : [`each limit alone allows: ${boundsText(bounds)}`]),
  ]
  const answer = answerLines(story)
  return [
    ...answer.map((line, i) => (i === 0 ? pc.bold(line) : line)),
    // Of a decision alone the answer is all there is.
    ...(story.length === 1 && answer.length > 0 ? [] : ['', ...storyLines(journal, story)]),
    ...limits,
    ...stopLines(story),
  ].join('\n')
}

/** Every event with every fact in it. */
export function fullText(story: readonly Entry[]): string {
  const answer = answerLines(story)
  const head = answer.length === 0 ? [] : [...answer, '']
  return [...head, ...story.map(entryText), ...stopLines(story)].join('\n')
}

/** What is to be known of a stop, where there is one (P36). */
function stopLines(story: readonly Entry[]): readonly string[] {
  const hasStop = story.some(
    ({ event }) => event.type === 'OrderIntended' && event.order.terms.type === 'STP',
  )
  return hasStop ? [STOP_TEXT] : []
}

function entryText({ at, seq, event }: Entry): string {
  return `${timeText(at)}  #${seq} ${explainEvent(event)}`
}
