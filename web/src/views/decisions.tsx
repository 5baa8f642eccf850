import type { DecisionView } from '../../../src/dashboard/view.ts'
import { minuteOf } from '../format.ts'
import type { Tone } from '../judge.ts'
import { useView } from '../live.ts'
import { linkTo } from '../route.ts'
import { Panel } from '../ui/panel.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { Age, Badge, Word } from '../ui/text.tsx'
import { Empty } from '../ui/states.tsx'

const TONES: Readonly<Record<DecisionView['kind'], Tone>> = {
  proposed: 'accent',
  hold: 'neutral',
  'none-picked': 'neutral',
  skipped: 'warn',
}

const symbol: Column<DecisionView> = {
  head: 'Symbol',
  isTitle: true,
  cell: (row) => <a href={linkTo('symbols', row.symbol)}>{row.symbol}</a>,
}
const rest: readonly Column<DecisionView>[] = [
  { head: 'Bar', unit: 'ET', cell: (row) => <span className="num">{minuteOf(row.barStart)}</span> },
  {
    head: 'Decision',
    cell: (row) => (
      <Badge tone={TONES[row.kind]}>
        <Word of={row.kind} />
      </Badge>
    ),
  },
  {
    head: 'Reason',
    isWide: true,
    cell: (row) => (
      <>
        {row.reason}{' '}
        <a href={linkTo('journal', 'explain', row.id)} aria-label={`Explain: ${row.reason}`}>
          why
        </a>
      </>
    ),
  },
]
const age: Column<DecisionView> = {
  head: 'Age',
  align: 'right',
  cell: (row) => <Age at={row.at} ago={false} />,
}

/** The newest of each symbol. */
export function DecisionsPanel() {
  const { symbols } = useView()
  const decisions = symbols.flatMap(({ decision }) => (decision === null ? [] : [decision]))
  const newest = [...decisions].sort((a, b) => b.at - a.at)
  return (
    <Panel title="Last decisions" note="the newest of each symbol">
      {newest.length === 0 ? (
        <Empty title="No decision yet">One is made with each bar that closes in a session.</Empty>
      ) : (
        <Table
          label="Last decision of each symbol"
          isTerse
          columns={[symbol, ...rest, age]}
          rows={newest}
          keyOf={(row) => row.symbol}
        />
      )}
    </Panel>
  )
}

/** Of one symbol, newest first. */
export function DecisionTable({ decisions }: { readonly decisions: readonly DecisionView[] }) {
  if (decisions.length === 0) return <Empty title="No decision yet" />
  return (
    <Table
      label="Last decisions"
      isTerse
      columns={rest.map((column, i) => (i === 0 ? { ...column, isTitle: true } : column))}
      rows={decisions}
      keyOf={(row) => row.id}
    />
  )
}
