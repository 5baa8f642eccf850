import { existsSync } from 'node:fs'
import type { Entry } from '../journal/rows.ts'
import { readJournal } from '../journal/sqlite.ts'
import { CommandError } from './exit-codes.ts'

/** Every event of a journal that may be written meanwhile, verified; or an ending that says why. */
export function journalEntries(journal: string): readonly Entry[] {
  if (!existsSync(journal)) {
    throw new CommandError('usage', `${journal}: no journal there; say where by --state and --mode`)
  }
  const entries = readJournal(journal)
  if (!entries.ok) throw new CommandError('journal', entries.error.detail)
  return entries.value
}
