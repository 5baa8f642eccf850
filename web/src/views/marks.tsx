import type { ChartMark } from '../../../src/dashboard/view.ts'
import { words } from '../format.ts'
import type { Tone } from '../judge.ts'
import { linkTo } from '../route.ts'
import { Empty } from '../ui/states.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { Badge, Moment } from '../ui/text.tsx'

/** So many are read; all of them are drawn. */
const SHOWN_MAX = 50

const TONES: Readonly<Record<ChartMark['kind'], Tone>> = {
  signal: 'accent',
  refused: 'warn',
  entry: 'good',
  exit: 'neutral',
}

/** With its place among all: two fills of one moment are two. */
type Placed = ChartMark & { readonly place: number }

const columns: readonly Column<Placed>[] = [
  { head: 'Time', unit: 'ET', isTitle: true, cell: (row) => <Moment at={row.at} /> },
  { head: 'Kind', cell: (row) => <Badge tone={TONES[row.kind]}>{words(row.kind)}</Badge> },
  { head: 'What', isWide: true, cell: (row) => row.text },
  {
    head: 'Explain',
    cell: (row) => (
      <a href={linkTo('journal', 'explain', row.id)} aria-label={`Explain: ${row.text}`}>
        why
      </a>
    ),
  },
]

/** What the marks of the chart say, in words: there is no room for it on the chart. */
export function MarkTable({ marks }: { readonly marks: readonly ChartMark[] }) {
  if (marks.length === 0) {
    return <Empty title="No signal and no fill yet">Each is marked on the chart, too.</Empty>
  }
  const newest = marks
    .map((mark, place): Placed => ({ ...mark, place }))
    .sort((a, b) => b.at - a.at || b.place - a.place)
    .slice(0, SHOWN_MAX)
  return (
    <Table
      label="Signals and fills"
      isTerse
      columns={columns}
      rows={newest}
      keyOf={(row) => String(row.place)}
    />
  )
}
