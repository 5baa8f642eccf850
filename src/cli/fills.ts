import { newYorkDate } from '../domain/calendar.ts'
import type { CalendarDate, Ticker } from '../domain/contract.ts'
import { fillLedgerOf, type FillLedger } from '../journal/fill-quality.ts'
import { journalEntries } from './journal-entries.ts'
import { fillsCsv, fillsJson, fillsText } from './fills-text.ts'

export interface FillsCommand {
  readonly journal: string
  readonly symbols: readonly Ticker[] | null
  /** New York dates, both included. */
  readonly from: CalendarDate | null
  readonly to: CalendarDate | null
  readonly form: 'table' | 'json' | 'csv'
}

/** Every fill of a journal against what was quoted when it was decided, sent, moved and filled. */
export function fills(command: FillsCommand): void {
  const { journal, form } = command
  const entries = journalEntries(journal)
  const ledger = chosen(fillLedgerOf(entries), command)
  const text = { table: fillsText, json: fillsJson, csv: fillsCsv }[form](ledger)
  process.stdout.write(`${text}\n`)
}

/** What the filters leave. An entry that was missed counts by when it was sent. */
export function chosen(
  { fills: all, entries }: FillLedger,
  { symbols, from, to }: Pick<FillsCommand, 'symbols' | 'from' | 'to'>,
): FillLedger {
  const isChosen = (symbol: string, at: Parameters<typeof newYorkDate>[0]): boolean => {
    const date = newYorkDate(at)
    if (symbols !== null && !symbols.includes(symbol as Ticker)) return false
    return (from === null || date >= from) && (to === null || date <= to)
  }
  return {
    fills: all.filter(({ contract, at }) => isChosen(contract.symbol, at)),
    entries: entries.filter(({ symbol, at }) => isChosen(symbol, at)),
  }
}
