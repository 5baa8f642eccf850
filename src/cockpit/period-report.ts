import type { EpochMs } from '../base/clock.ts'
import { maskedAccounts } from '../base/masked.ts'
import { periodStart, reportFor, type Period } from '../journal/performance.ts'
import { JournalReader } from '../journal/follow.ts'
import type { Entry } from '../journal/rows.ts'
import { reportJson } from './report-data.ts'
import { reportHtml } from './report-html.ts'

/** What one report is made of; the thread ends with it. */
export interface ReportAsked {
  readonly journal: string
  /** Up to this row: whoever asked has verified it. */
  readonly seq: number
  readonly period: Period
  readonly as: 'html' | 'json'
  /** Of the bot's clock: its New York date is the last of the period. */
  readonly now: EpochMs
}

/** The same as the command `report` writes, without account ids. */
export function reportText({ journal, seq, period, as, now }: ReportAsked): string {
  const reader = new JournalReader(journal)
  try {
    const entries: Entry[] = []
    const from = periodStart(period, now)
    for (const piece of reader.pieces(seq, from)) for (const entry of piece) entries.push(entry)
    const report = reportFor(entries, { period, now })
    return maskedAccounts(as === 'html' ? reportHtml(report) : reportJson(report))
  } finally {
    reader.close()
  }
}
