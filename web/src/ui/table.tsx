import type { ReactNode } from 'react'

export interface Column<T> {
  readonly head: string
  /** Under the head: the unit of the whole column. */
  readonly unit?: string
  /** What the column says, for whoever rests the pointer on its head. */
  readonly means?: string
  readonly cell: (row: T) => ReactNode
  readonly align?: 'right'
  /** Of the row: read first, and the title of its card on a phone. */
  readonly isTitle?: boolean
  /** Takes what is left, and may break its lines. */
  readonly isWide?: boolean
}

interface TableProps<T> {
  readonly label: string
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string
  readonly toneOf?: (row: T) => string
  /** On a phone each row becomes a card; without it the table scrolls within itself. */
  readonly isCards?: boolean
  /** Cards of few words: all but what is wide stands in one line. */
  readonly isTerse?: boolean
}

export function Table<T>(props: TableProps<T>) {
  const { label, columns, rows, keyOf, toneOf, isCards = false, isTerse = false } = props
  return (
    // What scrolls has to be reachable by keyboard.
    <div className="scroll" role="group" aria-label={label} tabIndex={0}>
      <table className={isTerse ? 'cards terse' : isCards ? 'cards' : ''}>
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.head} scope="col" className={classOf(column)} title={column.means}>
                {column.head}
                {column.unit === undefined ? null : `, ${column.unit}`}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} className={toneOf?.(row) ?? ''}>
              {columns.map((column) => (
                <Cell key={column.head} column={column} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Cell<T>({ column, row }: { readonly column: Column<T>; readonly row: T }) {
  const content = column.cell(row)
  const name = column.unit === undefined ? column.head : `${column.head}, ${column.unit}`
  if (column.isTitle === true) {
    return (
      <th scope="row" className={classOf(column)}>
        {content}
      </th>
    )
  }
  return (
    <td className={classOf(column)} data-label={name}>
      {content}
    </td>
  )
}

function classOf<T>({ align, isWide, isTitle }: Column<T>): string {
  const names = [align === 'right' ? 'right' : '', isWide ? 'wide' : '', isTitle ? 'title' : '']
  return names.filter((name) => name !== '').join(' ')
}
