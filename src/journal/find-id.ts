import { newYorkTimeText } from '../domain/calendar.ts'
import { cycleId, explainable, namesIn } from './explain.ts'
import type { Entry } from './rows.ts'

export type FoundId =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'none' }
  /** It begins several ids that are not of one story. */
  | { readonly kind: 'many'; readonly ids: readonly string[] }

/**
 * The id that a person means by what is at hand: a whole one, the beginning of one, also of what
 * follows its first dash, or what `lastDecision` takes.
 */
export function findId(entries: readonly Entry[], text: string): FoundId {
  const ids = new Set(entries.flatMap(({ event }) => namesIn(event)))
  if (ids.has(text)) return { kind: 'id', id: text }
  const decided = lastDecision(entries, text)
  if (decided !== null) return { kind: 'id', id: decided }
  if (text === '') return { kind: 'none' }
  const all = [...ids]
  const begun = all.filter((id) => id.startsWith(text))
  const candidates = begun.length > 0 ? begun : all.filter((id) => afterDash(id).startsWith(text))
  return chosen(entries, candidates)
}

/**
 * Of all symbols for `last`, of those that were refused for `refused`, of the one that is named, or
 * of it in a minute of New York, as `SPY 09:33`; null: it names none of these.
 */
function lastDecision(entries: readonly Entry[], text: string): string | null {
  const [, symbol = text, minute = null] = /^(\S+) (\d\d:\d\d)$/.exec(text) ?? []
  const named = symbol.toUpperCase()
  for (const { event, at } of entries.toReversed()) {
    if (event.type === 'EntryRefused' && text === 'refused') return event.request.signalKey
    if (event.type !== 'CycleEnded') continue
    const isOfMinute = minute === null || newYorkTimeText(at).startsWith(minute)
    if (text === 'last' || (event.outcome.symbol === named && isOfMinute)) {
      return cycleId(event.outcome)
    }
  }
  return null
}

/** `mmj7e880-3267.1`: the first part is of the run and the same for all of it. */
function afterDash(id: string): string {
  const dash = id.indexOf('-')
  return dash < 0 ? '' : id.slice(dash + 1)
}

/** Several are one when they are of one story: an entry and the exits that were sent with it. */
function chosen(entries: readonly Entry[], ids: readonly string[]): FoundId {
  const [first] = ids
  if (first === undefined) return { kind: 'none' }
  if (ids.length === 1) return { kind: 'id', id: first }
  const story = new Set(explainable(entries, first).flatMap(({ event }) => namesIn(event)))
  return ids.every((id) => story.has(id)) ? { kind: 'id', id: first } : { kind: 'many', ids }
}
