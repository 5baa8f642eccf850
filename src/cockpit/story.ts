import { namesIn } from '../journal/explain.ts'
import type { JournalReader } from '../journal/follow.ts'
import type { Entry } from '../journal/rows.ts'
import { barOf, type JournalIndex } from './journal-index.ts'

/** Rows that are read between two pauses; each is parsed. */
export const ROWS_AT_ONCE = 250
/** What is about one id are dozens of rows; a page of more is read by nobody. */
export const STORY_MAX = 2_000

export interface StoryOf {
  readonly reader: JournalReader
  readonly index: JournalIndex
  /** Between two reads: whoever else is asked has a turn. */
  readonly pause: () => Promise<void>
}

/**
 * Everything the journal says about one id, oldest first, as the command `explain` finds it: from
 * each name to the rows that have it, and from those to their other names, until nothing is new.
 */
export async function storyOf(id: string, of: StoryOf): Promise<readonly Entry[]> {
  const known = new Set([id])
  const found = new Map<number, Entry>()
  // A set that grows is gone through to its end.
  for (const name of known) {
    if (found.size >= STORY_MAX) break // the rows of further names would be read for nothing
    for (const entry of await named(name, { ...of, without: found })) {
      if (found.size >= STORY_MAX) break
      found.set(entry.seq, entry)
      for (const other of namesIn(entry.event)) known.add(other)
    }
  }
  return [...found.values()].sort((a, b) => a.seq - b.seq)
}

/** The rows that have this name, without those that are known. */
async function named(
  name: string,
  { reader, index, pause, without }: StoryOf & { readonly without: ReadonlyMap<number, Entry> },
): Promise<readonly Entry[]> {
  const rows = index.rowsOf(name).filter((seq) => !without.has(seq))
  const entries: Entry[] = []
  for (let from = 0; from < rows.length && from < STORY_MAX; from += ROWS_AT_ONCE) {
    entries.push(...reader.at(rows.slice(from, from + ROWS_AT_ONCE)))
    await pause()
  }
  const bar = barOf(name)
  if (bar === null) return entries
  for (const { from, to } of index.blocksOf(bar)) {
    const cycles = reader.cyclesOf(bar, { from, to })
    entries.push(...cycles.filter(({ event }) => namesIn(event).includes(name)))
    await pause()
  }
  return entries
}
