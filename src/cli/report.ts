import { lstatSync, writeFileSync } from 'node:fs'
import type { EpochMs } from '../base/clock.ts'
import { newYorkDate } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import { messageOf, replaceFile } from '../journal/files.ts'
import { reportFor, type Performance, type Period } from '../journal/performance.ts'
import { CommandError } from './exit-codes.ts'
import { journalEntries } from './journal-entries.ts'
import { reportCsv, reportJson, reportJsonl } from '../cockpit/report-data.ts'
import { reportHtml } from '../cockpit/report-html.ts'
import { reportText } from './report-text.ts'

export type ReportFormat = 'text' | 'html' | 'csv' | 'jsonl'

export interface ReportCommand {
  readonly journal: string
  readonly period: Period
  /** New York dates, both included, instead of those of the period. */
  readonly from: CalendarDate | null
  readonly to: CalendarDate | null
  readonly format: ReportFormat | 'json'
  /** Null: to stdout. */
  readonly out: string | null
}

const WRITERS = {
  text: reportText,
  html: reportHtml,
  csv: reportCsv,
  jsonl: reportJsonl,
  json: reportJson,
} as const

/** What the bot did in a period. A period ends with the last date that the journal knows. */
export function report(command: ReportCommand): void {
  const { journal, period, from, to, format, out } = command
  if (from !== null && to !== null && from > to) {
    throw new CommandError('usage', `expected --from before --to, came ${from} and ${to}`)
  }
  const entries = journalEntries(journal)
  const now = entries.at(-1)?.at ?? (0 as EpochMs)
  if (entries.length === 0) {
    throw new CommandError('usage', `${journal}: nothing happened yet; there is nothing to report`)
  }
  const made = reportFor(entries, { period, now, from, to })
  const begun = newYorkDate(entries[0]?.at ?? now)
  const objection = datesObjection(made, { begun, ended: newYorkDate(now) })
  if (objection !== null) throw new CommandError('usage', `${journal}: ${objection}`)
  const text = `${WRITERS[format](made).trimEnd()}\n`
  if (out === null) {
    process.stdout.write(text)
    return
  }
  try {
    written(out, text)
  } catch (error) {
    const why = messageOf(error)
    throw new CommandError('usage', `--out ${out}: expected a file that can be written; ${why}`)
  }
  process.stderr.write(`report: ${out}\n`)
}

/** Whole or not at all, readable by its owner alone, whatever was there; a device is written to. */
function written(out: string, text: string): void {
  const there = lstatSync(out, { throwIfNoEntry: false })
  if (there === undefined || there.isFile() || there.isSymbolicLink()) replaceFile(out, text)
  else writeFileSync(out, text)
}

/** Zeros of a period that the journal knows nothing of would look like a result. */
function datesObjection(
  { from, to }: Performance,
  { begun, ended }: { readonly begun: CalendarDate; readonly ended: CalendarDate },
): string | null {
  if (from > ended) return `--from ${from}: the journal ends with ${ended}`
  return to < begun ? `--to ${to}: the journal begins with ${begun}` : null
}
