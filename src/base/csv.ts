import { plain } from './plain.ts'

/** A number is written as one and never escaped; null is an empty cell: not known. */
export type Cell = string | number | boolean | null

/**
 * What makes a spreadsheet take a text for a formula when it stands first, full-width forms
 * included; and the escape itself, so that what was escaped can be told from what was not (T13).
 */
const LIVE = /^[=+\-@\t\r'＝＋－＠]/

/** Before a text that would be live: spreadsheets show what follows as it stands. */
const ESCAPE = "'"

/** One record, one line: line breaks within a text are shown as pictures. */
export function csvLine(cells: readonly Cell[]): string {
  return cells.map(cellText).join(',')
}

function cellText(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell !== 'string') return String(cell)
  const text = LIVE.test(cell.trimStart()) ? ESCAPE + plain(cell) : plain(cell)
  // An empty text is quoted, so that it is not taken for what is not known.
  return text === '' || /[",;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** The records of a text that `csvLine` wrote; all cells as texts, null where nothing stands. */
export function csvRecords(text: string): readonly (readonly (string | null)[])[] {
  return text.split('\n').flatMap((line) => (line === '' ? [] : [recordIn(line)]))
}

function recordIn(line: string): readonly (string | null)[] {
  // Each cell with what ends it: a comma, or the end, which stands for a comma here.
  return [...`${line},`.matchAll(/(?:"((?:[^"]|"")*)"|([^",]*)),/g)].map(
    ([, quoted, bare = '']) => {
      if (quoted === undefined && bare === '') return null
      const text = quoted?.replaceAll('""', '"') ?? bare
      return text.startsWith(ESCAPE) ? text.slice(1) : text
    },
  )
}
