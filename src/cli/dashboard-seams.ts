import type { ReportPeriod } from '../dashboard/cockpit.ts'
import type { View } from '../dashboard/view.ts'
import type { Entry } from '../journal/rows.ts'

/** What a report is made of, by the thread that follows the journal. */
export interface ReportOf {
  readonly period: ReportPeriod
  readonly as: 'html' | 'json'
  /** A reader of its own: all of the journal, oldest first. */
  readonly entries: () => Iterable<Entry>
  readonly view: View | null
}

/** Pages that other files write; null: this build has none, and says so. */
export interface Seams {
  readonly metrics: ((view: View) => string | Promise<string>) | null
  readonly report: ((of: ReportOf) => string | Promise<string>) | null
}

export const seams: Seams = { metrics: null, report: null }
